//! Histograms of times as records hold them: their bounds, their text, their sum. It makes no
//! figure of them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hdrhistogram::Histogram;
use hdrhistogram::serialization::{Deserializer, Serializer, V2DeflateSerializer};
use std::fmt;

/// Shortest time a histogram holds, ns.
pub const SHORTEST_NS: u64 = 1;
/// Longest time a histogram holds, ns: 60 s.
pub const LONGEST_NS: u64 = 60_000_000_000;
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
