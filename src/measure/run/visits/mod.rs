//! The visits of a start in their order, and once more those that were disturbed.

#[cfg(test)]
mod tests;

use crate::{
    fleet::lane_failure::LaneFailure,
    machine::surroundings::noise::Disturbance,
    measure::{
        disturbed::{Disturbed, Made},
        run::groups::AnchorVisits,
        running_lane::{RunningLane, RunningLanes, connected},
        session::Session,
        stages::Stages,
        visit::{self, Answer, ask, connection_of, patience_for},
    },
    plan::{
        grid::Planned,
        schedule::{Schedule, Slot},
    },
    protocol::{Visit, Visited},
    recorder::{CellVisit, Recorder, UsedAround},
    shell::failure::Failure,
};
use api::Mode;
use reports::record::{Progress, Record};
use std::time::Duration;

/// The visits of whole calls, over all starts.
#[derive(Default)]
pub(crate) struct Visits {
    /// Visits made so far: the place of the next one in the run.
    made: u32,
    /// Disturbed visits of this start.
    disturbed: Disturbed<CellVisit>,
    /// Single calls of anchors in the group that is under way.
    pub(crate) anchors: AnchorVisits,
}

impl Visits {
    /// Visits in this order, and visits of stages whose turn comes among them, until Ctrl-C.
    /// `first` is the place of the first one in its group.
    pub(crate) fn in_order(
        &mut self,
        session: &mut Session<'_>,
        stages: &mut Stages<'_>,
        first: usize,
        slots: Vec<Slot>,
        running: &mut RunningLanes,
    ) {
        for (at, slot) in (first..).zip(slots) {
            stages.before_slot(session, at, running);
            if session.stop_requested() {
                break;
            }
            let cell = session.cells[slot.cell];
            let lane = cell.lane;
            if let Some(up) = connected(running, lane, cell.engine) {
                let visited = self.one(session, up, &cell, slot);
                // A visit that Ctrl-C cut short is nobody's failure.
                if let Err(failure) = visited
                    && !session.stop_requested()
                {
                    running[lane] = None;
                    session.lane_failed(lane, None, &failure);
                }
            }
            session.progress.advance(slot.limit, &session.chosen[lane].about.short);
        }
    }

    /// Disturbed visits once more, at the end of their group, whose visits have this time. What is
    /// not repeated counts.
    pub(crate) fn repeat(
        &mut self,
        session: &mut Session<'_>,
        stages: &mut Stages<'_>,
        time: Duration,
        running: &mut RunningLanes,
    ) -> Result<(), Failure> {
        let disturbed = self.to_repeat();
        session.outcome.disturbed += disturbed.len();
        let repeats = Schedule::affordable(disturbed, time);
        session.outcome.repeated += repeats.len();
        self.in_order(session, stages, 0, repeats, running);
        self.release(&mut session.recorder)
    }

    /// The record in the midst of the first restart.
    ///
    /// # Errors
    /// As [`Recorder::midway`].
    pub(crate) fn first_figures(&self, recorder: &Recorder) -> Result<Record, Failure> {
        let progress = Progress { starts_done: 0, interrupted: false, finished: false };
        recorder.midway(progress, self.disturbed.waiting().map(|(_, visit)| visit))
    }

    /// One visit. An error of a call voids the cell, and its connection is opened again for the
    /// next.
    fn one(
        &mut self,
        session: &mut Session<'_>,
        up: &mut RunningLane,
        cell: &Planned,
        slot: Slot,
    ) -> Result<(), LaneFailure> {
        let deadline = session.plan.deadline;
        let called = up.called(cell.engine);
        up.sit_in(cell.placement)?;
        let used_before = up.used(cell.engine);
        let before = session.around.look(&up.pids(), up.own_known);
        let calls = calls_at_most(cell);
        let beyond = patience_for(calls, deadline, up.first_call(cell.engine));
        let group = up.groups.get(&slot.cell).copied();
        up.is_asked();
        let answer = ask(&mut up.driver, order(cell, &slot, group), &called, slot.limit + beyond);
        up.is_idle();
        let Answer { visited, bytes, behind } = answer?;
        let disturbance = before.after();
        let used = UsedAround { before: used_before, after: up.used(cell.engine) };
        let failed = visited.errors > 0;
        self.compare_groups(session, cell, &slot, &visited);
        if slot.uninterrupted {
            session.recorder.uninterrupted(&slot, &visited);
        } else if !slot.guest {
            let visit = CellVisit::read(slot, self.made, cell.items, visited.clone(), bytes)?;
            let visit = CellVisit { behind, ..visit };
            let group = visit.group();
            self.take(visit, &disturbance, &mut session.recorder)?;
            up.groups.insert(slot.cell, group);
            session.recorder.used(slot.cell, &visited, &used);
        }
        if failed {
            up.reopen(cell.engine, deadline)?;
        }
        Ok(())
    }

    /// Notes a visit of an anchor's single calls. That of a guest is in no cell, but what is wrong
    /// is wrong.
    fn compare_groups(
        &mut self,
        session: &mut Session<'_>,
        cell: &Planned,
        slot: &Slot,
        visited: &Visited,
    ) {
        if cell.is_first(session.plan) && !slot.uninterrupted {
            self.anchors.add(cell.lane, median_call_ns(visited));
        }
        if slot.guest && visited.wrong + visited.errors > 0 {
            session.recorder.failed_visit(slot.cell, visited);
        }
    }

    /// A visit as it was made: into the record, and into the sums if it counts.
    fn take(
        &mut self,
        visit: CellVisit,
        disturbance: &Disturbance,
        recorder: &mut Recorder,
    ) -> Result<(), Failure> {
        recorder.visit(&visit, disturbance)?;
        self.made += 1;
        let made = Made {
            number: visit.number,
            repeats: visit.slot.repeats,
            // What is wrong is counted, whatever disturbed it.
            disturbed: !disturbance.flags.is_empty() && !visit.is_void(),
        };
        match self.disturbed.take(made, visit) {
            Some(counts) => recorder.count(&counts),
            None => Ok(()),
        }
    }

    /// Disturbed visits of this start, in their order, as visits that repeat them.
    fn to_repeat(&self) -> Vec<Slot> {
        let repeat =
            |(number, visit): (u32, &CellVisit)| Slot { repeats: Some(number), ..visit.slot };
        self.disturbed.waiting().map(repeat).collect()
    }

    /// The start is over: disturbed visits without a repeat count after all.
    fn release(&mut self, recorder: &mut Recorder) -> Result<(), Failure> {
        self.disturbed.release().try_for_each(|visit| recorder.count(&visit))
    }
}

fn order(cell: &Planned, slot: &Slot, group: Option<u32>) -> Visit {
    let id = connection_of(cell.engine);
    let asked = Visit {
        items: cell.items,
        first: slot.first,
        group,
        ..visit::order(id, cell.mode.name(), cell.asked, slot.limit)
    };
    match cell.placement.settling().as_millis() as u64 {
        0 => asked,
        // However many calls that is.
        lead_in_ms => Visit { lead_in_calls: u32::MAX, lead_in_ms, ..asked },
    }
}

/// The median call of a visit, ns, where it has no fault.
fn median_call_ns(visited: &Visited) -> Option<f64> {
    let sample_ns = visited.p50_ns.filter(|_| visited.wrong + visited.errors == 0)?;
    Some(sample_ns as f64 / f64::from(visited.group.max(1)))
}

/// Calls one after another in a lead-in action and a sample: each may take up to the deadline.
fn calls_at_most(cell: &Planned) -> u32 {
    let in_action = if cell.mode == Mode::Batched { 1 } else { cell.items };
    in_action.saturating_mul(2)
}

/// Once, at the end: where the bound on repeats was hit.
pub(crate) fn note_disturbed(session: &mut Session<'_>) {
    let (all, repeated) = (session.outcome.disturbed, session.outcome.repeated);
    if repeated < all {
        let text = format!(
            "{all} visits were disturbed, {repeated} of them repeated: more would take over a \
            tenth of a restart; repeat on a quieter machine"
        );
        session.recorder.note(None, &text);
    }
}
