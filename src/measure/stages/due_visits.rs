//! When each stage is visited among the visits of whole calls of a start.

use crate::measure::stages::stage::Stage;
use fixtures::generate::SplitMix64;
use std::collections::VecDeque;

/// One visit of one stage to come.
#[derive(Clone, Copy, Debug)]
pub(crate) struct DueVisit {
    /// The visit of a whole call before which it comes.
    pub(crate) slot: usize,
    pub(crate) lane: usize,
    pub(crate) stage: Stage,
}

/// The visits of stages in a start, in their order.
#[derive(Default)]
pub(crate) struct DueVisits {
    due: VecDeque<DueVisit>,
}

impl DueVisits {
    /// Each stage in every part of the start, at a random place of it, in random order: `visits`
    /// times each among `slots` visits of whole calls.
    pub(crate) fn draw(
        stages: &[(usize, Stage)],
        visits: u32,
        slots: usize,
        random: &mut SplitMix64,
    ) -> Self {
        let mut due = Vec::new();
        for &(lane, stage) in stages {
            for visit in 0..visits {
                let place = visit as usize * slots + random.below(slots.max(1));
                due.push(DueVisit { slot: place / visits as usize, lane, stage });
            }
        }
        random.shuffle(&mut due);
        due.sort_by_key(|turn| turn.slot);
        Self { due: due.into() }
    }

    /// The next one that is to be made before this slot.
    pub(crate) fn next_before(&mut self, slot: usize) -> Option<DueVisit> {
        self.due.pop_front_if(|turn| turn.slot <= slot)
    }
}
