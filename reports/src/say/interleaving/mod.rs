//! What interleaving does to a call, in words.

pub mod lane_groups;
pub(crate) mod within_visits;

use crate::{
    figures::series::interleaving::{Alone, Settled, alone, settled},
    judge::Judged,
    record::Lane,
    stats::{
        estimates::Estimate,
        units::{count, times_with_interval},
    },
};
use std::cmp::Ordering;

/// Each control in a sentence; none where it was not measured, or where the figures must not be
/// used.
pub fn sentences(judged: &Judged) -> Vec<String> {
    if !judged.usable() {
        return Vec::new();
    }
    let (settled, alone) = (settled(&judged.summary), alone(&judged.summary));
    let record = judged.summary.record;
    let all = [
        settling_words(&settled),
        within_visits::found(record),
        within_visits::modes(record),
        alone_words(&alone),
    ];
    all.into_iter().flatten().collect()
}

fn settling_words(lanes: &[Settled]) -> Option<String> {
    let firsts: Vec<FirstCall> = lanes.iter().filter_map(FirstCall::of).collect();
    let least = firsts.iter().min_by(|a, b| a.compare(b))?;
    let most = firsts.iter().max_by(|a, b| a.compare(b))?;
    let (lowest, highest) = (times_with_interval(&least.ratio), times_with_interval(&most.ratio));
    let lowest = format!("{lowest} over {}", least.lane.short);
    let range = if least.lane.name == most.lane.name {
        lowest
    } else {
        format!("from {lowest} to {highest} over {}", most.lane.short)
    };
    let level = level_words(lanes)?;
    Some(format!(
        "The first call of a visit (a turn of a lane), divided by the lane's median: {range}. \
        {level}."
    ))
}

/// The first call of a lane's visits, as a ratio to its p50.
struct FirstCall<'r> {
    lane: &'r Lane,
    ratio: Estimate,
}

impl<'r> FirstCall<'r> {
    fn of(settled: &Settled<'r>) -> Option<Self> {
        let first = settled.places.iter().find(|place| place.from == 1)?;
        Some(Self { lane: settled.lane, ratio: first.ratio })
    }

    fn compare(&self, other: &Self) -> Ordering {
        self.ratio.value.partial_cmp(&other.ratio.value).unwrap_or(Ordering::Equal)
    }
}

/// From which call on all lanes take their usual time, or which of them is farthest from it.
fn level_words(lanes: &[Settled]) -> Option<String> {
    let unsettled = lanes.iter().filter(|lane| lane.level_from().is_none());
    let farthest =
        unsettled.max_by(|one, other| distance_from_p50(one).total_cmp(&distance_from_p50(other)));
    let Some(lane) = farthest else {
        let from = lanes.iter().filter_map(Settled::level_from).max()?;
        return Some(format!(
            "From call {} on, each lane is within 5 % of its median",
            count(from.into())
        ));
    };
    let last = lane.places.last()?;
    let ratio = times_with_interval(&last.ratio);
    Some(format!(
        "Over {}, the calls from number {} on (the last that are kept one by one) still take \
        {ratio} the median",
        lane.lane.short, last.from
    ))
}

/// How far the last place of a lane is from its p50: the absolute logarithm of their ratio.
fn distance_from_p50(lane: &Settled) -> f64 {
    lane.places.last().map_or(0.0, |place| place.ratio.value.ln().abs())
}

fn alone_words(lanes: &[Alone]) -> Option<String> {
    let limit_ms = lanes.iter().map(|lane| lane.limit_ms).max()?;
    let shown: Vec<String> = lanes
        .iter()
        .map(|lane| format!("{} over {}", times_with_interval(&lane.ratio), lane.lane.short))
        .collect();
    Some(format!(
        "Does taking turns change the figures? Some lanes were also called for {} ms without a \
        break in each restart. Their median then, divided by their usual median: {}.",
        count(limit_ms),
        shown.join(", ")
    ))
}
