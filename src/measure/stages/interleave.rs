//! Rungs of stages among the visits of a start: when the run turns to them, and what becomes of a
//! lane that fails in one.

use crate::{
    fleet::{Fleet, Seats},
    measure::{
        run::{Run, running_lane::Running},
        stages::{
            GivenUp, Place,
            ladder::{Fault, Step},
        },
    },
    plan::Plan,
    shell::interrupt,
};
use api::EngineKind;
use std::{collections::HashMap, path::PathBuf};

impl Run<'_> {
    fn place<'p>(
        plan: &'p Plan,
        fleet: &'p Fleet,
        golden: &'p HashMap<EngineKind, PathBuf>,
        seats: Seats,
    ) -> Place<'p> {
        Place { plan, fleet, golden: &golden[&plan.engines[0]], seats }
    }

    /// Floors of one start, while no lane is up.
    pub(crate) fn floors(&mut self, seats: Seats) {
        let Self { stages, plan, fleet, golden, recorder, progress, .. } = self;
        stages.floors(&Self::place(plan, fleet, golden, seats), recorder);
        progress.advance(stages.floors_time(), "floors");
    }

    /// The lanes are up: prepares their rungs.
    pub(crate) fn begin_stages(
        &mut self,
        seats: Seats,
        running: &mut [Option<Running>],
        slots: usize,
    ) {
        let Self { stages, plan, fleet, golden, recorder, random, chosen, .. } = self;
        let place = Self::place(plan, fleet, golden, seats);
        let (given_up, lost) = stages.begin(&place, chosen, running, (slots, random), recorder);
        given_up.iter().for_each(|given_up| self.say_given_up(given_up));
        for (lane, down) in lost.iter().filter(|_| !interrupt::requested()) {
            running[*lane] = None;
            self.give_up(*lane, None, down);
        }
    }

    /// The rungs whose turn is before this slot.
    pub(crate) fn stages_before(&mut self, slot: usize, running: &mut [Option<Running>]) {
        while !interrupt::requested()
            && let Some((lane, step)) = self.stages.next_before(slot)
        {
            self.rung((lane, step, false), running);
        }
    }

    /// Disturbed visits of rungs once more, when no other is due.
    pub(crate) fn repeat_stages(&mut self, running: &mut [Option<Running>]) {
        let (all, again) = self.stages.to_repeat(&mut self.random);
        self.disturbed += all;
        for (lane, step) in again {
            if interrupt::requested() {
                break;
            }
            self.repeated += 1;
            self.rung((lane, step, true), running);
        }
    }

    /// One visit of one rung.
    fn rung(&mut self, (lane, step, again): (usize, Step, bool), running: &mut [Option<Running>]) {
        let Some(up) = &mut running[lane] else { return };
        let first = self.random.below(self.lines.max(1));
        let known = self.chosen[lane];
        match self.stages.visit(
            (lane, step, again),
            known,
            up,
            (self.plan, first),
            &mut self.recorder,
        ) {
            Ok(given_up) => given_up.iter().for_each(|given_up| self.say_given_up(given_up)),
            // A visit that Ctrl-C cut short is nobody's failure.
            Err(_) if interrupt::requested() => {}
            Err(down) => {
                running[lane] = None;
                self.give_up(lane, None, &down);
            }
        }
        self.progress
            .advance(self.stages.visit_time(), &format!("stages of {}", known.about.short));
    }

    /// Said aloud where something failed; what a lane cannot do is in the record alone.
    fn say_given_up(&mut self, given_up: &GivenUp) {
        if given_up.fault != Fault::Unable && !interrupt::requested() {
            self.died |= given_up.fault == Fault::Failed;
            self.wrong_apart |= given_up.fault == Fault::Wrong;
            self.progress.say(&format!("tollgate: {}; the rest goes on", given_up.text));
        }
    }
}
