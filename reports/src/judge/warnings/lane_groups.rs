//! Warnings from groups of lanes: a call takes another time in one group than in another.

use crate::{
    figures::series::lane_groups::{self, Away, ratios_in_words},
    judge::warnings::Warning,
    record::Record,
};

/// An anchor is the same lane in every group: what it takes longer there is the group's doing.
pub(crate) fn of(record: &Record) -> Option<Warning> {
    let groups = lane_groups::of(record)?;
    let beyond = groups.away.iter().filter(|away: &&Away| away.is_beyond_margin());
    let ratios = ratios_in_words(beyond)?;
    Some(Warning::every(format!(
        "Outside its own group {ratios}: lanes of different groups are hardly comparable; measure \
        fewer lanes (--lanes), or repeat on a quieter machine."
    )))
}
