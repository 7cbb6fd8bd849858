//! Lanes that were alive together. A run of many lanes is measured in groups; the same lanes, the
//! anchors, are in every group of a restart, so that what a group does to a call can be told. Only
//! whole restarts count. The start is the unit of an interval here too.

use crate::{
    figures::{contrasts, resources::idle, series::within_visits},
    record::{Cell, Group, Lane, Record},
    stats::{
        comparison::{Comparison, DETECTION, Verdict},
        estimates::{self, Estimate},
        resolution::Resolution,
        starts::Starts,
        units::times_with_interval,
    },
};
use std::collections::{BTreeMap, HashSet};

/// How a run was cut into groups.
#[derive(Clone, Debug)]
pub struct LaneGroups<'r> {
    /// Groups in the restart that had the fewest of them.
    pub fewest: usize,
    /// Groups in the restart that had the most of them.
    pub most: usize,
    /// Lanes alive at once, at most.
    pub most_alive: usize,
    /// Every anchor that was timed in its own group and in others, in the order of the record.
    pub away: Vec<Away<'r>>,
    /// Lanes that had a group to themselves because they worked while nobody asked them.
    pub alone: Vec<Alone<'r>>,
}

/// An anchor in groups that are not its own.
#[derive(Clone, Debug)]
pub struct Away<'r> {
    /// The anchor.
    pub lane: &'r Lane,
    /// How many times as long its single call takes there as in its own group, by the p50: in each
    /// restart the geometric mean over those groups, with the 99 % interval over restarts.
    pub ratio: Estimate,
    /// The same as a comparison; absent of fewer than two restarts.
    comparison: Option<Comparison>,
}

/// A lane that had a group to itself, because it worked while nobody asked it.
#[derive(Clone, Debug)]
pub struct Alone<'r> {
    /// The lane.
    pub lane: &'r Lane,
    /// The first restart in which its processes did too much, from 0.
    pub start: u32,
    /// Cores that they kept busy there.
    pub idle_cores: f64,
}

/// `None` where all lanes were alive together, and where the record does not tell.
pub fn of(record: &Record) -> Option<LaneGroups<'_>> {
    let counts = counts(record);
    let most = counts.values().copied().max().filter(|most| *most > 1)?;
    Some(LaneGroups {
        fewest: counts.values().copied().min().unwrap_or(most),
        most,
        most_alive: whole(record).map(alive).max().unwrap_or_default(),
        away: away(record),
        alone: alone(record),
    })
}

/// Groups of whole restarts.
fn whole(record: &Record) -> impl Iterator<Item = &Group> {
    record.groups.iter().filter(|group| group.start < record.progress.starts_done)
}

/// How many groups each restart had.
fn counts(record: &Record) -> BTreeMap<u32, usize> {
    let mut counts = BTreeMap::new();
    for group in whole(record) {
        *counts.entry(group.start).or_default() += 1;
    }
    counts
}

/// Its own lanes, and the anchors.
fn alive(group: &Group) -> usize {
    let anchors = group.anchors.iter().map(|anchor| &anchor.lane);
    group.lanes.iter().chain(anchors).collect::<HashSet<_>>().len()
}

/// Medians of an anchor, ns, by start.
#[derive(Default)]
struct AnchorTimes {
    home: BTreeMap<u32, f64>,
    /// One for each other group.
    away: BTreeMap<u32, Vec<f64>>,
}

fn away(record: &Record) -> Vec<Away<'_>> {
    let times = anchor_times(record);
    let mut away = Vec::new();
    for lane in &record.lanes {
        let timed = times.get(lane.name.as_str());
        away.extend(timed.and_then(|times| Away::of(record, lane, times)));
    }
    away
}

fn anchor_times(record: &Record) -> BTreeMap<&str, AnchorTimes> {
    let mut times: BTreeMap<&str, AnchorTimes> = BTreeMap::new();
    for group in whole(record) {
        let own: HashSet<&String> = group.lanes.iter().collect();
        for anchor in &group.anchors {
            let Some(ns) = anchor.p50_ns.filter(|ns| ns.is_finite() && *ns > 0.0) else {
                continue;
            };
            let of_lane = times.entry(&anchor.lane).or_default();
            if own.contains(&anchor.lane) {
                of_lane.home.entry(group.start).or_insert(ns);
            } else {
                of_lane.away.entry(group.start).or_default().push(ns);
            }
        }
    }
    times
}

impl<'r> Away<'r> {
    fn of(record: &Record, lane: &'r Lane, times: &AnchorTimes) -> Option<Self> {
        let is_main = |cell: &&Cell| cell.lane == lane.name && within_visits::is_main(record, cell);
        let main = record.cells.iter().find(is_main);
        let calls = main.map_or(1, |cell| contrasts::group(record, &lane.name, cell.asked()));
        let step = record.environment.clock_step();
        let starts = |values: Vec<(u32, f64)>| {
            let known = values.iter().map(|(_, ns)| Resolution::of_time(*ns, calls, step));
            let resolution = known.fold(Resolution::of_long_time(), Resolution::coarser);
            Starts::new(values, resolution)
        };
        let home = starts(times.home.iter().map(|(start, ns)| (*start, *ns)).collect());
        let means = times.away.iter().map(|(start, ns)| (*start, geometric_mean(ns)));
        let away = starts(means.collect());
        let finest = away.resolution.and(home.resolution).log();
        let logs = away.log_ratios(&home);
        Some(Self {
            lane,
            ratio: estimates::mean_of_starts(&logs, finest, DETECTION)?.exp(),
            comparison: Comparison::of(&away, &home),
        })
    }

    /// True where the whole interval lies beyond the margin of what matters, to either side.
    pub fn is_beyond_margin(&self) -> bool {
        let verdict = self.comparison.map(|comparison| comparison.verdict());
        matches!(verdict, Some(Verdict::Slower | Verdict::Faster))
    }
}

/// Of at least one time, all above 0.
fn geometric_mean(times_ns: &[f64]) -> f64 {
    let logs: Vec<f64> = times_ns.iter().map(|ns| ns.ln()).collect();
    estimates::mean(&logs).exp()
}

/// `uds took 1.01 times (0.98 to 1.04) as long, inproc 1.00 times (0.97 to 1.03)`.
pub(crate) fn ratios_in_words<'a>(away: impl Iterator<Item = &'a Away<'a>>) -> Option<String> {
    let mut words = String::new();
    for one in away {
        let (lane, ratio) = (&one.lane.short, times_with_interval(&one.ratio));
        words = if words.is_empty() {
            format!("{lane} took {ratio} as long")
        } else {
            format!("{words}, {lane} {ratio}")
        };
    }
    if words.is_empty() { None } else { Some(words) }
}

/// Lanes that did too much in one restart and had a group to themselves in a later one. Where few
/// lanes are alive at once, others may have one too: of these nothing is said.
fn alone(record: &Record) -> Vec<Alone<'_>> {
    let mut last_alone: BTreeMap<&str, u32> = BTreeMap::new();
    for group in whole(record) {
        if let [only] = group.lanes.as_slice()
            && !group.anchors.iter().any(|anchor| anchor.lane == *only)
        {
            let last = last_alone.entry(only).or_default();
            *last = group.start.max(*last);
        }
    }
    let mut alone = Vec::new();
    let busy = idle::busy(record);
    for lane in &record.lanes {
        let name = lane.name.as_str();
        if let (Some(first), Some(last)) = (busy.get(name), last_alone.get(name))
            && first.start < *last
        {
            alone.push(Alone { lane, start: first.start, idle_cores: first.cores });
        }
    }
    alone
}
