//! A distribution as steps: what a histogram recorded, without the room that it keeps for all it could. A record with ten
//! thousand cells has thousands of tails, and a histogram takes 200 KB. It answers like the histogram it was made from.

use hdrhistogram::Histogram;

/// Values in rising order, each with the number of samples up to and with it.
#[derive(Clone, Debug)]
pub(crate) struct Steps(Vec<(u64, u64)>);

impl Steps {
    pub(crate) fn of(histogram: &Histogram<u64>) -> Self {
        let mut sum = 0_u64;
        let step = |value: hdrhistogram::iterators::IterationValue<u64>| {
            sum = sum.saturating_add(value.count_at_value());
            (value.value_iterated_to(), sum)
        };
        Self(histogram.iter_recorded().map(step).collect())
    }

    /// Samples.
    pub(crate) fn len(&self) -> u64 {
        self.0.last().map_or(0, |(_, sum)| *sum)
    }

    /// The smallest value that this share (above 0) of all samples does not exceed; 0 without a sample.
    pub(crate) fn value_at_quantile(&self, quantile: f64) -> u64 {
        let wanted = ((quantile.min(1.0) * self.len() as f64).ceil() as u64).max(1);
        let at = self.0.partition_point(|(_, sum)| *sum < wanted);
        self.0.get(at).map_or(0, |(value, _)| *value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats;

    #[test]
    fn steps_answer_like_the_histogram_they_were_made_from() {
        let mut histogram = stats::histogram();
        assert_eq!(Steps::of(&histogram).value_at_quantile(0.5), histogram.value_at_quantile(0.5));
        for n in 1..5_000_u64 {
            histogram.saturating_record(n * n % 7_919 * (n % 13 + 1));
        }
        let steps = Steps::of(&histogram);
        assert_eq!(steps.len(), histogram.len());
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
