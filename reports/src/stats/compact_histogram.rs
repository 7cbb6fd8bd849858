//! A distribution as steps: what a histogram recorded, without the room that it keeps for all it
//! could. A record with ten thousand cells has thousands of tails, and a histogram takes 200 KB. It
//! answers like the histogram it was made from.

use hdrhistogram::Histogram;

/// A value that was recorded, as a histogram knows it.
#[derive(Clone, Copy, Debug)]
pub struct Step {
    /// Smallest of the values that are one to the histogram.
    pub low: u64,
    /// Largest of them.
    pub high: u64,
    /// Samples up to and with it.
    cumulative: u64,
}

/// In rising order.
#[derive(Clone, Debug)]
pub struct Steps(Vec<Step>);

impl Steps {
    /// What a histogram recorded.
    pub fn of(histogram: &Histogram<u64>) -> Self {
        let mut steps = Vec::new();
        let mut cumulative = 0_u64;
        for bucket in histogram.iter_recorded() {
            cumulative = cumulative.saturating_add(bucket.count_at_value());
            let high = bucket.value_iterated_to();
            steps.push(Step { low: histogram.lowest_equivalent(high), high, cumulative });
        }
        Self(steps)
    }

    /// Samples.
    pub fn samples(&self) -> u64 {
        self.0.last().map_or(0, |step| step.cumulative)
    }

    /// The smallest value that this share (above 0) of all samples does not exceed; 0 without a
    /// sample.
    pub fn value_at_quantile(&self, quantile: f64) -> u64 {
        let rank = ((quantile.min(1.0) * self.samples() as f64).ceil() as u64).max(1);
        self.at_rank(rank).map_or(0, |step| step.high)
    }

    /// Where the sample of this rank lies, from 1; `None` beyond the last.
    pub fn at_rank(&self, rank: u64) -> Option<Step> {
        self.0.get(self.0.partition_point(|step| step.cumulative < rank)).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::estimates;

    #[test]
    fn steps_answer_like_the_histogram_they_were_made_from() {
        let mut histogram = estimates::histogram();
        assert_eq!(Steps::of(&histogram).value_at_quantile(0.5), histogram.value_at_quantile(0.5));
        for n in 1..5_000_u64 {
            histogram.saturating_record(n * n % 7_919 * (n % 13 + 1));
        }
        let steps = Steps::of(&histogram);
        assert_eq!(steps.samples(), histogram.len());
        for share in 1..=1_000 {
            let quantile = f64::from(share) / 1_000.0;
            assert_eq!(
                steps.value_at_quantile(quantile),
                histogram.value_at_quantile(quantile),
                "{quantile}"
            );
        }
    }
}
