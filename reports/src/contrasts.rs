//! What pairs that were asked in turns say: the smallest difference that this run can tell, whether lanes that are the
//! same were called different, and by how much lanes differ that differ in one thing.

use crate::compare::{Comparison, DETECTION};
use crate::record::{Contrast, Record};
use crate::stats;

/// The smallest difference between two lanes of a class that this run can tell.
#[derive(Clone, Debug, PartialEq)]
pub struct Resolution {
    /// `direct`, `blocking`, `async`.
    pub class: String,
    /// As a share: 0.02 for 2 %.
    pub share: f64,
    /// Lanes against themselves that it rests on.
    pub contrasts: usize,
}

/// The logarithms of a contrast's ratio, second by first, one for each start.
fn logs(contrast: &Contrast) -> Vec<f64> {
    contrast.starts.iter().map(|start| start.log_ratio).filter(|log| log.is_finite()).collect()
}

fn selves(record: &Record) -> impl Iterator<Item = &Contrast> {
    record.contrasts.iter().filter(|contrast| contrast.kind == "self" && contrast.starts.len() >= 2)
}

/// One for each class of lanes that were set against themselves, tight to loose.
///
/// A lane differs from itself by nothing, so the root mean square of its log-ratios is the scatter between starts. The
/// resolution is the half width of the 99 % interval that such scatter gives with as many starts as the contrasts had.
pub fn resolution(record: &Record) -> Vec<Resolution> {
    let class_of = |contrast: &Contrast| {
        let lane = record.lanes.iter().find(|lane| lane.name == contrast.first);
        lane.map_or("unknown", |lane| lane.class.as_str())
    };
    let mut classes: Vec<&str> = selves(record).map(class_of).collect();
    classes.sort_by_key(|class| ["direct", "blocking", "async"].iter().position(|known| known == class));
    classes.dedup();
    let one = |class: &str| {
        let of_class: Vec<&Contrast> =
            selves(record).filter(|contrast| class_of(contrast) == class).collect();
        let all: Vec<f64> = of_class.iter().flat_map(|contrast| logs(contrast)).collect();
        let scatter = (all.iter().map(|log| log * log).sum::<f64>() / all.len().max(1) as f64).sqrt();
        let starts = of_class.iter().map(|contrast| contrast.starts.len()).min().unwrap_or(2);
        let half = stats::t_quantile(starts, DETECTION) * scatter / (starts as f64).sqrt();
        Resolution { class: class.to_owned(), share: half.exp_m1(), contrasts: of_class.len() }
    };
    classes.into_iter().map(one).collect()
}

/// Lanes against themselves: how many were called different, and how many there were.
pub fn false_alarms(record: &Record) -> (u64, u64) {
    let comparisons = selves(record).filter_map(|contrast| Comparison::of_logs(&logs(contrast)));
    comparisons.fold((0, 0), |(hits, tried), found| (hits + u64::from(found.detected()), tried + 1))
}

/// Lanes of this build against those of another: the lane's name, and how many times as long this build takes.
pub fn against(record: &Record) -> Vec<(&str, Comparison)> {
    let builds = record.contrasts.iter().filter(|contrast| contrast.kind == "against");
    let compared = |contrast: &Contrast| {
        let lane = record.lanes.iter().find(|lane| lane.name == contrast.first)?;
        Some((lane.short.as_str(), Comparison::of_logs(&logs(contrast))?))
    };
    builds.filter_map(compared).collect()
}

/// How many times as long a single call over `lane` takes as over `base`, from bursts in turns.
pub fn variant(
    record: &Record,
    base: &str,
    lane: &str,
    engine: &str,
    max_results: u32,
) -> Option<Comparison> {
    let wanted = |contrast: &&Contrast| {
        contrast.kind == "variant"
            && (contrast.first == base && contrast.second == lane)
            && (contrast.engine == engine && contrast.max_results == max_results)
    };
    Comparison::of_logs(&logs(record.contrasts.iter().find(wanted)?))
}
