//! Lanes that differ from another in one thing, as a section.

use crate::{
    figures::summary::Summary,
    model::changes::variants::{self, Variant},
    stats::units::ABSENT,
    view::table::{Table, TableSection},
};

/// In the main scene; none where no such lanes were measured.
pub(super) fn section(summary: &Summary) -> Option<TableSection> {
    let scene = summary.main()?;
    let rows: Vec<Vec<String>> = variants::of(scene, summary.record).iter().map(changed).collect();
    if rows.is_empty() {
        return None;
    }
    Some(TableSection {
        id: "one-change".to_owned(),
        title: format!("Cost of one change{}", scene.placed),
        finding: None,
        reading: "A lane against the one from which it differs in one thing: how many times as \
        long it takes, with the 99 % interval. Alternately: both lanes took turns in short \
        bursts. By visits: from the calls of the table, less precise. All ratios of batches are \
        by visits."
            .to_owned(),
        table: Table::new(
            &[
                "lane : the one it differs from",
                "a single call, p50",
                "an item of a batch, mean",
            ],
            rows,
        ),
    })
}

fn changed(variant: &Variant) -> Vec<String> {
    vec![
        variant.names(),
        variant.single_words().unwrap_or_else(|| ABSENT.to_owned()),
        variant.batch_words().unwrap_or_else(|| ABSENT.to_owned()),
    ]
}
