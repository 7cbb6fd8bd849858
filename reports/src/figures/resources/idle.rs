//! What the processes of a lane did while they were alive and nobody asked them.

use crate::{record::Record, stats::estimates::mean};
use std::collections::{BTreeMap, HashSet};

/// Cores that the processes of each lane kept busy then, by its full name: the mean over starts, in
/// each of which it is the mean over groups. A lane of which nothing is known is not there.
pub fn cores(record: &Record) -> BTreeMap<&str, f64> {
    let mut by_start: BTreeMap<&str, BTreeMap<u32, Vec<f64>>> = BTreeMap::new();
    let known: HashSet<&String> = record.lanes.iter().map(|lane| &lane.name).collect();
    let recorded = record.groups.iter().flat_map(|group| &group.idle);
    let is_share = |cores: f64| cores.is_finite() && cores >= 0.0;
    for idle in recorded.filter(|idle| known.contains(&idle.lane) && is_share(idle.cores)) {
        let of_lane = by_start.entry(&idle.lane).or_default();
        of_lane.entry(idle.start).or_default().push(idle.cores);
    }
    by_start
        .into_iter()
        .map(|(lane, starts)| (lane, mean_of_means(&starts)))
        .collect()
}

fn mean_of_means(starts: &BTreeMap<u32, Vec<f64>>) -> f64 {
    let means: Vec<f64> = starts.values().map(|cores| mean(cores)).collect();
    mean(&means)
}
