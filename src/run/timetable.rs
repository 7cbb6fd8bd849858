//! What a run makes of its time: how much of it goes to visits, to pairs asked in turns, to visits without interruption.

use super::{START_COST, contrasts::Contrasts, pilot::Pilot, uninterrupted::Uninterrupted};
use crate::{grid::Planned, plan::Plan, roster::Known, schedule::Schedule};
use std::time::Duration;

/// The parts of a restart.
pub(super) struct Timetable<'a> {
    pub(super) schedule: Schedule,
    pub(super) contrasts: Contrasts<'a>,
    pub(super) uninterrupted: Uninterrupted,
    /// Decides about later restarts, where a precision is wanted.
    pub(super) pilot: Option<Pilot>,
    /// Of the whole run, starts of processes included.
    pub(super) predicted: Duration,
}

impl<'a> Timetable<'a> {
    pub(super) fn new(plan: &Plan, chosen: &[&'a Known], cells: &[Planned]) -> Self {
        let mut contrasts = Contrasts::new(plan, chosen);
        let uninterrupted = Uninterrupted::new(plan, chosen, cells);
        let pilot = Pilot::new(plan, cells, chosen.len(), contrasts.share());
        let visits_time = match &pilot {
            Some(pilot) => pilot.visits_time(),
            None => {
                let in_turns = plan.budget.mul_f64(contrasts.share());
                contrasts.give(in_turns / plan.starts);
                (plan.budget - in_turns) / plan.starts - uninterrupted.start_time()
            }
        };
        let schedule = Schedule::new(plan, visits_time, cells);
        let apart = contrasts.start_time() + uninterrupted.start_time() + START_COST * chosen.len() as u32;
        let whole = (schedule.start_time() + apart) * plan.starts;
        let predicted = pilot.as_ref().map_or(whole, Pilot::at_most);
        Self { schedule, contrasts, uninterrupted, pilot, predicted }
    }
}
