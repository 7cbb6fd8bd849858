//! Order statistics: between which two of n sorted samples a quantile lies, whatever their
//! distribution. The samples must be independent, which calls of one start are not: `tail`
//! therefore takes the wider of this and an interval over starts.

use crate::stats::{
    compact_histogram::Steps,
    estimates::{self, Interval},
};

/// Weights below this share of the largest add nothing to a sum of doubles.
const NEGLIGIBLE: f64 = 1e-18;
/// Above this variance of the number of samples below a quantile, its distribution is a normal one
/// for every purpose, and adding it up would take long.
const NORMAL_FROM: f64 = 1e9;

/// The ranks, from 1, of the samples between which the quantile of the distribution lies: how many
/// of n samples lie at or below it is binomial, so the ranks are that distribution's quantile of
/// (1 - confidence) / 2, and its quantile of (1 + confidence) / 2 plus 1 (David and Nagaraja,
/// "Order Statistics", 3rd edition, 2003, section 7.1). Rank 0 stands for "below every sample",
/// rank n + 1 for "above every sample".
pub fn ranks(samples: u64, quantile: f64, confidence: f64) -> (u64, u64) {
    let tail = (1.0 - confidence) / 2.0;
    let expected = samples as f64 * quantile;
    let variance = samples as f64 * quantile * (1.0 - quantile);
    if variance > NORMAL_FROM {
        let half = estimates::normal_quantile(1.0 - tail) * variance.sqrt();
        return ((expected - half).floor() as u64, (expected + half).ceil() as u64 + 1);
    }
    let binomial = binomial_weights(samples, quantile);
    (binomial.quantile(tail), binomial.quantile(1.0 - tail) + 1)
}

/// A binomial distribution without what cannot matter.
struct BinomialWeights {
    /// The number of hits that the first weight stands for.
    from: u64,
    /// In proportion to the probabilities of `from` hits, one more, and so on.
    weights: Vec<f64>,
}

impl BinomialWeights {
    /// The smallest number of hits up to which the probabilities add up to this share.
    fn quantile(&self, share: f64) -> u64 {
        let all: f64 = self.weights.iter().sum();
        let mut sum = 0.0;
        for (hits, weight) in (self.from..).zip(&self.weights) {
            sum += weight;
            if sum >= share * all {
                return hits;
            }
        }
        self.from + (self.weights.len() - 1) as u64
    }
}

/// Each weight follows from its neighbour, outward from the most probable one, so that nothing
/// overflows however large n is.
fn binomial_weights(samples: u64, quantile: f64) -> BinomialWeights {
    let mode = (((samples as f64 + 1.0) * quantile) as u64).min(samples);
    let odds = quantile / (1.0 - quantile);
    let mut below = Vec::new();
    let (mut at, mut weight) = (mode, 1.0);
    while at > 0 && weight > NEGLIGIBLE {
        weight *= at as f64 / ((samples - at + 1) as f64 * odds);
        at -= 1;
        below.push(weight);
    }
    let from = at;
    below.reverse();
    let mut weights = below;
    weights.push(1.0);
    (at, weight) = (mode, 1.0);
    while at < samples && weight > NEGLIGIBLE {
        weight *= (samples - at) as f64 * odds / (at + 1) as f64;
        at += 1;
        weights.push(weight);
    }
    BinomialWeights { from, weights }
}

/// The interval of a quantile from the samples alone. A histogram knows in which bucket a sample
/// lies: the ends are those of the buckets, so the interval is wider than that of the samples,
/// never narrower. `None` where an end lies beyond every sample.
pub fn interval(steps: &Steps, quantile: f64, confidence: f64) -> Option<Interval> {
    let (low, high) = ranks(steps.samples(), quantile, confidence);
    if low < 1 {
        return None;
    }
    Some(Interval {
        low: steps.at_rank(low)?.low as f64,
        high: steps.at_rank(high)?.high as f64,
    })
}
