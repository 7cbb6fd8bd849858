//! One visit of a cell as its driver answered it, read and checked against itself.

use crate::{plan::schedule::Slot, protocol::Visited, shell::failure::Failure};
use hdrhistogram::Histogram;
use reports::stats::estimates;

/// Bytes that a visit moved each way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Bytes {
    pub(crate) out: u64,
    pub(crate) back: u64,
}

impl Bytes {
    pub(crate) fn plus(self, more: Self) -> Self {
        Self { out: self.out + more.out, back: self.back + more.back }
    }

    /// What came since; none where a connection that was counted has ended.
    pub(crate) fn since(self, then: Self) -> Option<Self> {
        Some(Self {
            out: self.out.checked_sub(then.out)?,
            back: self.back.checked_sub(then.back)?,
        })
    }
}

/// What is done behind the address of a server that stands between caller and callee.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct BehindServer {
    /// Bytes that the callee sent to the server, and received from it.
    pub(crate) callee_bytes: Option<Bytes>,
    /// CPU time of the server, ns; none for one of the user's.
    pub(crate) server_cpu_ns: Option<u64>,
}

impl BehindServer {
    /// What was done since.
    pub(crate) fn since(self, then: Self) -> Self {
        let bytes = self.callee_bytes.zip(then.callee_bytes);
        let cpu_ns = self.server_cpu_ns.zip(then.server_cpu_ns);
        Self {
            callee_bytes: bytes.and_then(|(now, then)| now.since(then)),
            server_cpu_ns: cpu_ns.map(|(now, then)| now.saturating_sub(then)),
        }
    }
}

/// A visit of a cell that was made.
#[derive(Debug)]
pub(crate) struct CellVisit {
    pub(crate) slot: Slot,
    /// Its place in the run.
    pub(crate) number: u32,
    /// Items per action.
    pub(crate) items: u32,
    pub(crate) visited: Visited,
    pub(crate) samples: Histogram<u64>,
    /// None where they were not counted.
    pub(crate) bytes: Option<Bytes>,
    /// None where no server stands between caller and callee.
    pub(crate) behind: Option<BehindServer>,
}

/// Why a visit is not taken into the record.
pub(crate) fn contradiction() -> Failure {
    Failure::failed(
        "the driver contradicts itself: another group, another number of samples, or another sum \
        of them (elapsed_ns)",
    )
}

impl CellVisit {
    /// # Errors
    /// When the samples cannot be read, or are not as many or not as long as the driver says.
    pub(crate) fn read(
        slot: Slot,
        number: u32,
        items: u32,
        visited: Visited,
        bytes: Option<Bytes>,
    ) -> Result<Self, Failure> {
        let samples = samples_of(&visited)?;
        if samples.len() != visited.samples || !is_sum_of(visited.elapsed_ns, &samples) {
            return Err(contradiction());
        }
        Ok(Self { slot, number, items, visited, samples, bytes, behind: None })
    }

    /// Actions per sample.
    pub(crate) fn group(&self) -> u32 {
        self.visited.group.max(1)
    }

    /// Median time of one action in each 10 ms, ns; empty where the driver does not tell.
    pub(crate) fn slices_p50_ns(&self) -> Vec<f64> {
        slices_p50_ns(&self.visited)
    }

    /// True where an answer was wrong, or a call failed.
    pub(crate) fn is_void(&self) -> bool {
        self.visited.wrong + self.visited.errors > 0
    }
}

/// Median time of one action in each 10 ms of a visit, ns: as finely as a histogram tells, so that
/// a record is no longer than it has to be.
pub(crate) fn slices_p50_ns(visited: &Visited) -> Vec<f64> {
    let group = f64::from(visited.group.max(1));
    let medians = visited.slices_p50_ns.iter().flatten();
    medians.map(|sample_ns| four_digits(*sample_ns as f64 / group)).collect()
}

/// A time of four digits.
fn four_digits(ns: f64) -> f64 {
    if ns <= 0.0 {
        return 0.0;
    }
    // Powers below 1 would leave binary fractions of many digits.
    let places = 3 - ns.log10().floor() as i32;
    let scale = 10f64.powi(places.abs());
    if places > 0 {
        (ns * scale).round() / scale
    } else {
        (ns / scale).round() * scale
    }
}

/// What a histogram of three digits may be off its samples, as a share, with room to spare.
const HISTOGRAM_OFF: f64 = 0.01;

/// True where this can be the sum of these samples. What is longer than a histogram tells makes the
/// sum larger.
fn is_sum_of(elapsed_ns: u64, samples: &Histogram<u64>) -> bool {
    let count = samples.len() as f64;
    let sum_ns = if count > 0.0 { samples.mean() * count } else { 0.0 };
    // A sample of less than a whole ns is kept as one.
    let off_ns = HISTOGRAM_OFF * sum_ns + count;
    let open = estimates::clipped(samples) > 0;
    let difference_ns = elapsed_ns as f64 - sum_ns;
    difference_ns >= -off_ns && (open || difference_ns <= off_ns)
}

/// The samples as a histogram, from a histogram or a list.
fn samples_of(visited: &Visited) -> Result<Histogram<u64>, Failure> {
    if let Some(text) = &visited.histogram {
        return estimates::histogram_from_base64(text).map_err(|error| {
            Failure::failed(format!("a driver's histogram cannot be read: {error}"))
        });
    }
    let mut histogram = estimates::histogram();
    for &sample in visited.samples_ns.iter().flatten() {
        estimates::record(&mut histogram, sample);
    }
    Ok(histogram)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn read(elapsed_ns: u64) -> Result<CellVisit, Failure> {
        let visited = Visited {
            group: 1,
            samples: 3,
            elapsed_ns,
            samples_ns: Some(vec![1_000, 2_000, 70_000]),
            ..Visited::default()
        };
        let slot = Slot {
            cell: 0,
            block: 0,
            first: 0,
            limit: Duration::from_millis(1),
            repeats: None,
            uninterrupted: false,
            guest: false,
        };
        CellVisit::read(slot, 0, 1, visited, None)
    }

    #[test]
    fn a_sum_that_its_samples_do_not_have_is_a_contradiction() {
        assert!(read(73_000).is_ok() && read(73_100).is_ok());
        for elapsed_ns in [0, 1, 60_000, 90_000] {
            let said = read(elapsed_ns).expect_err("another sum").to_string();
            assert!(said.contains("elapsed_ns"), "{said}");
        }
    }

    #[test]
    fn a_sample_beyond_the_histogram_leaves_the_sum_open_above() {
        let mut samples = estimates::histogram();
        estimates::record(&mut samples, 75_000_000_000);
        assert!(is_sum_of(75_000_000_000, &samples));
        assert!(!is_sum_of(1_000, &samples));
    }
    #[test]
    fn a_slice_is_kept_for_one_action_in_four_digits() {
        let visited = Visited {
            group: 64,
            slices_p50_ns: Some(vec![128, 130, 0, 64 * 10_432, 64 * 1_234_567]),
            ..Visited::default()
        };
        assert_eq!(slices_p50_ns(&visited), [2.0, 2.031, 0.0, 10_430.0, 1_235_000.0]);
        let json = serde_json::json!(slices_p50_ns(&visited)).to_string();
        assert_eq!(json, "[2.0,2.031,0.0,10430.0,1235000.0]");
        assert!(slices_p50_ns(&Visited::default()).is_empty());
    }
}
