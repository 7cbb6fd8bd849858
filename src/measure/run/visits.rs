//! The visits of a start in their order, and once more those that were disturbed.

use crate::{
    measure::run::{
        Run,
        running_lane::{Running, visit},
    },
    plan::schedule::Slot,
    shell::interrupt,
};

impl Run<'_> {
    /// Visits in this order, and rungs of stages whose turn comes among them, until Ctrl-C.
    pub(crate) fn visits(&mut self, slots: Vec<Slot>, running: &mut [Option<Running>]) {
        for (at, slot) in slots.into_iter().enumerate() {
            self.stages_before(at, running);
            if interrupt::requested() {
                break;
            }
            let cell = self.cells[slot.cell];
            let lane = cell.lane;
            if let Some(up) =
                running[lane].as_mut().filter(|up| up.orders.contains_key(&cell.engine))
            {
                let visited = visit(up, &cell, &slot, &mut self.recorder, self.plan.deadline);
                // A visit that Ctrl-C cut short is nobody's failure.
                if let Err(down) = visited
                    && !interrupt::requested()
                {
                    running[lane] = None;
                    self.give_up(lane, None, &down);
                }
            }
            self.progress.advance(slot.limit, &self.chosen[lane].about.short);
        }
    }

    /// Disturbed visits once more, at the end of their start, when no rung is due any more.
    pub(crate) fn repeats(&mut self, running: &mut [Option<Running>]) {
        let disturbed = self.recorder.to_repeat();
        let all = disturbed.len();
        let made = self.schedule.affordable(disturbed);
        self.disturbed += all;
        self.repeated += made.len();
        self.visits(made, running);
        self.repeat_stages(running);
    }

    /// Once, at the end: where the bound on repeats was hit.
    pub(crate) fn note_disturbed(&mut self) {
        let (all, repeated) = (self.disturbed, self.repeated);
        if repeated < all {
            let text = format!(
                "{all} visits were disturbed, {repeated} of them repeated: more would take over a \
                tenth of a restart; repeat on a quieter machine"
            );
            self.recorder.note(None, &text);
        }
    }
}
