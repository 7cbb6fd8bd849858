//! The smallest difference between two lanes that a pair asked in turns would find, from lanes that
//! were set against themselves.

use crate::{
    figures::contrasts::{logs, resolution, selves},
    record::{Contrast, Record},
    stats::{comparison::DETECTION, estimates, paired_ratio},
};

/// The smallest difference between two lanes of a class that a pair asked in turns would find.
#[derive(Clone, Debug, PartialEq)]
pub struct SmallestDifference {
    /// `direct`, `blocking`, `async`.
    pub class: String,
    /// As a share: 0.02 for 2 %; absent where it is twice as long or more, too noisy to tell.
    pub share: Option<f64>,
    /// Lanes against themselves that it rests on.
    pub contrasts: usize,
    /// Of their starts, those that lie far from the others, as a share: a pair that has such a
    /// start may not find it.
    pub outlying: f64,
}

/// Fewest starts of a lane against itself: of fewer, the scatter is hardly known.
pub const FEWEST: usize = 5;
/// Why there is none of fewer.
pub(crate) const NEEDS: &str = "needs 5 restarts";
/// So many times the typical scatter lies what is no part of it; of normal values one in two
/// million.
const OUTLYING: f64 = 5.0;
/// The median of the absolute value of a standard normal variable.
const MEDIAN_DEVIATION: f64 = 0.674_490;

/// Beyond this, ±100 %, a pair tells nothing.
const MOST_SHARE: f64 = 1.0;

/// How often a difference of the smallest detectable size is found.
pub const POWER: f64 = 0.9;

/// One for each class of lanes that were set against themselves, tight to loose.
///
/// A lane differs from itself by nothing, so the root mean square of its log-ratios is the scatter
/// between starts, of those that lie within five times the scatter that their median says: one that
/// was disturbed says nothing of the others, and its share is told beside. The smallest detectable
/// difference is the true difference that a pair with that scatter and as many starts would find
/// with 90 % power at the 99 % level, the scatter known only as well as so many log-ratios tell. It
/// is no smaller than what the clock can tell. Classes without a lane that has five starts are left
/// out.
///
/// It holds for pairs that are asked in turns and says nothing of the times of the main table,
/// which rest on visits.
pub fn smallest_detectable_differences(record: &Record) -> Vec<SmallestDifference> {
    let mut classes: Vec<&str> = told(record).map(|contrast| class_of(record, contrast)).collect();
    classes.sort_by_key(|class| {
        ["direct", "blocking", "async"].iter().position(|known| known == class)
    });
    classes.dedup();
    let of_class = classes.into_iter().map(|class| smallest_of_class(record, class));
    // Starts that differ by powers of ten find nothing: there is no number for it.
    of_class.filter(|one| one.share.is_none_or(f64::is_finite)).collect()
}

fn told(record: &Record) -> impl Iterator<Item = &Contrast> {
    selves(record).filter(|contrast| logs(contrast).len() >= FEWEST)
}

fn class_of<'r>(record: &'r Record, contrast: &Contrast) -> &'r str {
    let lane = record.lanes.iter().find(|lane| lane.name == contrast.first);
    lane.map_or("unknown", |lane| lane.class.as_str())
}

fn smallest_of_class(record: &Record, class: &str) -> SmallestDifference {
    let of_class: Vec<&Contrast> =
        told(record).filter(|contrast| class_of(record, contrast) == class).collect();
    let all: Vec<f64> = of_class.iter().flat_map(|contrast| logs(contrast)).collect();
    let near = near_the_others(&all);
    let scatter = (near.iter().map(|log| log * log).sum::<f64>() / near.len().max(1) as f64).sqrt();
    let starts = of_class.iter().map(|contrast| logs(contrast).len()).min().unwrap_or(FEWEST);
    let finest = of_class.iter().map(|contrast| resolution(record, contrast).share());
    let finest = finest.fold(0.0, f64::max);
    let share = (smallest_found(starts, near.len()) * scatter).exp_m1().max(finest);
    SmallestDifference {
        class: class.to_owned(),
        share: Some(share).filter(|share| *share <= MOST_SHARE),
        contrasts: of_class.len(),
        outlying: (all.len() - near.len()) as f64 / all.len().max(1) as f64,
    }
}

/// Values around 0 without those that are no part of their scatter.
fn near_the_others(values: &[f64]) -> Vec<f64> {
    let mut sizes: Vec<f64> = values.iter().map(|value| value.abs()).collect();
    let typical = paired_ratio::median(&mut sizes).unwrap_or(0.0) / MEDIAN_DEVIATION;
    let is_near = |value: &&f64| typical == 0.0 || value.abs() <= OUTLYING * typical;
    values.iter().filter(is_near).copied().collect()
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
    let (t, z) = (estimates::t_quantile(starts, DETECTION), estimates::normal_quantile(POWER));
    let (b, e) = (mean_of_deviation(starts.saturating_sub(1)), mean_of_deviation(known_from));
    let (needed, variance) = (t * b, 1.0 + t * t * (1.0 - b * b));
    let square = e * e - z * z * (1.0 - e * e);
    let root = (needed * needed * e * e - square * (needed * needed - z * z * variance))
        .max(0.0)
        .sqrt();
    (needed * e + root) / square / (starts as f64).sqrt()
}

/// The mean of an estimated standard deviation whose true value is 1.
fn mean_of_deviation(freedom: usize) -> f64 {
    1.0 - 1.0 / (4.0 * freedom.max(1) as f64)
}
