//! What interleaving does to a call, in words.

use crate::{
    figures::series::interleaving::{Alone, Settled, alone, settled},
    judge::Judged,
    stats::units::{count, times_with_interval},
};
use std::cmp::Ordering;

/// Both in a sentence each; none where it was not measured, or where the figures must not be used.
pub fn sentences(judged: &Judged) -> Vec<String> {
    if !judged.usable() {
        return Vec::new();
    }
    let (settled, alone) = (settled(&judged.summary), alone(&judged.summary));
    settling_words(&settled).into_iter().chain(alone_words(&alone)).collect()
}

fn settling_words(lanes: &[Settled]) -> Option<String> {
    let first =
        |lane: &&Settled| lane.places.iter().find(|place| place.from == 1).map(|place| place.ratio);
    let by_first = |a: &&Settled, b: &&Settled| {
        first(a)
            .map(|r| r.value)
            .partial_cmp(&first(b).map(|r| r.value))
            .unwrap_or(Ordering::Equal)
    };
    let with_first = || lanes.iter().filter(|lane| first(lane).is_some());
    let (least, most) = (with_first().min_by(by_first)?, with_first().max_by(by_first)?);
    let of = |lane: &Settled| first(&lane).map(|ratio| times_with_interval(&ratio));
    let lowest = format!("{} as long as the p50 over {}", of(least)?, least.lane.short);
    let range = if least.lane.name == most.lane.name {
        lowest
    } else {
        format!("from {lowest} to {} over {}", of(most)?, most.lane.short)
    };
    let level = match lanes.iter().filter(|lane| lane.level_from().is_none()).max_by(farther) {
        None => {
            let from = lanes.iter().filter_map(Settled::level_from).max()?;
            format!("from call {} on each lane is within 5 % of it", count(from.into()))
        }
        Some(lane) => {
            let last = lane.places.last()?;
            let ratio = times_with_interval(&last.ratio);
            format!(
                "from call {} on it is still {ratio} as long over {}",
                last.from, lane.lane.short
            )
        }
    };
    Some(format!("The first call of a visit takes {range}; {level}."))
}

/// Whose last place is farther from its p50, as a ratio.
fn farther(one: &&Settled, other: &&Settled) -> Ordering {
    let away =
        |lane: &Settled| lane.places.last().map_or(0.0, |place| place.ratio.value.ln().abs());
    away(one).total_cmp(&away(other))
}

fn alone_words(lanes: &[Alone]) -> Option<String> {
    let limit_ms = lanes.iter().map(|lane| lane.limit_ms).max()?;
    let shown: Vec<String> = lanes
        .iter()
        .map(|lane| {
            format!("{} as long over {}", times_with_interval(&lane.ratio), lane.lane.short)
        })
        .collect();
    Some(format!(
        "Asked without interruption for {} ms in each restart, a call takes {} as in the visits \
        that take turns (p50).",
        count(limit_ms),
        shown.join(", ")
    ))
}
