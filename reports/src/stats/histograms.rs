//! Histograms of times as records hold them: their bounds, their text, their sum. It makes no
//! figure of them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hdrhistogram::Histogram;
use hdrhistogram::serialization::{Deserializer, Serializer, V2DeflateSerializer};
use std::fmt;

/// Shortest time a histogram holds, ns.
pub const SHORTEST_NS: u64 = 1;
/// Longest time a histogram tells from longer ones, ns: 60 s. What is longer is recorded as this.
pub const LONGEST_NS: u64 = 60_000_000_000;
/// From here on a histogram of three digits cannot tell a time from [`LONGEST_NS`], ns: a test
/// holds it against the histogram.
const LIMIT_NS: u64 = 59_995_324_416;
/// Significant decimal digits a histogram keeps.
pub const DIGITS: u8 = 3;
/// Why a histogram could not be read or written.
#[derive(Debug)]
pub struct HistogramError(String);

impl fmt::Display for HistogramError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "histogram: {}", self.0)
    }
}

impl std::error::Error for HistogramError {}

impl HistogramError {
    fn of(cause: impl fmt::Debug) -> Self {
        Self(format!("{cause:?}"))
    }
}

/// An empty histogram of the shape that records hold.
pub fn histogram() -> Histogram<u64> {
    Histogram::new_with_bounds(SHORTEST_NS, LONGEST_NS, DIGITS)
        .expect("the bounds are constants that fit")
}

/// Records a time, ns. One that is longer than the histogram tells is recorded as the longest: the
/// histogram's own limit lies elsewhere, and would make a longer time read shorter.
pub fn record(histogram: &mut Histogram<u64>, ns: u64) {
    histogram.saturating_record(ns.clamp(SHORTEST_NS, LONGEST_NS));
}

/// True of a time out of a histogram, ns, that stands for all longer ones: it is no figure, but the
/// lower end of one.
pub fn is_at_limit(ns: f64) -> bool {
    ns >= LIMIT_NS as f64
}

/// How many samples are longer than the histogram tells.
pub fn clipped(histogram: &Histogram<u64>) -> u64 {
    if !is_at_limit(histogram.max() as f64) {
        return 0;
    }
    let at_limit = histogram
        .iter_recorded()
        .filter(|bucket| is_at_limit(bucket.value_iterated_to() as f64));
    at_limit.map(|bucket| bucket.count_at_value()).sum()
}

/// Reads a histogram in V2 deflate, base64.
///
/// # Errors
/// The text is no base64, or its bytes are no histogram.
pub fn histogram_from_base64(text: &str) -> Result<Histogram<u64>, HistogramError> {
    let bytes = STANDARD.decode(text.trim()).map_err(HistogramError::of)?;
    Deserializer::new()
        .deserialize(&mut bytes.as_slice())
        .map_err(HistogramError::of)
}

/// Writes a histogram as V2 deflate, base64.
///
/// # Errors
/// The histogram cannot be serialized.
pub fn histogram_to_base64(histogram: &Histogram<u64>) -> Result<String, HistogramError> {
    let mut bytes = Vec::new();
    V2DeflateSerializer::new()
        .serialize(histogram, &mut bytes)
        .map_err(HistogramError::of)?;
    Ok(STANDARD.encode(bytes))
}

/// Adds histograms up. Percentiles are read from the sum; averaging percentiles of parts would be
/// wrong.
///
/// # Errors
/// A part cannot be read, or holds times beyond the bounds.
pub fn merged<'a>(
    parts: impl IntoIterator<Item = &'a str>,
) -> Result<Histogram<u64>, HistogramError> {
    let parts = parts.into_iter().map(histogram_from_base64).collect::<Result<Vec<_>, _>>()?;
    sum_of(&parts)
}

/// The same for histograms that were read already.
///
/// # Errors
/// A part holds times beyond the bounds.
pub fn sum_of(parts: &[Histogram<u64>]) -> Result<Histogram<u64>, HistogramError> {
    let mut sum = histogram();
    for part in parts {
        sum.add(part).map_err(HistogramError::of)?;
    }
    Ok(sum)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_is_longer_than_the_limit_reads_as_the_limit_and_never_shorter() {
        let mut histogram = histogram();
        assert_eq!(histogram.lowest_equivalent(LONGEST_NS), LIMIT_NS);
        for seconds in [59, 61, 68, 69, 75, 100_000] {
            record(&mut histogram, seconds * 1_000_000_000);
        }
        record(&mut histogram, u64::MAX);
        assert_eq!((histogram.len(), clipped(&histogram)), (7, 6));
        assert!(is_at_limit(histogram.max() as f64));
        assert_eq!(histogram.max(), histogram.value_at_quantile(0.5));
        assert!(!is_at_limit(59.9e9) && is_at_limit(LONGEST_NS as f64));
    }

    #[test]
    fn what_is_short_is_not_clipped_and_0_is_the_shortest() {
        let mut histogram = histogram();
        assert_eq!(clipped(&histogram), 0);
        record(&mut histogram, 0);
        assert_eq!((histogram.min(), clipped(&histogram)), (SHORTEST_NS, 0));
    }
}
