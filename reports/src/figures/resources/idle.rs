//! What the processes of a lane did while they were alive and nobody asked them.

use crate::{
    record::{IdleUse, Record},
    stats::estimates::mean,
};
use std::collections::{BTreeMap, HashSet};

/// A lane whose processes keep more cores busy is measured alone from the next restart on.
pub const MOST_CORES: f64 = 0.005;

/// Cores that the processes of each lane kept busy then, by its full name: the mean over starts, in
/// each of which it is the mean over groups. A lane of which nothing is known is not there.
pub fn cores(record: &Record) -> BTreeMap<&str, f64> {
    let mut by_start: BTreeMap<&str, BTreeMap<u32, Vec<f64>>> = BTreeMap::new();
    for idle in recorded(record) {
        let of_lane = by_start.entry(&idle.lane).or_default();
        of_lane.entry(idle.start).or_default().push(idle.cores);
    }
    by_start
        .into_iter()
        .map(|(lane, starts)| (lane, mean_of_means(&starts)))
        .collect()
}

/// Of each lane that kept more than [`MOST_CORES`] busy the first time that it did, by full name.
pub(crate) fn busy(record: &Record) -> BTreeMap<&str, &IdleUse> {
    let mut first: BTreeMap<&str, &IdleUse> = BTreeMap::new();
    for idle in recorded(record).filter(|idle| idle.cores > MOST_CORES) {
        let known = first.entry(&idle.lane).or_insert(idle);
        if idle.start < known.start {
            *known = idle;
        }
    }
    first
}

/// What was recorded of lanes that the record knows.
fn recorded(record: &Record) -> impl Iterator<Item = &IdleUse> {
    let known: HashSet<&String> = record.lanes.iter().map(|lane| &lane.name).collect();
    let is_share = |cores: f64| cores.is_finite() && cores >= 0.0;
    let all = record.groups.iter().flat_map(|group| &group.idle);
    all.filter(move |idle| known.contains(&idle.lane) && is_share(idle.cores))
}

fn mean_of_means(starts: &BTreeMap<u32, Vec<f64>>) -> f64 {
    let means: Vec<f64> = starts.values().map(|cores| mean(cores)).collect();
    mean(&means)
}
