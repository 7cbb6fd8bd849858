//! One figure in each start, and how finely it could be told: what comparisons and means are made
//! of.

pub mod two_groups;

use crate::stats::{
    estimates::{FEWEST_STARTS, mean},
    resolution::Resolution,
};
use statrs::distribution::{ContinuousCDF, StudentsT};
use std::ops::Deref;

/// A start and what was measured in it.
pub type StartValue = (u32, f64);

/// One figure in each start.
#[derive(Clone, Debug)]
pub struct Starts {
    values: Vec<StartValue>,
    /// What limits each of them.
    pub resolution: Resolution,
}

impl Starts {
    /// Values that could be told no finer than this.
    pub fn new(values: Vec<StartValue>, resolution: Resolution) -> Self {
        Self { values, resolution }
    }

    /// No start at all.
    pub fn none() -> Self {
        Self::new(Vec::new(), Resolution::EXACT)
    }

    /// The values alone.
    pub fn values(&self) -> Vec<f64> {
        self.values.iter().map(|(_, value)| *value).collect()
    }

    /// How finely their mean can be told, in their unit.
    pub fn finest(&self) -> f64 {
        let sum: f64 = self.values.iter().map(|(_, value)| value.abs()).sum();
        self.resolution.share() * sum / self.values.len().max(1) as f64
    }

    /// True where both have starts and none in common: one was measured later, for a record that
    /// had the other.
    pub fn is_apart_from(&self, other: &Self) -> bool {
        are_apart(self, other)
    }

    /// ln(first / second) in each start that has both, where that is finite; of starts that were
    /// measured apart, see [`put_together`].
    pub fn log_ratios(&self, other: &Self) -> Vec<f64> {
        let mut logs = Vec::new();
        let (first, other) = put_together(self, other);
        for (start, numerator) in &first {
            let Some((_, denominator)) = other.iter().find(|(of_other, _)| of_other == start)
            else {
                continue;
            };
            let log = (numerator / denominator).ln();
            if log.is_finite() {
                logs.push(log);
            }
        }
        logs
    }
}

impl Deref for Starts {
    type Target = [StartValue];

    fn deref(&self) -> &[StartValue] {
        &self.values
    }
}

/// True where both have values and no start in common.
fn are_apart(first: &[StartValue], second: &[StartValue]) -> bool {
    let is_in_second = |start: u32| second.iter().any(|(other, _)| *other == start);
    !first.is_empty() && !second.is_empty() && !first.iter().any(|(start, _)| is_in_second(*start))
}

/// Both, so that they can be joined start by start. Where no start is in both, the fewer values
/// stand at the starts of the others, as [`moved_to`] has it.
pub(crate) fn put_together(
    first: &[StartValue],
    second: &[StartValue],
) -> (Vec<StartValue>, Vec<StartValue>) {
    if !are_apart(first, second) {
        return (first.to_vec(), second.to_vec());
    }
    if first.len() < second.len() {
        (moved_to(first, &starts_of(second)), second.to_vec())
    } else {
        (first.to_vec(), moved_to(second, &starts_of(first)))
    }
}

/// Values at these starts: their own where they have some of them, else see [`moved_to`].
pub(crate) fn standing_at(values: &[StartValue], starts: &[u32]) -> Vec<StartValue> {
    if values.iter().any(|(start, _)| starts.contains(start)) {
        values.to_vec()
    } else {
        moved_to(values, starts)
    }
}

/// The value of a start.
pub(crate) fn value_at(values: &[StartValue], start: u32) -> Option<f64> {
    values.iter().find(|(of, _)| *of == start).map(|(_, value)| *value)
}

fn starts_of(values: &[StartValue]) -> Vec<u32> {
    values.iter().map(|(start, _)| *start).collect()
}

/// K values as N values of other starts, with which they have nothing in common: each of those gets
/// one of the K. Their mean stays, and their deviations from it are stretched so that the error of
/// a mean over the N, by Student's t at 95 %, is that of a mean over the K: where they are joined
/// with values of those starts, the errors of both add up, and the interval grows. On logarithms
/// where all are above 0. None where the K are too few for an interval.
pub(crate) fn moved_to(values: &[StartValue], starts: &[u32]) -> Vec<StartValue> {
    let (k, n) = (values.len(), starts.len());
    if k < FEWEST_STARTS || n < FEWEST_STARTS {
        return Vec::new();
    }
    let above_0 = values.iter().all(|(_, value)| *value > 0.0);
    let [to, from]: [Scale; 2] = if above_0 {
        [f64::ln, f64::exp]
    } else {
        [std::convert::identity; 2]
    };
    let own: Vec<f64> = values.iter().map(|(_, value)| to(*value)).collect();
    let middle = mean(&own);
    let dealt: Vec<f64> = (0..n).map(|at| own[at % k]).collect();
    let dealt_middle = mean(&dealt);
    let error = error_95(&own, middle);
    let dealt_error = error_95(&dealt, dealt_middle);
    let stretch = if dealt_error > 0.0 { error / dealt_error } else { 0.0 };
    let moved = dealt.iter().map(|value| from(middle + stretch * (value - dealt_middle)));
    starts.iter().copied().zip(moved).collect()
}

/// From one scale to another.
type Scale = fn(f64) -> f64;

/// Half of the 95 % interval of a mean.
fn error_95(values: &[f64], middle: f64) -> f64 {
    let n = values.len() as f64;
    let squares: f64 = values.iter().map(|value| (value - middle).powi(2)).sum();
    let Ok(student) = StudentsT::new(0.0, 1.0, n - 1.0) else { return 0.0 };
    student.inverse_cdf(0.975) * (squares / (n - 1.0) / n).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::estimates;

    fn apart(values: &[f64], first: u32) -> Vec<StartValue> {
        (first..).zip(values.iter().copied()).collect()
    }

    #[test]
    fn values_at_other_starts_keep_their_mean_and_the_error_of_their_number() {
        let few = [100.0, 104.0, 97.0, 101.0, 99.0];
        for n in [3, 5, 11, 12] {
            let starts: Vec<u32> = (0..n).collect();
            let moved: Vec<f64> =
                moved_to(&apart(&few, 20), &starts).iter().map(|(_, value)| *value).collect();
            let of = |values: &[f64]| {
                estimates::log_mean_of_starts(values, Resolution::EXACT, 0.95).expect("a mean")
            };
            let (own, moved) = (of(&few), of(&moved));
            assert!((own.value - moved.value).abs() < 1e-9, "{n}: {own:?} {moved:?}");
            let half = |estimate: &estimates::Estimate| {
                let ends = estimate.interval.expect("an interval");
                ends.high - ends.low
            };
            assert!((half(&own) / half(&moved) - 1.0).abs() < 1e-6, "{n}: {own:?} {moved:?}");
        }
    }

    #[test]
    fn too_few_values_stand_at_no_other_start() {
        assert!(moved_to(&apart(&[1.0, 2.0], 9), &[0, 1, 2]).is_empty());
        assert!(moved_to(&apart(&[1.0, 2.0, 3.0], 9), &[0, 1]).is_empty());
    }

    #[test]
    fn values_that_share_a_start_are_joined_as_they_are() {
        let (first, second) = (apart(&[1.0, 2.0, 3.0], 0), apart(&[4.0, 5.0], 2));
        assert_eq!(put_together(&first, &second), (first, second));
    }

    #[test]
    fn values_that_are_not_above_0_are_moved_without_logarithms() {
        let moved = moved_to(&apart(&[-1.0, 0.0, 1.0], 5), &[0, 1, 2]);
        assert!((moved.iter().map(|(_, value)| value).sum::<f64>()).abs() < 1e-12);
        assert!(moved.iter().all(|(_, value)| value.is_finite()));
    }
}
