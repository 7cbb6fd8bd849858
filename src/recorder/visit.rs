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
}

/// Why a visit is not taken into the record.
pub(crate) fn contradiction() -> Failure {
    Failure::failed("the driver contradicts itself: another group, or another number of samples")
}

impl CellVisit {
    /// # Errors
    /// When the samples cannot be read, or are not as many as the driver says.
    pub(crate) fn read(
        slot: Slot,
        number: u32,
        items: u32,
        visited: Visited,
        bytes: Option<Bytes>,
    ) -> Result<Self, Failure> {
        let samples = samples_of(&visited)?;
        if samples.len() != visited.samples {
            return Err(contradiction());
        }
        Ok(Self { slot, number, items, visited, samples, bytes })
    }

    /// Actions per sample.
    pub(crate) fn group(&self) -> u32 {
        self.visited.group.max(1)
    }

    /// True where an answer was wrong, or a call failed.
    pub(crate) fn is_void(&self) -> bool {
        self.visited.wrong + self.visited.errors > 0
    }
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
