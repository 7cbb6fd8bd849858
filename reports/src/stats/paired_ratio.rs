//! Two sides that were asked in turns within one start: what that start says of their ratio.
//!
//! The unit of every interval is still the start; here one start becomes one number.

use crate::stats::estimates;

/// Four bursts next to each other, two of each side: the median call of each, ns.
#[derive(Clone, Copy, Debug)]
pub struct Turns {
    /// The bursts of the first side.
    pub first_ns: [f64; 2],
    /// The bursts of the second side.
    pub second_ns: [f64; 2],
}

impl Turns {
    /// ln(second / first): each side by the geometric mean of its two bursts.
    fn log_ratio(&self) -> f64 {
        mean_log(self.second_ns) - mean_log(self.first_ns)
    }
}

fn mean_log(ns: [f64; 2]) -> f64 {
    ns[0].ln().midpoint(ns[1].ln())
}

/// Share of turns that is left out at either end: bursts that something disturbed.
const TRIMMED: f64 = 0.2;

/// ln(second / first) in one start: of each four bursts the mean logarithm of one side minus that
/// of the other, and of these the mean without the highest and lowest fifth. Disturbances that are
/// longer than four bursts hit both sides; the others are trimmed. `None` where nothing usable is
/// left.
///
/// Trimmed mean: Tukey and McLaughlin, "Less vulnerable confidence and significance procedures for
/// location", 1963.
pub fn log_ratio(turns: &[Turns]) -> Option<f64> {
    let differences = turns.iter().map(Turns::log_ratio);
    let mut finite: Vec<f64> = differences.filter(|difference| difference.is_finite()).collect();
    finite.sort_by(f64::total_cmp);
    let cut = (finite.len() as f64 * TRIMMED) as usize;
    let kept = &finite[cut..finite.len() - cut];
    if kept.is_empty() {
        return None;
    }
    Some(kept.iter().sum::<f64>() / kept.len() as f64)
}

/// The median of some values; `None` of none.
pub fn median(values: &mut [f64]) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    if values.is_empty() {
        return None;
    }
    let middle = values.len() / 2;
    if values.len().is_multiple_of(2) {
        Some(values[middle - 1].midpoint(values[middle]))
    } else {
        Some(values[middle])
    }
}

/// A share with its exact 95 % interval.
#[derive(Clone, Copy, Debug)]
pub struct Share {
    /// How many times it happened.
    pub hits: u64,
    /// How many times it could have.
    pub tried: u64,
    /// Lower end, 0 to 1.
    pub low: f64,
    /// Upper end, 0 to 1.
    pub high: f64,
}

/// Clopper and Pearson, "The use of confidence or fiducial limits illustrated in the case of the
/// binomial", 1934.
pub fn share(hits: u64, tried: u64) -> Share {
    let (low, high) = estimates::binomial_interval(hits, tried, 0.95);
    Share { hits, tried, low, high }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn turn(first: f64, second: f64) -> Turns {
        Turns { first_ns: [first, first], second_ns: [second, second] }
    }

    #[test]
    fn finds_a_ratio_through_drift_and_bursts_that_were_disturbed() {
        // Both sides get slower and slower; in every tenth turn one burst takes ten times as long.
        let turns: Vec<Turns> = (0..200)
            .map(|at| {
                let base = 1_000.0 * (1.0 + f64::from(at) / 100.0);
                let mut turn = turn(base, base * 1.02);
                if at % 10 == 3 {
                    turn.first_ns[1] *= 10.0;
                }
                turn
            })
            .collect();
        let found = log_ratio(&turns).expect("turns").exp();
        assert!((found - 1.02).abs() < 1e-9, "{found}");
    }

    #[test]
    fn steady_drift_within_four_bursts_cancels() {
        // ABBA; each burst takes 1 % longer than the one before.
        let burst = |at: f64| 1_000.0 * (0.01 * at).exp();
        let turn = Turns {
            first_ns: [burst(0.0), burst(3.0)],
            second_ns: [1.02 * burst(1.0), 1.02 * burst(2.0)],
        };
        let found = log_ratio(&[turn; 5]).expect("turns").exp();
        assert!((found - 1.02).abs() < 1e-12, "{found}");
    }

    #[test]
    fn says_nothing_of_nothing() {
        assert!(log_ratio(&[]).is_none());
        assert!(log_ratio(&[turn(0.0, 1.0)]).is_none());
        assert!(median(&mut []).is_none());
        assert_eq!(median(&mut [3.0, 1.0, 2.0, 10.0]), Some(2.5));
    }
}
