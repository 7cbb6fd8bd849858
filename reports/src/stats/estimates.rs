//! The statistics that every figure rests on: start-level Student t intervals and p-values. Calls
//! of one process start share its luck, so the start is the unit; calls are never pooled for an
//! interval. It does not know cells or lanes.

pub use crate::stats::histograms::{
    DIGITS, HistogramError, LONGEST_NS, SHORTEST_NS, clipped, histogram, histogram_from_base64,
    histogram_to_base64, is_at_limit, merged, record, sum_of,
};
use statrs::distribution::{Beta, Binomial, ContinuousCDF, DiscreteCDF, Normal, StudentsT};

/// Fewest samples that must lie beyond a percentile before it is shown.
pub const SAMPLES_BEYOND: f64 = 10.0;

/// A range that covers the true value with the confidence it was made for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// A value with its interval; the interval is absent when fewer than two starts support it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// The best single value.
    pub value: f64,
    /// Its interval.
    pub interval: Option<Interval>,
    /// Starts that support it.
    pub starts: usize,
}

impl Estimate {
    /// Larger distance from the value to an end of the interval, as a share of the value.
    pub fn relative_error(&self) -> Option<f64> {
        let interval = self.interval?;
        if self.value == 0.0 {
            return None;
        }
        let distance = (interval.high - self.value).max(self.value - interval.low);
        Some((distance / self.value).abs())
    }

    /// The same without its interval, unless whole starts support it.
    pub fn only_if(self, whole: bool) -> Self {
        Self { interval: self.interval.filter(|_| whole), ..self }
    }

    /// From the logarithm of something to that itself: value and both ends.
    pub(crate) fn exp(self) -> Self {
        let interval = self.interval.map(|i| Interval { low: i.low.exp(), high: i.high.exp() });
        Self { value: self.value.exp(), interval, ..self }
    }

    /// The same with value and interval multiplied, for a change of unit.
    pub fn scaled(self, factor: f64) -> Self {
        let interval =
            self.interval.map(|i| Interval { low: i.low * factor, high: i.high * factor });
        Self { value: self.value * factor, interval, ..self }
    }
}

/// Mean and Student t interval of start-level values; for differences and shares, which may be
/// negative. Values that are not finite are dropped; no value at all gives `None`.
pub fn mean_of_starts(values: &[f64], confidence: f64) -> Option<Estimate> {
    let finite: Vec<f64> = values.iter().copied().filter(|v| v.is_finite()).collect();
    let starts = finite.len();
    if starts == 0 {
        return None;
    }
    let mean = mean(&finite);
    let interval = (starts >= 2).then(|| {
        let half = t_quantile(starts, confidence) * standard_error(&finite, mean);
        Interval { low: mean - half, high: mean + half }
    });
    Some(Estimate { value: mean, interval, starts })
}

/// Geometric mean and Student t interval on logarithms, for times and ratios: their errors are
/// relative. Values that are not finite and positive are dropped; no value at all gives `None`.
pub fn log_mean_of_starts(values: &[f64], confidence: f64) -> Option<Estimate> {
    let logs: Vec<f64> = values
        .iter()
        .copied()
        .filter(|v| v.is_finite() && *v > 0.0)
        .map(f64::ln)
        .collect();
    Some(mean_of_starts(&logs, confidence)?.exp())
}

/// Two-sided p-value of the hypothesis that the mean of these start-level values is 0; needs two
/// starts.
pub fn p_value_of_zero(values: &[f64]) -> Option<f64> {
    if values.len() < 2 || values.iter().any(|v| !v.is_finite()) {
        return None;
    }
    let mean = mean(values);
    let error = standard_error(values, mean);
    if error == 0.0 {
        return Some(if mean == 0.0 { 1.0 } else { 0.0 });
    }
    let t = StudentsT::new(0.0, 1.0, (values.len() - 1) as f64).ok()?;
    Some(2.0 * t.cdf(-(mean / error).abs()))
}

/// One-sided p-value of "the true mean of these start-level values is at most this much"; needs two
/// starts.
pub fn p_value_of_at_most(values: &[f64], limit: f64) -> Option<f64> {
    let beyond: Vec<f64> = values.iter().map(|value| value - limit).collect();
    let two_sided = p_value_of_zero(&beyond)?;
    Some(if beyond.iter().sum::<f64>() > 0.0 {
        two_sided / 2.0
    } else {
        1.0 - two_sided / 2.0
    })
}

/// The difference of two means of values that have nothing in common: variances and numbers of
/// values may differ (Welch, "The generalization of Student's problem when several different
/// population variances are involved", 1947).
#[derive(Clone, Copy, Debug)]
pub struct Welch {
    /// Mean of the first minus mean of the second.
    pub difference: f64,
    /// The smaller number of values.
    pub starts: usize,
    standard_error: f64,
    degrees_of_freedom: f64,
}

impl Welch {
    /// Needs two finite values of each.
    pub fn of(first: &[f64], second: &[f64]) -> Option<Self> {
        let starts = first.len().min(second.len());
        if starts < 2 || first.iter().chain(second).any(|value| !value.is_finite()) {
            return None;
        }
        let (mean_a, mean_b) = (mean(first), mean(second));
        // Variances of the two means.
        let a = standard_error(first, mean_a).powi(2);
        let b = standard_error(second, mean_b).powi(2);
        let freedom_a = (first.len() - 1) as f64;
        let freedom_b = (second.len() - 1) as f64;
        // Satterthwaite's approximation.
        let freedom = (a + b).powi(2) / (a * a / freedom_a + b * b / freedom_b);
        Some(Self {
            difference: mean_a - mean_b,
            starts,
            standard_error: (a + b).sqrt(),
            degrees_of_freedom: freedom,
        })
    }

    /// The difference with its interval.
    pub fn estimate(&self, confidence: f64) -> Estimate {
        let half = match self.student() {
            Some(t) => t.inverse_cdf(f64::midpoint(1.0, confidence)) * self.standard_error,
            None => 0.0,
        };
        let interval = Interval { low: self.difference - half, high: self.difference + half };
        Estimate {
            value: self.difference,
            interval: Some(interval),
            starts: self.starts,
        }
    }

    /// Two-sided p-value of "no difference".
    pub fn p_value_of_zero(&self) -> f64 {
        2.0 * Self { difference: self.difference.abs(), ..*self }.p_value_of_at_most(0.0)
    }

    /// One-sided p-value of "the true difference is at most this much".
    pub fn p_value_of_at_most(&self, limit: f64) -> f64 {
        let beyond = self.difference - limit;
        match self.student() {
            Some(t) => t.cdf(-beyond / self.standard_error),
            // Values without any scatter leave nothing open.
            None if beyond > 0.0 => 0.0,
            None if beyond < 0.0 => 1.0,
            None => 0.5,
        }
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

/// The two-sided quantile of Student's t for that many starts.
pub fn t_quantile(starts: usize, confidence: f64) -> f64 {
    let freedom = starts.saturating_sub(1).max(1) as f64;
    StudentsT::new(0.0, 1.0, freedom)
        .map_or(f64::NAN, |t| t.inverse_cdf(f64::midpoint(1.0, confidence)))
}

/// The one-sided quantile of the normal distribution.
pub fn normal_quantile(share: f64) -> f64 {
    Normal::standard().inverse_cdf(share)
}

/// The exact interval of a share: `hits` of `tried` (Clopper and Pearson 1934), as (low, high), 0
/// to 1.
pub fn binomial_interval(hits: u64, tried: u64, confidence: f64) -> (f64, f64) {
    let tail = (1.0 - confidence) / 2.0;
    let low = if hits == 0 {
        0.0
    } else {
        beta_quantile(hits, tried - hits + 1, tail)
    };
    let high = if hits >= tried {
        1.0
    } else {
        beta_quantile(hits + 1, tried - hits, 1.0 - tail)
    };
    (low, high)
}

fn beta_quantile(a: u64, b: u64, share: f64) -> f64 {
    Beta::new(a as f64, b as f64).map_or(f64::NAN, |beta| beta.inverse_cdf(share))
}

/// The probability of at least `hits` of `tried`, each with this probability by itself.
pub fn binomial_at_least(hits: u64, tried: u64, probability: f64) -> f64 {
    if hits == 0 {
        return 1.0;
    }
    Binomial::new(probability, tried).map_or(f64::NAN, |binomial| binomial.sf(hits - 1))
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// The standard error of a mean.
fn standard_error(values: &[f64], mean: f64) -> f64 {
    let n = values.len() as f64;
    let squares: f64 = values.iter().map(|v| (v - mean).powi(2)).sum();
    (squares / (n - 1.0) / n).sqrt()
}

/// True when a sample of this size may show this quantile: at least ten samples lie beyond it.
pub fn supports(samples: u64, quantile: f64) -> bool {
    // The small slack keeps 1,000 samples good for p99 in spite of 1 - 0.99 being slightly below
    // 0.01.
    samples as f64 * (1.0 - quantile) + 1e-6 >= SAMPLES_BEYOND
}
