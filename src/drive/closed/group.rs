//! How many actions make a sample: found out in the lead-in, where nobody has said so.

use crate::drive::closed::{cursor::Cursor, shape::Shape};

/// Samples that must all be long enough before a group is taken: the first of a visit are slow for
/// want of a warm cache.
const TRIALS: u32 = 8;
/// A group is this much longer than it must be: its calls become quicker yet, once they are warm.
const ROOM: f64 = 1.5;
/// A sample this long needs no other: a first call of some nanoseconds takes some microseconds,
/// never a millisecond.
const CERTAIN_NS: f64 = 1e6;

/// How many actions make a sample, while it is being found out.
pub(crate) struct Group {
    pub(crate) settled: bool,
    needed_ns: f64,
    trials: u32,
}

impl Group {
    pub(crate) fn new(shape: &Shape, needed_ns: f64) -> Self {
        Self { settled: shape.group.is_some(), needed_ns, trials: 0 }
    }

    /// A sample took this long: it settles the group, or doubles it, or asks for another.
    pub(crate) fn try_on(&mut self, sample_ns: f64, cursor: &mut Cursor<'_>) {
        if !self.settled {
            self.settled = if self.is_short(sample_ns, cursor.group()) {
                !cursor.double_group()
            } else {
                self.is_enough(sample_ns)
            };
        }
    }

    fn is_short(&mut self, sample_ns: f64, group: u32) -> bool {
        let room = if group > 1 { ROOM } else { 1.0 };
        let short = sample_ns < room * self.needed_ns;
        self.trials = if short { 0 } else { self.trials + 1 };
        short
    }

    /// True after enough samples in a row that were not short, or after one that no cold cache
    /// explains.
    fn is_enough(&self, sample_ns: f64) -> bool {
        self.trials == TRIALS || sample_ns > CERTAIN_NS
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cold_samples_settle_no_group_and_long_ones_do_at_once() {
        let group = || Group { settled: false, needed_ns: 170.0, trials: 0 };
        let mut cold = group();
        // The first call of a visit takes hundreds of times as long as the next.
        assert!(!cold.is_short(9_000.0, 1) && !cold.is_enough(9_000.0));
        assert!(cold.is_short(30.0, 1), "what follows doubles the group");
        let mut steady = group();
        let settled =
            (0..TRIALS).map(|_| !steady.is_short(5_000.0, 1) && steady.is_enough(5_000.0));
        assert_eq!(
            settled.collect::<Vec<_>>(),
            [false, false, false, false, false, false, false, true]
        );
        let mut long = group();
        assert!(!long.is_short(2e6, 1) && long.is_enough(2e6));
    }

    #[test]
    fn a_group_has_room_for_calls_that_become_quicker_and_a_single_call_needs_none() {
        let mut group = Group { settled: false, needed_ns: 200.0, trials: 0 };
        assert!(!group.is_short(210.0, 1));
        assert!(group.is_short(210.0, 16) && group.is_short(290.0, 16));
        assert!(!group.is_short(310.0, 32));
    }
}
