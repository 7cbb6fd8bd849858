//! What two runs of the same thing differ by, beyond what their starts tell: pages and caches that
//! all starts of a run share, neighbours on the machine, its clock at another hour. One record of
//! each side says nothing of it by itself.

use crate::stats::{paired_ratio, welch::Welch};

/// The luck of a run, as a standard deviation of logarithms: what is assumed where the figures of
/// the two do not show more. Of records of one build that were made one after another, the median
/// difference was within what their starts tell; 1 % is what that leaves open.
pub const ASSUMED: f64 = 0.01;
/// The assumption counts like a standard deviation that was taken from so many values.
const ASSUMED_FREEDOM: f64 = 20.0;
/// More than this, as a standard deviation of a difference, is not taken for luck, unless floors of
/// the machine, which no lane's code touches, differ by more.
const MOST: f64 = 0.05;
/// Fewest floors that say so.
const FEWEST_FLOORS: usize = 3;
/// Fewest lanes whose figures say together what runs differ by: of fewer, half may have changed.
const FEWEST_LANES: usize = 5;
/// Where the search for a variance begins, and how often its range is halved.
const LEAST: f64 = 1e-8;
const HALVINGS: u32 = 60;
/// The median of the square of a standard normal variable.
const MEDIAN_SQUARE: f64 = 0.454_936;

/// The variance that the luck of two runs adds to a difference between them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BetweenRuns {
    /// Of the difference of two logarithms.
    pub variance: f64,
    /// How well it is known.
    pub degrees_of_freedom: f64,
}

impl BetweenRuns {
    /// Where nothing is known of these two.
    pub fn assumed() -> Self {
        Self {
            variance: 2.0 * ASSUMED * ASSUMED,
            degrees_of_freedom: ASSUMED_FREEDOM,
        }
    }

    /// From the differences of all figures of so many lanes, most of which are taken to be those of
    /// one thing: the variance with which the median of their squared differences, each in units of
    /// its own error, is that of chance. It is robust, as the median is: what a change did to less
    /// than half of the figures adds little. Never less than what is assumed, and no more than
    /// these floors of the machine allow: what changed most lanes is a change, unless it changed
    /// the machine.
    pub fn of(differences: &[Welch], lanes: usize, floors: &[Welch]) -> Self {
        let assumed = Self::assumed();
        if lanes < FEWEST_LANES {
            return assumed;
        }
        let of_floors = if floors.len() < FEWEST_FLOORS {
            0.0
        } else {
            excess_variance(floors)
        };
        let most = of_floors.max(MOST * MOST);
        let variance = excess_variance(differences);
        if variance <= assumed.variance {
            return assumed;
        }
        // Figures of one lane share most of their luck. The more there is beyond what is assumed,
        // the less of it is assumed. A limit is assumed, as the least is.
        let (read, share) = ((lanes - 1) as f64, assumed.variance / variance);
        let of_both = read + share * (ASSUMED_FREEDOM - read);
        let degrees_of_freedom = if variance < most { of_both } else { ASSUMED_FREEDOM };
        Self { variance: variance.min(most), degrees_of_freedom }
    }

    /// True where the two runs show more luck than is assumed of any.
    pub fn is_shown(&self) -> bool {
        *self != Self::assumed()
    }

    /// What two runs of one thing typically differ by, as a share: one standard deviation.
    pub fn share(&self) -> f64 {
        self.variance.sqrt().exp_m1()
    }
}

/// The variance, beside that of their starts, with which differences of nothing would be as large
/// as these; 0 where their starts explain them.
fn excess_variance(differences: &[Welch]) -> f64 {
    let is_more_than = |variance: f64| {
        let mut squares: Vec<f64> = differences
            .iter()
            .map(|one| one.difference * one.difference / (one.variance() + variance))
            .collect();
        paired_ratio::median(&mut squares).is_some_and(|median| median > MEDIAN_SQUARE)
    };
    let (mut low, mut high) = (LEAST, 1.0);
    if !is_more_than(low) {
        return 0.0;
    }
    for _ in 0..HALVINGS {
        let middle = f64::sqrt(low * high);
        *(if is_more_than(middle) { &mut low } else { &mut high }) = middle;
    }
    high
}
