//! Calls that took longer than a histogram tells: their medians and percentiles are no figures.

use crate::{
    figures::{cells, load::sweep},
    judge::grade::Grade,
    record::Record,
    stats::sample_times::LONGER,
};

/// Lanes with such calls, one by one and under load.
pub(crate) fn reasons(record: &Record, say: &mut impl FnMut(Grade, String)) {
    let (mut lanes, mut calls): (Vec<&str>, u64) = (Vec::new(), 0);
    for cell in &record.cells {
        let clipped = cell.starts.iter().map(cells::clipped);
        let clipped: u64 = clipped.fold(0, u64::saturating_add);
        let name = record.name_of(&cell.lane);
        if clipped > 0 && !lanes.contains(&name) {
            lanes.push(name);
        }
        calls = calls.saturating_add(clipped);
    }
    if !lanes.is_empty() {
        let lanes = lanes.join(", ");
        let text = format!(
            "{calls} samples took {LONGER}, the longest time that is recorded ({lanes}): medians \
            and percentiles there are lower bounds, and their differences mean nothing; means hold."
        );
        say(Grade::Caution, text);
    }
    let loaded = sweep::clipped(record);
    if !loaded.is_empty() {
        let text = format!(
            "Under load calls took {LONGER}, the longest time that is recorded ({}): their mean is \
            at least as long as shown.",
            loaded.join(", ")
        );
        say(Grade::Caution, text);
    }
}
