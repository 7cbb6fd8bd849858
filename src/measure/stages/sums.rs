//! What the visits of one rung gave in one start. A disturbed visit waits for its repeat, as visits
//! of whole calls do (`recorder/visits.rs`): if that one is clean it takes the other's place, else
//! the disturbed one counts.

use crate::{protocol::Visited, recorder::Bytes};
use reports::record::{RungStart, StampsMean};

/// The visits of one rung so far.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sum {
    visits: u32,
    /// Of these, disturbed ones that no clean repeat replaced.
    disturbed: u32,
    calls: u64,
    elapsed_ns: u64,
    /// Bytes out and back, and the calls that they are of; absent once a visit could not be read.
    bytes: Bytes,
    crossed: u64,
    /// Sums of mean times calls: decode, compute, encode.
    stamps: [f64; 3],
    /// Disturbed visits that are in no sum yet.
    held: Vec<(Visited, Bytes)>,
}

impl Sum {
    /// A visit. A disturbed one is held back; `again` where it repeats the oldest of those.
    pub(crate) fn take(&mut self, visited: Visited, bytes: Bytes, disturbed: bool, again: bool) {
        let first = (again && !self.held.is_empty()).then(|| self.held.remove(0));
        match (disturbed, first) {
            (true, None) => self.held.push((visited, bytes)),
            (true, Some((first, its_bytes))) => {
                self.disturbed += 1;
                self.add(&first, its_bytes);
            }
            (false, _) => self.add(&visited, bytes),
        }
    }

    /// Visits that wait for their repeat.
    pub(crate) fn held(&self) -> usize {
        self.held.len()
    }

    /// The start is over: what was never repeated counts after all.
    pub(crate) fn release(&mut self) {
        for (visited, bytes) in std::mem::take(&mut self.held) {
            self.disturbed += 1;
            self.add(&visited, bytes);
        }
    }

    fn add(&mut self, visited: &Visited, bytes: Bytes) {
        let crossed = visited.items + visited.lead_in_items;
        // One visit that could not be read leaves the start's bytes not measured.
        self.bytes = match self.visits {
            0 => bytes,
            _ => self.bytes.zip(bytes).map(|(sum, more)| (sum.0 + more.0, sum.1 + more.1)),
        };
        self.visits += 1;
        self.calls += visited.items;
        self.elapsed_ns += visited.elapsed_ns;
        self.crossed += crossed;
        if let Some(stamps) = visited.stamps {
            let means = [stamps.decode_ns, stamps.compute_ns, stamps.encode_ns];
            self.stamps
                .iter_mut()
                .zip(means)
                .for_each(|(sum, mean)| *sum += mean * crossed as f64);
        }
    }

    /// As the record has it; none without a call.
    pub(crate) fn rung(&self) -> Option<RungStart> {
        let per_call = |bytes: u64| bytes as f64 / self.crossed as f64;
        (self.calls > 0).then(|| RungStart {
            calls: self.calls,
            mean_ns: self.elapsed_ns as f64 / self.calls as f64,
            bytes_out: self.bytes.map(|bytes| per_call(bytes.0)),
            bytes_back: self.bytes.map(|bytes| per_call(bytes.1)),
            visits: self.visits,
            disturbed: self.disturbed,
        })
    }

    /// What callees reported, of a rung of stamped calls.
    pub(crate) fn stamps(&self) -> Option<StampsMean> {
        let [decode_ns, compute_ns, encode_ns] = self.stamps.map(|sum| sum / self.crossed as f64);
        (self.crossed > 0).then_some(StampsMean { decode_ns, compute_ns, encode_ns })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn visited(call_ns: u64) -> Visited {
        Visited {
            ok: true,
            items: 10,
            elapsed_ns: 10 * call_ns,
            ..Visited::default()
        }
    }

    /// Mean, visits and disturbed ones after these: a call's time, whether disturbed, whether it
    /// repeats.
    fn after(visits: &[(u64, bool, bool)]) -> (f64, u32, u32) {
        let mut sum = Sum::default();
        for (call_ns, disturbed, again) in visits {
            sum.take(visited(*call_ns), Some((1, 1)), *disturbed, *again);
        }
        sum.release();
        let rung = sum.rung().expect("calls were made");
        (rung.mean_ns, rung.visits, rung.disturbed)
    }

    #[test]
    fn a_clean_repeat_takes_the_place_of_a_disturbed_visit() {
        assert_eq!(
            after(&[(100, false, false), (900, true, false), (200, false, true)]),
            (150.0, 2, 0)
        );
    }

    #[test]
    fn a_disturbed_visit_counts_where_its_repeat_was_disturbed_too_or_was_never_made() {
        assert_eq!(after(&[(900, true, false), (500, true, true)]), (900.0, 1, 1));
        assert_eq!(after(&[(900, true, false)]), (900.0, 1, 1));
    }

    #[test]
    fn a_visit_whose_bytes_could_not_be_read_leaves_none() {
        let mut sum = Sum::default();
        sum.take(visited(1), Some((10, 20)), false, false);
        assert_eq!(sum.rung().and_then(|rung| rung.bytes_out), Some(1.0));
        sum.take(visited(1), None, false, false);
        assert_eq!(sum.rung().and_then(|rung| rung.bytes_out), None);
    }
}
