//! The statistics that every figure rests on: start-level Student t intervals and p-values. Calls
//! of one process start share its luck, so the start is the unit; calls are never pooled for an
//! interval. It does not know cells or lanes.

pub use crate::stats::histograms::{
    DIGITS, HistogramError, LONGEST_NS, SHORTEST_NS, clipped, histogram, histogram_from_base64,
    histogram_to_base64, is_at_limit, merged, record, sum_of,
};
use crate::stats::resolution::Resolution;
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

/// Fewest starts for an interval: of two, t with one degree of freedom is 12.7 standard errors at
/// 95 % and 64 at 99 %, and their scatter may be 0 by chance.
pub const FEWEST_STARTS: usize = 3;

/// Farthest that an end of an interval may lie from its value, as a share of the value: beyond it,
/// even the order of magnitude is open.
const MOST_ERROR: f64 = 1.0;

impl Interval {
    pub(crate) fn exp(self) -> Self {
        Self { low: self.low.exp(), high: self.high.exp() }
    }
}

/// A value with its interval; the interval is absent when fewer than [`FEWEST_STARTS`] starts
/// support it, when these do not differ and nothing else limits it, and where it was too noisy.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Estimate {
    /// The best single value.
    pub value: f64,
    /// Its interval.
    pub interval: Option<Interval>,
    /// Starts that support it.
    pub starts: usize,
    /// True where an end of its interval lies farther from the value than the value itself, ±100 %:
    /// a time or a ratio is then said without numbers.
    pub too_noisy: bool,
}

/// What is said in the place of an interval that is too wide to say anything.
pub const TOO_NOISY: &str = "too noisy to tell";
/// What is said in the place of an interval that too few starts support.
pub const TOO_FEW: &str = "needs 3 restarts";

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
        let too_noisy = self.too_noisy && whole;
        Self { interval: self.interval.filter(|_| whole), too_noisy, ..self }
    }

    /// The same with the range of these values in the place of its interval: for values in two
    /// groups, of which a mean is neither, and whose interval would say how well it is known.
    #[must_use]
    pub fn with_range_of(self, values: &[f64]) -> Self {
        let low = values.iter().copied().fold(self.value, f64::min);
        let high = values.iter().copied().fold(self.value, f64::max);
        Self { interval: Some(Interval { low, high }), ..self }.without_noise()
    }

    /// From the logarithm of something to that itself: value and both ends; these are left out
    /// where they say nothing.
    pub(crate) fn exp(self) -> Self {
        let interval = self.interval.map(Interval::exp);
        Self { value: self.value.exp(), interval, ..self }.without_noise()
    }

    /// The same without an interval that is too wide to say anything: for times and ratios, which
    /// are above 0. A difference may well be 0, and keeps its interval.
    pub fn without_noise(self) -> Self {
        let too_noisy =
            self.relative_error().is_some_and(|error| error.is_nan() || error > MOST_ERROR);
        let interval = self.interval.filter(|_| !too_noisy);
        Self { interval, too_noisy: self.too_noisy || too_noisy, ..self }
    }

    /// The same with value and interval multiplied, for a change of unit.
    pub fn scaled(self, factor: f64) -> Self {
        let interval =
            self.interval.map(|i| Interval { low: i.low * factor, high: i.high * factor });
        Self { value: self.value * factor, interval, ..self }
    }
}

/// Mean and Student t interval of start-level values; for differences and shares, which may be
/// negative. Half the interval is at least `finest`, in the unit of the values. Values that are not
/// finite are dropped; no value at all gives `None`.
pub fn mean_of_starts(values: &[f64], finest: f64, confidence: f64) -> Option<Estimate> {
    let finite: Vec<f64> = values.iter().copied().filter(|v| v.is_finite()).collect();
    let starts = finite.len();
    if starts == 0 {
        return None;
    }
    let mean = mean(&finite);
    let interval = if starts >= FEWEST_STARTS {
        let half = t_quantile(starts, confidence) * standard_error(&finite, mean);
        around(mean, half.max(finest))
    } else {
        None
    };
    Some(Estimate { value: mean, interval, starts, too_noisy: false })
}

/// `None` without a width: restarts that do not differ do not say how exact they are.
pub(crate) fn around(value: f64, half: f64) -> Option<Interval> {
    (half > 0.0).then_some(Interval { low: value - half, high: value + half })
}

/// Geometric mean and Student t interval on logarithms, for times and ratios: their errors are
/// relative. Values that are not finite and positive are dropped; no value at all gives `None`.
pub fn log_mean_of_starts(
    values: &[f64],
    resolution: Resolution,
    confidence: f64,
) -> Option<Estimate> {
    let logs: Vec<f64> = values
        .iter()
        .copied()
        .filter(|v| v.is_finite() && *v > 0.0)
        .map(f64::ln)
        .collect();
    Some(mean_of_starts(&logs, resolution.log(), confidence)?.exp())
}

/// Two-sided p-value of the hypothesis that the mean of these start-level values is 0; needs
/// [`FEWEST_STARTS`]. A mean within `finest` of 0 is no evidence against it.
pub fn p_value_of_zero(values: &[f64], finest: f64) -> Option<f64> {
    if values.len() < FEWEST_STARTS || values.iter().any(|v| !v.is_finite()) {
        return None;
    }
    let mean = mean(values);
    if mean.abs() <= finest {
        return Some(1.0);
    }
    let error = standard_error(values, mean);
    if error == 0.0 {
        // The clock alone says how exact they are, where that is known.
        return Some(if finest > 0.0 { 0.0 } else { 1.0 });
    }
    let t = StudentsT::new(0.0, 1.0, (values.len() - 1) as f64).ok()?;
    Some(2.0 * t.cdf(-(mean / error).abs()))
}

/// One-sided p-value of "the true mean of these start-level values is at most this much"; needs
/// [`FEWEST_STARTS`] that differ: without any scatter there is no answer.
pub fn p_value_of_at_most(values: &[f64], limit: f64, finest: f64) -> Option<f64> {
    if !differ(values) {
        return None;
    }
    let beyond: Vec<f64> = values.iter().map(|value| value - limit).collect();
    let two_sided = p_value_of_zero(&beyond, finest)?;
    Some(if beyond.iter().sum::<f64>() > 0.0 {
        two_sided / 2.0
    } else {
        1.0 - two_sided / 2.0
    })
}

/// True where not all values are the same.
pub fn differ(values: &[f64]) -> bool {
    values.windows(2).any(|two| two[0] != two[1])
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

pub(crate) fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// The standard error of a mean.
pub(crate) fn standard_error(values: &[f64], mean: f64) -> f64 {
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

/// Which quantile of the samples that are known is this quantile of them and of so many more above
/// all of them (censored). `None` where it lies among the latter.
pub fn quantile_below(quantile: f64, samples: u64, above: u64) -> Option<f64> {
    let known = quantile * (samples + above) as f64 / samples as f64;
    (known <= 1.0).then_some(known)
}
