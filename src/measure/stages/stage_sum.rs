//! What the visits of one stage gave in one start. A disturbed visit waits for its repeat, as
//! visits of whole calls do.

use crate::{
    measure::{
        disturbed::{Disturbed, Made},
        visit::Answer,
    },
    recorder::Bytes,
};
use reports::record::{RungStart, StampsMean};

/// The visits of one stage so far.
#[derive(Clone, Debug, Default)]
pub(crate) struct StageSum {
    visits: u32,
    /// Of these, disturbed ones that no clean repeat replaced.
    disturbed: u32,
    calls: u64,
    elapsed_ns: u64,
    /// Bytes of these calls; absent once a visit could not be read.
    bytes: Option<Bytes>,
    crossed: u64,
    /// Sums of mean times calls: decode, compute, encode.
    stamps: [f64; 3],
    /// Visits that were made, whether or not they are in a sum.
    made: u32,
    /// Disturbed visits that are in no sum yet.
    waiting: Disturbed<Answer>,
}

impl StageSum {
    /// A visit; `again` where it repeats the oldest disturbed one.
    pub(crate) fn take(&mut self, answer: Answer, disturbed: bool, again: bool) {
        let oldest = self.waiting.waiting().next().map(|(number, _)| number);
        let made = Made {
            number: self.made,
            repeats: oldest.filter(|_| again),
            disturbed,
        };
        self.made += 1;
        if let Some(counts) = self.waiting.take(made, answer) {
            self.add(&counts, disturbed);
        }
    }

    /// Visits that wait for their repeat.
    pub(crate) fn waiting(&self) -> usize {
        self.waiting.waiting().count()
    }

    /// The start is over: what was never repeated counts after all.
    pub(crate) fn release(&mut self) {
        for answer in self.waiting.release() {
            self.add(&answer, true);
        }
    }

    fn add(&mut self, answer: &Answer, disturbed: bool) {
        let Answer { visited, bytes, .. } = answer;
        let crossed = visited.items + visited.lead_in_items;
        // One visit that could not be read leaves the start's bytes not measured.
        self.bytes = if self.visits == 0 {
            *bytes
        } else {
            self.bytes.zip(*bytes).map(|(sum, more)| sum.plus(more))
        };
        self.visits += 1;
        self.disturbed += u32::from(disturbed);
        self.calls += visited.items;
        self.elapsed_ns += visited.elapsed_ns;
        self.crossed += crossed;
        if let Some(stamps) = visited.stamps {
            let means = [stamps.decode_ns, stamps.compute_ns, stamps.encode_ns];
            for (sum, mean) in self.stamps.iter_mut().zip(means) {
                *sum += mean * crossed as f64;
            }
        }
    }

    /// As the record has it; none without a call.
    pub(crate) fn recorded(&self) -> Option<RungStart> {
        let per_call = |bytes: u64| bytes as f64 / self.crossed as f64;
        (self.calls > 0).then(|| RungStart {
            calls: self.calls,
            mean_ns: self.elapsed_ns as f64 / self.calls as f64,
            bytes_out: self.bytes.map(|bytes| per_call(bytes.out)),
            bytes_back: self.bytes.map(|bytes| per_call(bytes.back)),
            visits: self.visits,
            disturbed: self.disturbed,
        })
    }

    /// What callees reported, of a stage of stamped calls.
    pub(crate) fn stamps(&self) -> Option<StampsMean> {
        let [decode_ns, compute_ns, encode_ns] = self.stamps.map(|sum| sum / self.crossed as f64);
        (self.crossed > 0).then_some(StampsMean { decode_ns, compute_ns, encode_ns })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::Visited;

    fn answer(call_ns: u64, bytes: Option<Bytes>) -> Answer {
        let visited = Visited {
            ok: true,
            items: 10,
            elapsed_ns: 10 * call_ns,
            ..Visited::default()
        };
        Answer { visited, bytes, behind: None }
    }

    /// Mean, visits and disturbed ones after these: a call's time, whether disturbed, whether it
    /// repeats.
    fn after(visits: &[(u64, bool, bool)]) -> (f64, u32, u32) {
        let mut sum = StageSum::default();
        for (call_ns, disturbed, again) in visits {
            let bytes = Some(Bytes { out: 1, back: 1 });
            sum.take(answer(*call_ns, bytes), *disturbed, *again);
        }
        sum.release();
        let stage = sum.recorded().expect("calls were made");
        (stage.mean_ns, stage.visits, stage.disturbed)
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
        let mut sum = StageSum::default();
        sum.take(answer(1, Some(Bytes { out: 10, back: 20 })), false, false);
        assert_eq!(sum.recorded().and_then(|stage| stage.bytes_out), Some(1.0));
        sum.take(answer(1, None), false, false);
        assert_eq!(sum.recorded().and_then(|stage| stage.bytes_out), None);
    }
}
