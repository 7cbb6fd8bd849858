//! What both sides of each lane keep busy at the user's own rate, in words.

use crate::{
    figures::{resources::at_rate::Cores, summary::Scene},
    stats::{
        estimates::Estimate,
        units::{ABSENT, count, interval_behind, number},
    },
};

/// The smallest figure that is written.
const LEAST: f64 = 0.001;

/// Above the table.
pub(crate) fn title(scene: &Scene, calls_per_s: f64) -> String {
    let rate = written(calls_per_s);
    format!("Cores kept busy{} at {rate} single calls per second", scene.placed)
}

/// How the table is read.
pub(crate) const READING: &str = "CPU time of a single call times the rate, with its 95 % \
interval over restarts; 1 is a whole core. The calls \
    of the run came one after another: processes that sleep longer between calls can take more. \
    In flight: calls under way on average; \
    above 1, one caller that waits for each answer does not reach the rate.";

/// In one paragraph, with so many lanes at most.
pub(crate) fn sentence(scene: &Scene, calls_per_s: f64, most: usize) -> Option<String> {
    let mut lanes = Vec::new();
    for row in scene.rows.iter().filter(|row| row.lane.answers) {
        if let Some(both) = Cores::of(row, calls_per_s).both {
            lanes.push(format!("{} {}", row.lane.short, shown(Some(&both))));
        }
    }
    if lanes.is_empty() {
        return None;
    }
    let rest = if lanes.len() > most { "; more in the report" } else { "" };
    lanes.truncate(most);
    Some(format!(
        "{}, both sides: {}{rest}.",
        title(scene, calls_per_s),
        lanes.join(", ")
    ))
}

pub(crate) fn shown(cores: Option<&Estimate>) -> String {
    let Some(cores) = cores else { return ABSENT.to_owned() };
    let value = small(cores.value);
    if cores.interval.is_some_and(|interval| interval.high < LEAST) {
        return value;
    }
    format!("{value}{}", interval_behind(cores, small))
}

/// Three decimals are shown: what is below the last of them is not written as 0.
pub(crate) fn small(value: f64) -> String {
    if value < LEAST { format!("< {LEAST}") } else { number(value) }
}

/// A rate: whole ones with commas.
pub(crate) fn written(calls_per_s: f64) -> String {
    let whole = calls_per_s.fract() == 0.0 && (1.0..1e15).contains(&calls_per_s);
    if whole { count(calls_per_s as u64) } else { number(calls_per_s) }
}
