//! How many actions make a sample: found out in the lead-in, where nobody has said so.

use crate::drive::closed::{cursor::Cursor, shape::Shape};

/// Samples that must all be long enough before a group is taken: the first of a visit are slow for
/// want of a warm cache.
const TRIALS: u32 = 64;
/// As many as suffice where each of them is this many times as long as it must be.
const FEW_TRIALS: u32 = 8;
const FAR_BEYOND: f64 = 10.0;
/// A sample is this much longer than it must be: its calls become quicker yet, once they are warm.
const ROOM: f64 = 1.5;
/// A sample this long needs no other: a first call of some nanoseconds takes some microseconds,
/// never a millisecond.
const CERTAIN_NS: f64 = 1e6;

/// How many actions make a sample, while it is being found out.
pub(crate) struct Group {
    pub(crate) settled: bool,
    needed_ns: f64,
    trials: u32,
    /// The shortest of the trials, ns.
    shortest_ns: f64,
}

impl Group {
    pub(crate) fn new(shape: &Shape, least_ns: f64) -> Self {
        Self::that_settles_at(ROOM * least_ns, shape.group.is_some())
    }

    fn that_settles_at(needed_ns: f64, settled: bool) -> Self {
        Self { settled, needed_ns, trials: 0, shortest_ns: f64::INFINITY }
    }

    /// A sample took this long: it settles the group, or doubles it, or asks for another.
    pub(crate) fn try_on(&mut self, sample_ns: f64, cursor: &mut Cursor<'_>) {
        if !self.settled {
            self.settled = if self.is_short(sample_ns) {
                !cursor.double_group()
            } else {
                self.is_enough(sample_ns)
            };
        }
    }

    fn is_short(&mut self, sample_ns: f64) -> bool {
        if sample_ns < self.needed_ns {
            (self.trials, self.shortest_ns) = (0, f64::INFINITY);
            return true;
        }
        self.trials += 1;
        self.shortest_ns = self.shortest_ns.min(sample_ns);
        false
    }

    /// True after enough samples in a row that were not short, or after one that no cold cache
    /// explains.
    fn is_enough(&self, sample_ns: f64) -> bool {
        let is_far_beyond = self.shortest_ns > FAR_BEYOND * self.needed_ns;
        let trials = if is_far_beyond { FEW_TRIALS } else { TRIALS };
        self.trials >= trials || sample_ns > CERTAIN_NS
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn group() -> Group {
        Group::that_settles_at(200.0, false)
    }

    /// After how many samples of this length it is settled; none within a thousand.
    fn settled_after(mut group: Group, sample_ns: f64) -> Option<usize> {
        (1..1_000).find(|_| !group.is_short(sample_ns) && group.is_enough(sample_ns))
    }

    #[test]
    fn cold_samples_settle_no_group_and_long_ones_do_at_once() {
        let mut cold = group();
        // The first call of a visit takes hundreds of times as long as the next.
        assert!(!cold.is_short(9_000.0) && !cold.is_enough(9_000.0));
        assert!(cold.is_short(30.0), "what follows doubles the group");
        assert_eq!(settled_after(group(), 5_000.0), Some(FEW_TRIALS as usize));
        assert_eq!(settled_after(group(), 2e6), Some(1));
    }

    #[test]
    fn samples_near_the_shortest_that_are_told_are_tried_longer_and_shorter_ones_never_settle() {
        assert_eq!(settled_after(group(), 210.0), Some(TRIALS as usize));
        assert_eq!(settled_after(group(), 190.0), None);
    }

    #[test]
    fn a_group_has_room_for_calls_that_become_quicker() {
        let shape = Shape {
            mode: api::Mode::Chatty,
            items: 1,
            group: None,
            lead_in_calls: 20,
            lead_in: std::time::Duration::ZERO,
            limit: std::time::Duration::ZERO,
            samples: None,
            handicap: None,
        };
        let mut group = Group::new(&shape, 200.0);
        assert!(group.is_short(290.0) && !group.is_short(310.0));
        assert!(Group::new(&Shape { group: Some(4), ..shape }, 200.0).settled);
    }
}
