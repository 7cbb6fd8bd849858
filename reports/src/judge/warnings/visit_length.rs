//! Warnings from how long visits last: a single call takes another time later in a visit, or in a
//! visit that nothing interrupts. What is set against each other is of one length, so that
//! comparisons within the run stand; the figures themselves depend on a length that nobody's
//! program has.

use crate::{
    figures::series::{
        interleaving,
        within_visits::{self, Cut, WithinVisits},
    },
    judge::warnings::{Warning, warning::named},
    record::{FREE, Record},
    stats::units::{count, times_with_interval},
};

pub(crate) fn of(record: &Record) -> Vec<Warning> {
    within(record).into_iter().chain(uninterrupted(record)).collect()
}

/// Lanes whose calls change within visits, the farthest named.
fn within(record: &Record) -> Option<Warning> {
    let mut changed: Vec<(WithinVisits<'_>, Cut)> = Vec::new();
    for lane in within_visits::of(record) {
        let beyond = lane.cuts.iter().filter(|cut| cut.is_beyond_margin());
        if let Some(cut) = beyond.max_by(|a, b| a.distance().total_cmp(&b.distance())).cloned() {
            changed.push((lane, cut));
        }
    }
    let (first, cut) =
        changed.iter().max_by(|(_, a), (_, b)| a.distance().total_cmp(&b.distance()))?;
    let cure = if first.placement == FREE {
        "the scheduler moves the two sides; use --placement both"
    } else {
        "look for heat or a growing state, and compare only runs of one length (--visit)"
    };
    named(record, changed.iter().map(|(lane, _)| lane.lane.name.as_str()), |whose| {
        format!(
            "Times of {whose} depend on how long a visit lasts (first {}, {}: after {} ms a single \
            call takes {} as long as before): {cure}.",
            first.lane.short,
            record.plan.placement_title(first.placement),
            cut.after_ms,
            times_with_interval(&cut.ratio)
        )
    })
}

/// Lanes whose calls take another time where nothing interrupts them: the same margin as that of
/// groups of lanes, whose control this resembles.
fn uninterrupted(record: &Record) -> Option<Warning> {
    let alone = interleaving::uninterrupted(record);
    let beyond: Vec<_> =
        alone.iter().filter(|one| within_visits::is_beyond_margin(&one.ratio)).collect();
    let first = beyond.first()?;
    named(record, beyond.iter().map(|one| one.lane.name.as_str()), |whose| {
        format!(
            "Taking turns with other lanes changes the times of {whose} (first {}: called for {} \
            ms without interruption, a single call takes {} as long as in its usual visits): \
            measure with longer visits (--visit), and on fixed cores (--placement both).",
            first.lane.short,
            count(first.limit_ms),
            times_with_interval(&first.ratio)
        )
    })
}
