//! Histograms of times as records and drivers hold them: their bounds, their text, their sum. It
//! makes no figure of them. A text is unpacked and held to the bounds here before anything is made
//! of it: what its bytes say of lengths may be made up.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::read::ZlibDecoder;
use hdrhistogram::Histogram;
use hdrhistogram::serialization::{Deserializer, Serializer, V2DeflateSerializer};
use std::{fmt, io::Read as _};

/// Shortest time a histogram holds, ns.
pub const SHORTEST_NS: u64 = 1;
/// Longest time a histogram tells from longer ones, ns: 60 s. What is longer is recorded as this.
pub const LONGEST_NS: u64 = 60_000_000_000;
/// From here on a histogram of three digits cannot tell a time from [`LONGEST_NS`], ns: a test
/// holds it against the histogram.
const LIMIT_NS: u64 = 59_995_324_416;
/// Significant decimal digits a histogram keeps.
pub const DIGITS: u8 = 3;
/// The last time that has a place in a histogram of times up to [`LONGEST_NS`].
const LAST_NS: u64 = (1 << 36) - 1;
/// The first four bytes of V2 deflate.
const COMPRESSED: u32 = 0x1c84_9314;
/// Steps of a histogram with the most digits, up to the longest time: 1,024 for each power of two
/// after the first 2,048.
pub const MOST_STEPS: usize = 27 << 10;
/// Bytes of a packed histogram: more than one whose every step has a sample of its own.
const MOST_PACKED: usize = 512 << 10;
/// Bytes of an unpacked one: its head, and at most 9 for each step.
const MOST_UNPACKED: usize = HEAD + 9 * MOST_STEPS;
/// Bytes before the counts: what it is, how many bytes of counts there are, digits, bounds, unit.
const HEAD: usize = 40;
/// Samples of one histogram, so that the sum of thousands fits into 64 bits.
const MOST_SAMPLES: u64 = 1 << 50;

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

    /// What is wrong, without saying that it is a histogram.
    pub fn cause(&self) -> &str {
        &self.0
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

/// Reads a histogram in V2 deflate, base64. It takes less than 2 MB, whatever the text says.
///
/// # Errors
/// The text is no base64, its bytes are no histogram, or it is larger than one of [`DIGITS`] digits
/// up to [`LONGEST_NS`].
pub fn histogram_from_base64(text: &str) -> Result<Histogram<u64>, HistogramError> {
    let unpacked = unpacked(text)?;
    size_of_unpacked(&unpacked)?;
    let histogram: Histogram<u64> = Deserializer::new()
        .deserialize(&mut unpacked.as_slice())
        .map_err(HistogramError::of)?;
    if histogram.max() > LAST_NS {
        return Err(HistogramError(format!("a time of more than {LAST_NS} ns")));
    }
    Ok(histogram)
}

/// How much a histogram holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    /// Unpacked, bytes.
    pub bytes: usize,
    /// Steps with a sample, at most.
    pub steps: usize,
}

/// How much the histogram of this text holds, without making it.
///
/// # Errors
/// As for [`histogram_from_base64`], but for times beyond the longest.
pub fn size_of(text: &str) -> Result<Size, HistogramError> {
    size_of_unpacked(&unpacked(text)?)
}

/// The bytes behind both packings: base64, and V2 deflate, which is a cookie, a length, and zlib.
fn unpacked(text: &str) -> Result<Vec<u8>, HistogramError> {
    let text = text.trim();
    if text.len() > MOST_PACKED {
        let (length, most) = (text.len(), MOST_PACKED);
        return Err(HistogramError(format!("{length} bytes; {most} is the most")));
    }
    let packed = STANDARD.decode(text).map_err(HistogramError::of)?;
    let Some((head, deflated)) = packed.split_first_chunk::<8>() else {
        return Err(HistogramError("too short".into()));
    };
    let [b0, b1, b2, b3, ..] = *head;
    if u32::from_be_bytes([b0, b1, b2, b3]) != COMPRESSED {
        return Err(HistogramError("not one of the form V2 deflate".into()));
    }
    let mut unpacked = Vec::new();
    let mut inner = ZlibDecoder::new(deflated).take(MOST_UNPACKED as u64 + 1);
    inner.read_to_end(&mut unpacked).map_err(HistogramError::of)?;
    if unpacked.len() > MOST_UNPACKED {
        return Err(HistogramError(format!("it unpacks to more than {MOST_UNPACKED} bytes")));
    }
    Ok(unpacked)
}

/// Holds what a histogram says of itself to what it is.
fn size_of_unpacked(unpacked: &[u8]) -> Result<Size, HistogramError> {
    let Some((head, counts)) = unpacked.split_first_chunk::<HEAD>() else {
        return Err(HistogramError("too short".into()));
    };
    let word = |at: usize| u32::from_be_bytes([head[at], head[at + 1], head[at + 2], head[at + 3]]);
    let (length, digits) = (word(4), word(12));
    if length as usize != counts.len() {
        let held = counts.len();
        return Err(HistogramError(format!("it says {length} bytes of counts and has {held}")));
    }
    if !(1..=u32::from(DIGITS)).contains(&digits) {
        return Err(HistogramError(format!("{digits} digits; {DIGITS} is the most")));
    }
    Ok(Size { bytes: unpacked.len(), steps: steps_in(counts)? })
}

/// Counts are ZigZag LEB128 numbers, of which a negative one stands for so many steps without a
/// sample (HdrHistogram's V2 encoding).
fn steps_in(counts: &[u8]) -> Result<usize, HistogramError> {
    let (mut rest, mut places, mut steps, mut samples) = (counts, 0_u64, 0, 0_u64);
    while !rest.is_empty() {
        let (encoded, after) = number(rest).ok_or_else(|| HistogramError("cut off".into()))?;
        rest = after;
        let half = encoded >> 1;
        if encoded & 1 == 0 {
            places += 1;
            steps += usize::from(half > 0);
            samples = samples.saturating_add(half);
        } else {
            places = places.saturating_add(half).saturating_add(1);
        }
        if samples > MOST_SAMPLES {
            return Err(HistogramError(format!("more than {MOST_SAMPLES} samples")));
        }
        // Others than this program's may have room for longer times, and must not use it.
        if places > 2 * MOST_STEPS as u64 || steps > MOST_STEPS {
            return Err(HistogramError(format!("more than {MOST_STEPS} steps")));
        }
    }
    Ok(steps)
}

/// The first LEB128 number of some bytes, of which the ninth has eight bits, and the rest.
fn number(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let mut value = 0;
    for (at, byte) in bytes.iter().enumerate() {
        let byte = u64::from(*byte);
        if at == 8 || byte < 0x80 {
            return Some((value | (byte << (7 * at)), &bytes[at + 1..]));
        }
        value |= (byte & 0x7f) << (7 * at);
    }
    None
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
    let mut sum = histogram();
    for part in parts {
        sum.add(histogram_from_base64(part)?).map_err(HistogramError::of)?;
    }
    Ok(sum)
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
