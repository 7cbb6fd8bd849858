//! What a run makes of its time: how much of it goes to visits, to pairs asked in turns, to visits
//! without interruption, to parts of a call; loads come on top.

use crate::{
    lanes::roster::{Known, Roster},
    measure::{
        contrasts::Contrasts,
        load::sweep::LoadSweep,
        run::{
            allocations, bring_up::START_COST, groups::Groups, pilot::Pilot,
            uninterrupted::Uninterrupted,
        },
        session::Session,
        stages::Stages,
    },
    plan::{
        Plan,
        grid::Planned,
        schedule::{Schedule, Slot},
    },
};
use reports::record::UnderWay;
use std::time::{Duration, Instant};

/// The first page comes in the midst of the first restart, after this time and at least so many
/// visits: a reader is not left without a chart for ten seconds.
const FIRST_PAGE_AFTER: Duration = Duration::from_secs(6);
const FIRST_PAGE_VISITS: Duration = Duration::from_secs(2);
/// A shorter restart has its page at its end.
const SHORT_RESTART: Duration = Duration::from_secs(10);
/// No page is due sooner.
const SOONEST_PAGE: Duration = Duration::from_secs(1);

/// The parts of a restart.
pub(crate) struct Timetable<'a> {
    pub(crate) groups: Groups,
    pub(crate) schedule: Schedule,
    /// Time inside visits of a restart, those of guests included.
    pub(crate) visits_time: Duration,
    pub(crate) contrasts: Contrasts<'a>,
    pub(crate) uninterrupted: Uninterrupted,
    pub(crate) stages: Stages<'a>,
    pub(crate) loads: LoadSweep,
    /// Decides about later restarts, where a precision is wanted.
    pub(crate) pilot: Option<Pilot>,
    /// Of one restart, starts of processes included and loads left out.
    restart: Duration,
    /// Of the whole run, starts of processes included.
    pub(crate) predicted: Duration,
}

impl<'a> Timetable<'a> {
    /// Of a run that begins now, which its budget counts from where it counts all of the time.
    pub(crate) fn new(
        plan: &Plan,
        roster: &'a Roster,
        chosen: &[&'a Known],
        cells: &[Planned],
        began: Instant,
    ) -> Self {
        let groups = Groups::new(plan, chosen);
        let mut contrasts = Contrasts::new(plan, chosen);
        let uninterrupted = Uninterrupted::new(plan, chosen, cells);
        let mut stages = Stages::new(plan, roster, chosen);
        let loads = LoadSweep::new(plan, chosen);
        let pilot = Pilot::new(plan, cells, &groups, contrasts.share(), began);
        let visits_time = match &pilot {
            Some(pilot) => pilot.visits_time(),
            None => {
                let in_turns = plan.budget.mul_f64(contrasts.share());
                contrasts.give(in_turns / plan.starts);
                let of_start = (plan.budget - in_turns) / plan.starts;
                let left = of_start.saturating_sub(uninterrupted.start_time());
                beside_stages(left, &mut stages, |left| groups.schedule(plan, left, cells))
            }
        };
        let schedule = groups.schedule(plan, visits_time, cells);
        stages.last(schedule.length);
        let mut times = Self {
            groups,
            schedule,
            visits_time,
            contrasts,
            uninterrupted,
            stages,
            loads,
            pilot,
            restart: Duration::ZERO,
            predicted: Duration::ZERO,
        };
        times.predict(plan, chosen, cells);
        times
    }

    /// Of visits alone, as in this schedule.
    pub(crate) fn of_visits(
        plan: &Plan,
        roster: &'a Roster,
        chosen: &[&'a Known],
        cells: &[Planned],
        schedule: Schedule,
    ) -> Self {
        let groups = Groups::new(plan, chosen);
        let mut times = Self {
            loads: LoadSweep::new(plan, chosen),
            visits_time: schedule.start_time() + groups.guests_time(plan, &schedule, cells),
            groups,
            schedule,
            contrasts: Contrasts::new(plan, &[]),
            uninterrupted: Uninterrupted::new(plan, chosen, &[]),
            stages: Stages::new(plan, roster, chosen),
            pilot: None,
            restart: Duration::ZERO,
            predicted: Duration::ZERO,
        };
        times.predict(plan, chosen, cells);
        times
    }

    /// The time of a restart and of the whole run, starts of processes included.
    fn predict(&mut self, plan: &Plan, chosen: &[&Known], cells: &[Planned]) {
        if let Some(pilot) = &self.pilot {
            self.restart = pilot.time() / pilot.starts;
            self.predicted = pilot.at_most() + self.loads.time();
            return;
        }
        self.restart = self.schedule.start_time()
            + self.groups.guests_time(plan, &self.schedule, cells)
            + self.contrasts.start_time()
            + self.uninterrupted.start_time()
            + self.stages.start_time()
            + START_COST * self.groups.bring_ups();
        let mut once = self.loads.time();
        if !self.stages.is_left_out() {
            once += allocations::time(allocations::counted(plan, chosen).len());
        }
        self.predicted = self.restart * plan.starts + once;
    }

    /// How many of these visits come before the first page of the run. All of them where there is
    /// one, or where the restart is over soon.
    pub(crate) fn before_first_page(
        &self,
        session: &Session<'_>,
        slots: &[Slot],
        began: Instant,
    ) -> usize {
        if session.recorder.head.under_way.is_some() || self.restart < SHORT_RESTART {
            return slots.len();
        }
        let left = FIRST_PAGE_AFTER.saturating_sub(session.around.since(began));
        let wanted = left.max(FIRST_PAGE_VISITS);
        let mut made = Duration::ZERO;
        let is_before = |slot: &&Slot| {
            let is_before = made < wanted;
            made += slot.limit;
            is_before
        };
        slots.iter().take_while(is_before).count()
    }

    /// What a run expects that has done so many restarts of so many, and spent this time in the one
    /// that is under way.
    pub(crate) fn expected(
        &self,
        session: &Session<'_>,
        done: u32,
        starts: u32,
        spent: Duration,
    ) -> UnderWay {
        let left = session.progress.left();
        let is_chosen = self.pilot.as_ref().is_some_and(|pilot| done >= pilot.starts);
        let restart = if is_chosen { left / (starts - done).max(1) } else { self.restart };
        let loads = self.loads.times.in_start(done, self.loads.lanes.len());
        let next_write = (restart + loads).saturating_sub(spent);
        UnderWay {
            left_s: left.as_secs_f64(),
            next_write_s: next_write.max(SOONEST_PAGE).as_secs_f64(),
        }
    }
}

/// What stages leave of this time to visits of whole calls. Both last as long, which a schedule
/// decides.
fn beside_stages(
    left: Duration,
    stages: &mut Stages<'_>,
    schedule: impl Fn(Duration) -> Schedule,
) -> Duration {
    let length = schedule(left.saturating_sub(stages.start_time())).length;
    stages.fit(length);
    left.saturating_sub(stages.start_time())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::{grid, standard::FIRST_LOOK_TIME};

    #[test]
    fn a_first_look_predicts_three_restarts_within_the_time_that_it_promises() {
        let lanes = crate::lanes();
        let roster = Roster::new(&lanes);
        let chosen = roster.select(&[]).expect("the default lanes");
        let plan = Plan::first_look();
        let cells = grid::cells(&plan, &chosen);
        let times = Timetable::new(&plan, &roster, &chosen, &cells, Instant::now());
        assert_eq!(plan.starts, 3);
        assert!(times.predicted <= FIRST_LOOK_TIME, "{:?}", times.predicted);
        assert!(times.stages.is_left_out(), "its time is for one table");
    }
}
