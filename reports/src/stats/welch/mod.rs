//! The difference of two means of values that have nothing in common.

pub mod between_runs;

use crate::stats::{
    estimates::{Estimate, FEWEST_STARTS, around, differ, mean, normal_quantile, standard_error},
    welch::between_runs::BetweenRuns,
};
use statrs::distribution::{ContinuousCDF, StudentsT};

/// The difference of two means of values that have nothing in common: variances and numbers of
/// values may differ (Welch, "The generalization of Student's problem when several different
/// population variances are involved", 1947).
#[derive(Clone, Copy, Debug)]
pub struct Welch {
    /// Mean of the first minus mean of the second.
    pub difference: f64,
    /// The smaller number of values.
    pub starts: usize,
    /// No difference is told more finely than this, whatever the scatter.
    finest: f64,
    /// False where no value of either side differs from the others of it.
    scatters: bool,
    standard_error: f64,
    degrees_of_freedom: f64,
}

impl Welch {
    /// Needs two finite values of each; an interval and a verdict need [`FEWEST_STARTS`].
    pub fn of(first: &[f64], second: &[f64], finest: f64) -> Option<Self> {
        let less = second.iter().map(|value| -value).collect();
        Self::of_sum(&[first.to_vec(), less], finest)
    }

    /// The sum of the means of several such, in the place of a difference.
    pub fn of_sum(summands: &[Vec<f64>], finest: f64) -> Option<Self> {
        let starts = summands.iter().map(Vec::len).min()?;
        if starts < 2 || summands.iter().flatten().any(|value| !value.is_finite()) {
            return None;
        }
        let (mut sum, mut variance, mut by_freedom) = (0.0, 0.0, 0.0);
        for values in summands {
            let mean = mean(values);
            let of_mean = variance_of_mean(values, mean);
            sum += mean;
            variance += of_mean;
            by_freedom += of_mean * of_mean / (values.len() - 1) as f64;
        }
        Some(Self {
            difference: sum,
            starts,
            finest,
            scatters: variance > 0.0,
            standard_error: variance.sqrt(),
            // Satterthwaite's approximation.
            degrees_of_freedom: variance.powi(2) / by_freedom,
        })
    }

    /// The same of values of two runs, each of which has luck that all of its values share: a
    /// variance of its own, beside that of the starts within (two levels, as in Kalibera and Jones,
    /// "Rigorous benchmarking in reasonable time", 2013).
    #[must_use]
    pub fn with_luck_of_runs(self, runs: &BetweenRuns) -> Self {
        let within = self.variance();
        let variance = within + runs.variance;
        let of_starts = if self.differs() {
            within.powi(2) / self.degrees_of_freedom
        } else {
            0.0
        };
        let by_freedom = of_starts + runs.variance.powi(2) / runs.degrees_of_freedom;
        Self {
            standard_error: variance.sqrt(),
            degrees_of_freedom: variance.powi(2) / by_freedom,
            ..self
        }
    }

    /// The smallest true difference that this scatter and so many values would show with this
    /// probability, by a one-sided test at this level; `None` without a verdict. The power of t is
    /// the tail of a noncentral t, for which Johnson and Welch ("Applications of the non-central
    /// t-distribution", 1940) put a normal distribution.
    pub fn smallest_shown(&self, level: f64, power: f64) -> Option<f64> {
        let student = self.student().filter(|_| self.is_supported())?;
        let (t, freedom) = (student.inverse_cdf(1.0 - level), self.degrees_of_freedom);
        let spread = (1.0 + t * t / (2.0 * freedom)).sqrt();
        let errors = t * (1.0 - 1.0 / (4.0 * freedom)) + normal_quantile(power) * spread;
        Some((errors * self.standard_error).max(self.finest))
    }

    pub(crate) fn variance(&self) -> f64 {
        self.standard_error * self.standard_error
    }

    /// The difference with its interval.
    pub fn estimate(&self, confidence: f64) -> Estimate {
        let half = match self.student() {
            Some(t) => t.inverse_cdf(f64::midpoint(1.0, confidence)) * self.standard_error,
            None => 0.0,
        };
        let interval = around(self.difference, half.max(self.finest));
        Estimate {
            value: self.difference,
            interval: interval.filter(|_| self.is_supported()),
            starts: self.starts,
            too_noisy: false,
        }
    }

    /// Two-sided p-value of "no difference".
    pub fn p_value_of_zero(&self) -> f64 {
        (2.0 * Self { difference: self.difference.abs(), ..*self }.beyond(0.0)).min(1.0)
    }

    /// One-sided p-value of "the true difference is at most this much"; 1 where no value of either
    /// side differs from the others of it, which leaves the question open.
    pub fn p_value_of_at_most(&self, limit: f64) -> f64 {
        if self.differs() { self.beyond(limit) } else { 1.0 }
    }

    fn beyond(&self, limit: f64) -> f64 {
        let beyond = self.difference - limit;
        if !self.is_supported() || (beyond > 0.0 && beyond <= self.finest) {
            return 1.0;
        }
        match self.student() {
            Some(t) => t.cdf(-beyond / self.standard_error),
            // Values without any scatter leave open what the clock does, where that is known.
            None if beyond > 0.0 && self.finest > 0.0 => 0.0,
            None => 1.0,
        }
    }

    /// False where no value of either side differs from the others of it: an interval is then the
    /// clock's alone.
    pub fn differs(&self) -> bool {
        self.scatters
    }

    fn is_supported(&self) -> bool {
        self.starts >= FEWEST_STARTS
    }

    /// The distribution of the difference in units of its standard error; `None` without scatter.
    fn student(&self) -> Option<StudentsT> {
        if self.standard_error > 0.0 {
            StudentsT::new(0.0, 1.0, self.degrees_of_freedom).ok()
        } else {
            None
        }
    }
}

/// 0 of values that are all the same, whatever their mean was rounded to.
fn variance_of_mean(values: &[f64], mean: f64) -> f64 {
    if differ(values) {
        standard_error(values, mean).powi(2)
    } else {
        0.0
    }
}
