//! Two lanes, or all lanes of a table, against each other: paired by start, so that what a start did to both of
//! them cancels. It says what was detected and what matters (METHOD.md, rule 4) and never more.

use crate::stats::{self, Estimate, Interval};

/// Confidence a difference needs to count as detected.
pub const DETECTION: f64 = 0.99;
/// A difference that lies wholly below this share does not matter.
pub const MARGIN: f64 = 0.05;

/// A start and what was measured in it.
pub type StartValue = (u32, f64);

/// How much longer one takes than another.
#[derive(Clone, Copy, Debug)]
pub struct Comparison {
    /// First divided by second, with its 99 % interval.
    pub ratio: Estimate,
    /// Two-sided p-value of "no difference".
    pub p_value: f64,
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
    /// Pairs the starts in which both were measured; needs two of them.
    pub fn of(first: &[StartValue], second: &[StartValue]) -> Option<Self> {
        Self::of_logs(&log_ratios(first, second))
    }

    /// From the logarithm of the ratio in each start.
    pub fn of_logs(logs: &[f64]) -> Option<Self> {
        let p_value = stats::p_value_of_zero(logs)?;
        let ratios: Vec<f64> = logs.iter().map(|l| l.exp()).collect();
        Some(Self { ratio: stats::log_mean_of_starts(&ratios, DETECTION)?, p_value })
    }

    /// First by second of starts that have nothing in common: Welch, "The generalization of Student's problem when several
    /// different population variances are involved", 1947, on logarithms. Needs two starts of each.
    pub fn unpaired(first: &[f64], second: &[f64]) -> Option<Self> {
        let logs = |values: &[f64]| values.iter().map(|value| value.ln()).collect::<Vec<f64>>();
        let (difference, p_value) = stats::welch(&logs(first), &logs(second), DETECTION)?;
        let interval = difference.interval.map(|i| Interval { low: i.low.exp(), high: i.high.exp() });
        let ratio = Estimate { value: difference.value.exp(), interval, starts: difference.starts };
        Some(Self { ratio, p_value })
    }

    /// True when the interval excludes equality.
    pub fn detected(&self) -> bool {
        self.ratio.interval.is_some_and(|i| i.low > 1.0 || i.high < 1.0)
    }

    /// Detected and beyond the margin, in words.
    pub fn verdict(&self) -> Verdict {
        let Some(interval) = self.ratio.interval else { return Verdict::CannotTell };
        let (least, most) = (1.0 / (1.0 + MARGIN), 1.0 + MARGIN);
        match interval {
            i if i.low > most => Verdict::Slower,
            i if i.high < least => Verdict::Faster,
            _ if self.detected() => Verdict::Slightly,
            i if i.low > least && i.high < most => Verdict::Same,
            _ => Verdict::CannotTell,
        }
    }
}

impl Comparison {
    /// The verdict in the words of METHOD.md.
    pub fn words(&self) -> &'static str {
        match self.verdict() {
            Verdict::Slower => "slower",
            Verdict::Faster => "faster",
            Verdict::Slightly if self.ratio.value > 1.0 => "slightly slower",
            Verdict::Slightly => "slightly faster",
            Verdict::Same => "same within 5 %",
            Verdict::CannotTell => "cannot tell",
        }
    }
}

fn log_ratios(first: &[StartValue], second: &[StartValue]) -> Vec<f64> {
    let of_start = |start: u32| second.iter().find(|(s, _)| *s == start).map(|(_, v)| *v);
    let paired = first.iter().filter_map(|(start, v)| Some((v / of_start(*start)?).ln()));
    paired.filter(|l| l.is_finite()).collect()
}

/// A rank, 1 for the fastest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rank {
    /// One more than the number of those that are detectably faster.
    pub place: usize,
    /// True when another one has the same place.
    pub shared: bool,
}

/// Ranks of several lanes. A lane is placed behind another only where the difference is detected in the whole
/// family of pairs (Holm), so that noise gives shared ranks and not an order.
pub fn ranks(values: &[Vec<StartValue>]) -> Vec<Rank> {
    let detected = holm(&pairs(values), 1.0 - DETECTION);
    let places: Vec<usize> =
        (0..values.len()).map(|me| 1 + detected.iter().filter(|pair| pair.slower() == me).count()).collect();
    let shared = |place: usize| places.iter().filter(|p| **p == place).count() > 1;
    places.iter().map(|&place| Rank { place, shared: shared(place) }).collect()
}

#[derive(Clone, Copy)]
struct Pair {
    first: usize,
    second: usize,
    log_ratio: f64,
    p_value: f64,
}

impl Pair {
    fn slower(&self) -> usize {
        if self.log_ratio > 0.0 { self.first } else { self.second }
    }
}

fn pairs(values: &[Vec<StartValue>]) -> Vec<Pair> {
    let mut pairs = Vec::new();
    for first in 0..values.len() {
        for second in first + 1..values.len() {
            if let Some(c) = Comparison::of(&values[first], &values[second]) {
                pairs.push(Pair { first, second, log_ratio: c.ratio.value.ln(), p_value: c.p_value });
            }
        }
    }
    pairs
}

/// The pairs that stay significant at this level as a family.
fn holm(pairs: &[Pair], level: f64) -> Vec<Pair> {
    let mut sorted = pairs.to_vec();
    sorted.sort_by(|a, b| a.p_value.total_cmp(&b.p_value));
    let family = sorted.len();
    let kept =
        sorted.iter().enumerate().take_while(|(at, pair)| pair.p_value <= level / (family - at) as f64);
    kept.map(|(_, pair)| *pair).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn starts(values: &[f64]) -> Vec<StartValue> {
        (0u32..).zip(values.iter().copied()).collect()
    }

    #[test]
    fn shares_a_rank_where_no_difference_is_detected() {
        let a = starts(&[100.0, 101.0, 99.0, 100.5, 99.5]);
        let b = starts(&[100.4, 100.2, 99.7, 100.1, 99.9]);
        let c = starts(&[200.0, 201.0, 198.0, 202.0, 199.0]);
        let ranks = ranks(&[c, a, b]);
        assert_eq!(ranks.iter().map(|r| r.place).collect::<Vec<_>>(), [3, 1, 1]);
        assert_eq!(ranks.iter().map(|r| r.shared).collect::<Vec<_>>(), [false, true, true]);
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
        let short = vec![(0, 2.0), (3, 2.0)];
        let long = starts(&[1.0, 1.0, 1.0, 1.0]);
        let comparison = Comparison::of(&short, &long).expect("two pairs");
        assert_eq!(comparison.ratio.starts, 2);
        assert!(Comparison::of(&short[..1], &long).is_none());
    }
}
