//! This build against another, as a section.

use crate::{
    figures::{
        contrasts::{self, Rebuilt},
        summary::Summary,
    },
    stats::units::times_with_interval,
    view::table::{Table, TableSection},
};

/// Each lane against itself of the other build; none where the run had one build.
pub(crate) fn section(summary: &Summary) -> Option<TableSection> {
    let lanes = contrasts::against(summary.record);
    if lanes.is_empty() {
        return None;
    }
    Some(TableSection {
        id: "two-builds".to_owned(),
        title: "This build against the other".to_owned(),
        finding: Some(format!("The other: {}.", contrasts::other_build(summary.record))),
        reading: "A single call over each lane, both builds called alternately: how many times \
        as long this build takes, with the 99 % interval. A difference is named only if it is \
        significant after correction for all lanes."
            .to_owned(),
        table: Table::new(
            &["lane", "this build : the other", "which is"],
            lanes.iter().map(rebuilt).collect(),
        ),
    })
}

fn rebuilt(one: &Rebuilt) -> Vec<String> {
    vec![one.name(), times_with_interval(&one.comparison.ratio), one.words().to_owned()]
}
