//! How single calls go on within visits, and in which modes, in words.

use crate::{
    figures::series::{
        modes,
        within_visits::{self, Cut, WithinVisits},
    },
    record::Record,
    stats::units::times_with_interval,
};

/// Whether calls are level within visits, and what is farthest from it; none where no driver told.
pub(crate) fn found(record: &Record) -> Option<String> {
    let lanes = within_visits::of(record);
    let all = || lanes.iter().flat_map(|lane| lane.cuts.iter().map(move |cut| (lane, cut)));
    let beyond = all().filter(|(_, cut)| cut.is_beyond_margin()).max_by(closer_to_level);
    let farthest = beyond.or_else(|| all().max_by(closer_to_level));
    let (lane, cut) = farthest?;
    let verdict = if cut.is_beyond_margin() {
        "After the lead-in of a visit calls still change by more than 5 %"
    } else {
        "After the lead-in of a visit no lane is shown to change by more than 5 %"
    };
    let cuts: Vec<String> = after_ms(&lanes).iter().map(u64::to_string).collect();
    Some(format!(
        "{verdict} (medians of 10 ms windows, after and before {} ms from there). The largest \
        change: {} {}, calls after {} ms take {} as long as before.",
        cuts.join(", "),
        lane.lane.short,
        record.plan.placement_phrase(lane.placement),
        cut.after_ms,
        times_with_interval(&cut.ratio),
    ))
}

fn closer_to_level(
    (_, a): &(&WithinVisits<'_>, &Cut),
    (_, b): &(&WithinVisits<'_>, &Cut),
) -> std::cmp::Ordering {
    a.distance().total_cmp(&b.distance())
}

/// Every time at which visits were cut.
fn after_ms(lanes: &[WithinVisits<'_>]) -> Vec<u64> {
    let mut times: Vec<u64> =
        lanes.iter().flat_map(|lane| &lane.cuts).map(|cut| cut.after_ms).collect();
    times.sort_unstable();
    times.dedup();
    times
}

/// The lanes whose single calls have two modes with free placement, main size and engine; none
/// where none has.
pub(crate) fn modes(record: &Record) -> Option<String> {
    let mut words: Vec<String> = Vec::new();
    for (lane, cell, modes) in modes::all(record) {
        if within_visits::is_main(record, cell) {
            words.push(format!("{lane} {}", modes.text()));
        }
    }
    (!words.is_empty()).then(|| {
        format!(
            "With free placement single calls have two modes, because the scheduler puts both \
            sides on one core or on two. The median is neither of them: {}.",
            words.join("; ")
        )
    })
}
