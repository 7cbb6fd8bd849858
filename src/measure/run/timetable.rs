//! What a run makes of its time: how much of it goes to visits, to pairs asked in turns, to visits
//! without interruption, to parts of a call; loads come on top.

use crate::{
    lanes::roster::{Known, Roster},
    measure::{
        contrasts::Contrasts,
        load::sweep::Loads,
        run::{START_COST, allocations, pilot::Pilot, uninterrupted::Uninterrupted},
        stages::Stages,
    },
    plan::{Plan, grid::Planned, schedule::Schedule},
};
use std::time::Duration;

/// The parts of a restart.
pub(crate) struct Timetable<'a> {
    pub(crate) schedule: Schedule,
    pub(crate) contrasts: Contrasts<'a>,
    pub(crate) uninterrupted: Uninterrupted,
    pub(crate) stages: Stages<'a>,
    pub(crate) loads: Loads,
    /// Decides about later restarts, where a precision is wanted.
    pub(crate) pilot: Option<Pilot>,
    /// Of the whole run, starts of processes included.
    pub(crate) predicted: Duration,
}

impl<'a> Timetable<'a> {
    pub(crate) fn new(
        plan: &Plan,
        roster: &'a Roster,
        chosen: &[&'a Known],
        cells: &[Planned],
    ) -> Self {
        let mut contrasts = Contrasts::new(plan, chosen);
        let uninterrupted = Uninterrupted::new(plan, chosen, cells);
        let stages = Stages::new(plan, roster, chosen);
        let loads = Loads::new(plan, chosen);
        let pilot = Pilot::new(plan, cells, chosen.len(), contrasts.share());
        let visits_time = match &pilot {
            Some(pilot) => pilot.visits_time(),
            None => {
                let in_turns = plan.budget.mul_f64(contrasts.share());
                contrasts.give(in_turns / plan.starts);
                let left = (plan.budget - in_turns) / plan.starts;
                // However small the budget, a rung has its shortest visit, as a cell has.
                left.saturating_sub(uninterrupted.start_time() + stages.start_time())
            }
        };
        let schedule = Schedule::new(plan, visits_time, cells);
        let apart = contrasts.start_time()
            + uninterrupted.start_time()
            + stages.start_time()
            + START_COST * chosen.len() as u32;
        let counted = if stages.left_out().is_none() {
            allocations::counted(plan, chosen).len()
        } else {
            0
        };
        let whole = (schedule.start_time() + apart) * plan.starts + allocations::time(counted);
        let predicted = pilot.as_ref().map_or(whole, Pilot::at_most) + loads.time();
        Self {
            schedule,
            contrasts,
            uninterrupted,
            stages,
            loads,
            pilot,
            predicted,
        }
    }
}
