//! How long the callee takes for its parts of a call, answered in the standard header
//! `Server-Timing`.
//!
//! Its unit is milliseconds; six decimals hold nanoseconds. A call that does not ask reads no
//! clock.

use api::Stamps;
use hyper::header::HeaderName;
use std::time::Instant;

/// The request header that asks for stamps.
pub(crate) const ASK: HeaderName = HeaderName::from_static("tollgate-stamp");
/// The response header that holds them.
pub(crate) const ANSWER: HeaderName = HeaderName::from_static("server-timing");

/// Does a part of a call, and notes its time (ns) where one is asked for.
pub(crate) fn timed<T>(note_ns: Option<&mut u64>, work: impl FnOnce() -> T) -> T {
    let Some(note_ns) = note_ns else { return work() };
    let start = Instant::now();
    let done = work();
    *note_ns = start.elapsed().as_nanos() as u64;
    done
}

/// The header's value.
pub(crate) fn write(stamps: &Stamps) -> String {
    let Stamps { decode_ns, compute_ns, encode_ns } = *stamps;
    format!(
        "decode;dur={}, compute;dur={}, encode;dur={}",
        ms(decode_ns),
        ms(compute_ns),
        ms(encode_ns)
    )
}

fn ms(ns: u64) -> String {
    format!("{}.{:06}", ns / 1_000_000, ns % 1_000_000)
}

/// The stamps in a header's value; `None` when one is missing. Other metrics and parameters are
/// passed over.
pub(crate) fn read(value: &str) -> Option<Stamps> {
    Some(Stamps {
        decode_ns: duration_ns(value, "decode")?,
        compute_ns: duration_ns(value, "compute")?,
        encode_ns: duration_ns(value, "encode")?,
    })
}

/// The duration of the first metric with this name that has a number, ns.
fn duration_ns(value: &str, name: &str) -> Option<u64> {
    for metric in value.split(',') {
        let mut parts = metric.split(';').map(str::trim);
        if parts.next() != Some(name) {
            continue;
        }
        let ms: Option<f64> =
            parts.find_map(|part| part.strip_prefix("dur=")).and_then(|ms| ms.parse().ok());
        if let Some(ms) = ms {
            return Some((ms * 1e6).round() as u64);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nanoseconds_go_there_and_back() {
        let stamps = Stamps { decode_ns: 1, compute_ns: 12_345_678_901, encode_ns: 0 };
        assert_eq!(
            write(&stamps),
            "decode;dur=0.000001, compute;dur=12345.678901, encode;dur=0.000000"
        );
        assert_eq!(read(&write(&stamps)), Some(stamps));
    }

    #[test]
    fn passes_over_what_others_add() {
        let value = "cache;desc=\"x\", decode;desc=d;dur=1,encode;dur=0.5 , compute;dur=2.0";
        let stamps = Stamps {
            decode_ns: 1_000_000,
            compute_ns: 2_000_000,
            encode_ns: 500_000,
        };
        assert_eq!(read(value), Some(stamps));
        assert_eq!(read("decode;dur=1, compute;dur=2"), None);
        assert_eq!(read("decode;dur=1, compute;dur=x, encode;dur=1"), None);
    }
}
