//! How lanes compare: with the last run, in pairs, in one change, in placements and builds, as
//! sections that every rendering walks.

use crate::{
    judge::Judged,
    view::{
        lanes::{head_to_head, languages, one_change, placements, since_last_run, two_builds},
        table::TableSection,
    },
};

/// In their order; none where figures must not be used.
pub(crate) fn sections(judged: &Judged) -> Vec<TableSection> {
    if !judged.usable() {
        return Vec::new();
    }
    let summary = &judged.summary;
    let mut sections: Vec<TableSection> = Vec::new();
    sections.extend(since_last_run::section(judged));
    sections.extend(two_builds::section(summary));
    sections.extend(languages::sections(summary));
    sections.extend(head_to_head::section(summary));
    sections.extend(one_change::section(summary));
    sections.extend(placements::sections(summary));
    sections
}
