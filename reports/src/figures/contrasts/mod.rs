//! What pairs that were asked in turns say: the smallest difference that such a pair can tell,
//! whether lanes that are the same were called different, by how much lanes differ that differ in
//! one thing, and by how much two builds do.

pub mod placements;
pub mod service_time;
pub mod variants;

use crate::{
    record::{Contrast, Record},
    stats::{
        comparison::{self, Comparison, DETECTION},
        estimates,
    },
};

/// The smallest difference between two lanes of a class that a pair asked in turns would find.
#[derive(Clone, Debug, PartialEq)]
pub struct Resolution {
    /// `direct`, `blocking`, `async`.
    pub class: String,
    /// As a share: 0.02 for 2 %.
    pub share: f64,
    /// Lanes against themselves that it rests on.
    pub contrasts: usize,
}

/// How often a difference of the size of the resolution is found.
pub const POWER: f64 = 0.9;

/// The logarithms of a contrast's ratio, second by first, one for each start.
pub(crate) fn logs(contrast: &Contrast) -> Vec<f64> {
    contrast
        .starts
        .iter()
        .map(|start| start.log_ratio)
        .filter(|log| log.is_finite())
        .collect()
}

pub(crate) fn of_kind<'r>(
    record: &'r Record,
    kind: &'static str,
) -> impl Iterator<Item = &'r Contrast> + Clone {
    record.contrasts.iter().filter(move |contrast| contrast.kind == kind)
}

fn selves(record: &Record) -> impl Iterator<Item = &Contrast> {
    of_kind(record, "self").filter(|contrast| contrast.starts.len() >= 2)
}

/// One for each class of lanes that were set against themselves, tight to loose.
///
/// A lane differs from itself by nothing, so the root mean square of its log-ratios is the scatter
/// between starts. The resolution is the true difference that a pair with that scatter and as many
/// starts would find with 90 % power at the 99 % level, the scatter known only as well as so many
/// log-ratios tell.
///
/// It holds for pairs that are asked in turns and says nothing of the main table, whose lanes are
/// ranked by their visits.
pub fn resolution(record: &Record) -> Vec<Resolution> {
    let class_of = |contrast: &Contrast| {
        let lane = record.lanes.iter().find(|lane| lane.name == contrast.first);
        lane.map_or("unknown", |lane| lane.class.as_str())
    };
    let mut classes: Vec<&str> = selves(record).map(class_of).collect();
    classes.sort_by_key(|class| {
        ["direct", "blocking", "async"].iter().position(|known| known == class)
    });
    classes.dedup();
    let one = |class: &str| {
        let of_class: Vec<&Contrast> =
            selves(record).filter(|contrast| class_of(contrast) == class).collect();
        let all: Vec<f64> = of_class.iter().flat_map(|contrast| logs(contrast)).collect();
        let scatter =
            (all.iter().map(|log| log * log).sum::<f64>() / all.len().max(1) as f64).sqrt();
        let starts = of_class.iter().map(|contrast| contrast.starts.len()).min().unwrap_or(2);
        let share = (smallest_found(starts, all.len()) * scatter).exp_m1();
        Resolution { class: class.to_owned(), share, contrasts: of_class.len() }
    };
    classes.into_iter().map(one).collect()
}

/// The smallest mean of so many values that is found with [`POWER`], in units of a standard
/// deviation that was estimated from `known_from` values whose mean is known.
///
/// Found is what exceeds t standard errors of its own. The power of that is the tail of a
/// noncentral t, for which Johnson and Welch ("Applications of the non-central t-distribution",
/// 1940) put a normal distribution: an estimated standard deviation s has mean b = 1 - 1 / (4
/// freedom) and variance 1 - b^2. The same is done here with the second estimate c that the answer
/// is a multiple of: c e - t b = z sqrt(1 + t^2 (1 - b^2) + c^2 (1 - e^2)), solved for c.
fn smallest_found(starts: usize, known_from: usize) -> f64 {
    let mean = |freedom: usize| 1.0 - 1.0 / (4.0 * freedom.max(1) as f64);
    let (t, z) = (estimates::t_quantile(starts, DETECTION), estimates::normal_quantile(POWER));
    let (b, e) = (mean(starts.saturating_sub(1)), mean(known_from));
    let (needed, variance) = (t * b, 1.0 + t * t * (1.0 - b * b));
    let square = e * e - z * z * (1.0 - e * e);
    let root = (needed * needed * e * e - square * (needed * needed - z * z * variance))
        .max(0.0)
        .sqrt();
    (needed * e + root) / square / (starts as f64).sqrt()
}

/// Lanes against themselves: how many were called different, and how many there were.
pub fn false_alarms(record: &Record) -> (u64, u64) {
    let (mut hits, mut tried) = (0, 0);
    for contrast in selves(record) {
        if let Some(found) = Comparison::of_logs(&logs(contrast)) {
            hits += u64::from(found.detected());
            tried += 1;
        }
    }
    (hits, tried)
}

/// Every lane that was set against itself, and second by first; no comparison where fewer than two
/// starts came through.
pub(crate) fn themselves(record: &Record) -> impl Iterator<Item = (&Contrast, Option<Comparison>)> {
    of_kind(record, "self").map(|contrast| (contrast, Comparison::of_logs(&logs(contrast))))
}

/// What a lane against itself is called: it is the same lane, so that a difference is a false
/// alarm.
pub(crate) fn words_of_itself(found: &Comparison) -> &'static str {
    if found.detected() { "called different" } else { "not told apart" }
}

/// A lane of this build against the same lane of another.
#[derive(Clone, Debug)]
pub struct Rebuilt<'r> {
    /// The lane's name, as shown.
    pub lane: &'r str,
    /// This build divided by the other.
    pub comparison: Comparison,
    /// Detected among all lanes of the two builds (Holm).
    pub detected: bool,
}

impl Rebuilt<'_> {
    /// The verdict in words; a difference only where it stays one among all lanes.
    pub fn words(&self) -> &'static str {
        self.comparison.words_in_family(self.detected)
    }
}

/// Every lane that was asked in turns with itself of another build.
pub fn against<'r>(record: &'r Record) -> Vec<Rebuilt<'r>> {
    let compared = |contrast: &'r Contrast| {
        let comparison = Comparison::of_logs(&logs(contrast))?;
        Some(Rebuilt {
            lane: name_of(record, &contrast.first),
            comparison,
            detected: false,
        })
    };
    let mut lanes: Vec<Rebuilt> = of_kind(record, "against").filter_map(compared).collect();
    let detected = comparison::detected_in_family(lanes.iter().map(|lane| &lane.comparison));
    for (lane, detected) in lanes.iter_mut().zip(detected) {
        lane.detected = detected;
    }
    lanes
}

/// The other build in words, as `tollgate 0.1.0, release build, rustc 1.95.0`.
pub fn other_build(record: &Record) -> String {
    record
        .against
        .as_ref()
        .map_or_else(|| "its version is not in the record".to_owned(), |build| build.text())
}

/// The lane from which `lane` differs in one thing, by its full name, and how many times as long a
/// single call over `lane` takes, from bursts in turns where there are some of this engine and
/// reply size. `None` where the run did not ask the lane in turns with its base.
pub fn variant<'r>(
    record: &'r Record,
    lane: &str,
    engine: &str,
    max_results: u32,
) -> Option<(&'r str, Option<Comparison>)> {
    let mut of_lane = of_kind(record, "variant").filter(|contrast| contrast.second == lane);
    let here = of_lane
        .clone()
        .find(|one| one.engine == engine && one.max_results == max_results);
    let base = here.or_else(|| of_lane.next())?;
    Some((&base.first, here.and_then(|contrast| Comparison::of_logs(&logs(contrast)))))
}

/// The name of a lane as shown; its full name where the record does not describe it.
pub(crate) fn name_of<'r>(record: &'r Record, full: &'r str) -> &'r str {
    record
        .lanes
        .iter()
        .find(|lane| lane.name == full)
        .map_or(full, |lane| lane.short.as_str())
}

/// Contrasts that ended early, or never began.
pub(crate) fn failed(record: &Record) -> impl Iterator<Item = &Contrast> {
    record
        .contrasts
        .iter()
        .filter(|contrast| contrast.reason.is_some() || contrast.wrong)
}
