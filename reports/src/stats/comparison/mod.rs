//! Two lanes, or all lanes of a table, against each other: paired by start, so that what a start
//! did to both of them cancels. It says what was detected and what matters (METHOD.md, "The words
//! of a comparison") and never more.

pub mod ranks;
mod words;

pub use crate::stats::comparison::words::WORDS;
use crate::stats::{
    estimates::{self, Estimate, Interval},
    resolution::Resolution,
    starts::Starts,
    welch::Welch,
};

/// Confidence a difference needs to count as detected.
pub const DETECTION: f64 = 0.99;
/// A difference that lies wholly below this share does not matter.
pub const MARGIN: f64 = 0.05;
/// The smallest ratio within the margin.
const SMALLEST_EQUIVALENT: f64 = 1.0 / (1.0 + MARGIN);
/// The largest ratio within the margin.
const LARGEST_EQUIVALENT: f64 = 1.0 + MARGIN;

/// How much longer one takes than another.
#[derive(Clone, Copy, Debug)]
pub struct Comparison {
    /// First divided by second, with its 99 % interval where that says something.
    pub ratio: Estimate,
    /// Two-sided p-value of "no difference"; 1 where too few starts support it.
    pub p_value: f64,
    /// The 99 % interval, however wide: what a verdict rests on.
    span: Option<Interval>,
}

/// What a comparison says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Takes longer, beyond the margin.
    Slower,
    /// Takes less, beyond the margin.
    Faster,
    /// A difference was detected, but nothing shows that it exceeds the margin.
    Slightly,
    /// Nothing was detected, and the interval lies within the margin.
    Same,
    /// The interval holds both no difference and one that matters.
    CannotTell,
}

impl Comparison {
    /// Pairs the starts in which both were measured; needs two of them, and
    /// [`estimates::FEWEST_STARTS`] for an interval and a verdict. Starts of which none is in both
    /// are compared unpaired.
    pub fn of(first: &Starts, second: &Starts) -> Option<Self> {
        if first.is_apart_from(second) {
            let logs = |starts: &Starts| -> Vec<f64> {
                starts.values().iter().map(|value| value.ln()).collect()
            };
            let finest = first.resolution.and(second.resolution).log();
            let difference = Welch::of(&logs(first), &logs(second), finest)?;
            return Some(Self::unpaired(&difference));
        }
        Self::of_logs(&first.log_ratios(second), first.resolution.and(second.resolution))
    }

    /// From the logarithm of the ratio in each start.
    pub fn of_logs(logs: &[f64], resolution: Resolution) -> Option<Self> {
        if logs.len() < 2 || logs.iter().any(|log| !log.is_finite()) {
            return None;
        }
        let finest = resolution.log();
        let p_value = estimates::p_value_of_zero(logs, finest).unwrap_or(1.0);
        Some(Self::new(estimates::mean_of_starts(logs, finest, DETECTION)?, p_value))
    }

    /// First by second of starts that have nothing in common, from the difference of their
    /// logarithms.
    pub fn unpaired(logs: &Welch) -> Self {
        Self::new(logs.estimate(DETECTION), logs.p_value_of_zero())
    }

    fn new(log_ratio: Estimate, p_value: f64) -> Self {
        Self {
            ratio: log_ratio.exp(),
            p_value,
            span: log_ratio.interval.map(Interval::exp),
        }
    }

    /// Second by first.
    pub fn inverted(&self) -> Self {
        let turned =
            |interval: Interval| Interval { low: 1.0 / interval.high, high: 1.0 / interval.low };
        let ratio = Estimate {
            value: 1.0 / self.ratio.value,
            interval: self.ratio.interval.map(turned),
            ..self.ratio
        };
        Self { ratio, p_value: self.p_value, span: self.span.map(turned) }
    }

    /// True when the interval excludes equality.
    pub fn detected(&self) -> bool {
        self.span.is_some_and(|i| i.low > 1.0 || i.high < 1.0)
    }

    /// True when the whole interval lies within the margin.
    pub fn within_margin(&self) -> bool {
        self.span
            .is_some_and(|i| i.low > SMALLEST_EQUIVALENT && i.high < LARGEST_EQUIVALENT)
    }

    /// True when the whole interval lies above this ratio.
    pub fn is_above(&self, ratio: f64) -> bool {
        self.span.is_some_and(|i| i.low > ratio)
    }

    /// True when the whole interval lies below this ratio.
    pub fn is_below(&self, ratio: f64) -> bool {
        self.span.is_some_and(|i| i.high < ratio)
    }

    /// Detected and beyond the margin, in words.
    pub fn verdict(&self) -> Verdict {
        match self.span {
            Some(i) if i.low > LARGEST_EQUIVALENT => Verdict::Slower,
            Some(i) if i.high < SMALLEST_EQUIVALENT => Verdict::Faster,
            _ if self.detected() => Verdict::Slightly,
            _ if self.within_margin() => Verdict::Same,
            _ => Verdict::CannotTell,
        }
    }
}

/// Which of these differences are detected in the family that they form: [`holm`] at the level of
/// [`DETECTION`].
pub fn detected_in_family<'c>(family: impl Iterator<Item = &'c Comparison>) -> Vec<bool> {
    let p_values: Vec<f64> = family.map(|comparison| comparison.p_value).collect();
    holm(&p_values, 1.0 - DETECTION)
}

/// Which hypotheses are rejected at this level of the whole family, in the order of the p-values:
/// Holm, "A simple sequentially rejective multiple test procedure", 1979.
pub fn holm(p_values: &[f64], level: f64) -> Vec<bool> {
    let mut order: Vec<usize> = (0..p_values.len()).collect();
    order.sort_by(|a, b| p_values[*a].total_cmp(&p_values[*b]));
    let mut rejected = vec![false; p_values.len()];
    for (at, index) in order.iter().enumerate() {
        rejected[*index] = p_values[*index] <= level / (order.len() - at) as f64;
        if !rejected[*index] {
            break;
        }
    }
    rejected
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::estimates::TOO_FEW;

    fn starts(values: &[f64]) -> Starts {
        Starts::new((0u32..).zip(values.iter().copied()).collect(), Resolution::EXACT)
    }

    #[test]
    fn tells_detected_from_matters() {
        let base = starts(&[100.0, 110.0, 90.0, 105.0, 95.0]);
        let times = |by: [f64; 5]| starts(&[0, 1, 2, 3, 4].map(|i: usize| base[i].1 * by[i]));
        let verdict = |by| Comparison::of(&times(by), &base).expect("five pairs").verdict();
        assert_eq!(verdict([1.20, 1.21, 1.19, 1.20, 1.20]), Verdict::Slower);
        assert_eq!(verdict([0.80, 0.81, 0.79, 0.80, 0.80]), Verdict::Faster);
        assert_eq!(verdict([1.020, 1.021, 1.019, 1.020, 1.020]), Verdict::Slightly);
        assert_eq!(verdict([1.001, 0.999, 1.002, 0.998, 1.0]), Verdict::Same);
        assert_eq!(verdict([1.3, 0.8, 1.1, 0.9, 1.0]), Verdict::CannotTell);
    }

    #[test]
    fn compares_only_starts_that_both_have() {
        let of = |values: &[(u32, f64)]| Starts::new(values.to_vec(), Resolution::EXACT);
        let short = of(&[(0, 2.0), (3, 2.0)]);
        let long = starts(&[1.0, 1.0, 1.0, 1.0]);
        let comparison = Comparison::of(&short, &long).expect("two pairs");
        assert_eq!(comparison.ratio.starts, 2);
        assert_eq!((comparison.ratio.interval, comparison.words()), (None, TOO_FEW));
        assert!(Comparison::of(&of(&[(0, 2.0)]), &long).is_none());
    }

    /// By hand: 0.005 <= 0.05 / 4, 0.01 <= 0.05 / 3, 0.03 > 0.05 / 2.
    #[test]
    fn holm_agrees_with_a_hand_calculation() {
        assert_eq!(holm(&[0.01, 0.04, 0.03, 0.005], 0.05), [true, false, false, true]);
        assert_eq!(holm(&[], 0.05), Vec::<bool>::new());
        // NaN is evidence of nothing.
        assert_eq!(holm(&[f64::NAN, 0.001], 0.05), [false, true]);
    }
}
