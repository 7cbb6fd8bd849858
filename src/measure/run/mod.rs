//! The coordinator: starts drivers and callees, gives the visits in their order, keeps the record.
//! It never calls an engine itself. Here is the order of things; each part is in its own file.

pub(crate) mod allocations;
pub(crate) mod bring_up;
pub(crate) mod conclusion;
pub(crate) mod dry_run;
pub(crate) mod groups;
pub(crate) mod pilot;
pub(crate) mod prepare;
pub(crate) mod timetable;
pub(crate) mod uninterrupted;
pub(crate) mod visits;

#[cfg(test)]
pub(crate) mod tests;

use crate::{
    drive::{WRONG_ON_PURPOSE, workload::Workload},
    fleet::launch::World,
    lanes::{Lanes, roster::Roster},
    machine::{environment::environment, placement::StartSeats},
    measure::{
        run::{
            bring_up::bring_up_all,
            conclusion::{Ended, Keeper, Kept, NotKept, conclude, settle},
            dry_run::{DryRun, Planning},
            groups::{AnchorVisits, LaneGroup},
            pilot::Pilot,
            prepare::{
                Means, Settled, check_endpoints, criterion_estimates, placed, say_unavailable,
                selected,
            },
            timetable::Timetable,
            visits::{Visits, note_disturbed},
        },
        running_lane::RunningLane,
        session::Session,
    },
    plan::{
        Plan, grid,
        standard::FIRST_LOOK_TIME,
        workload_fits::{self, Fitting},
    },
    shell::{
        baselines,
        failure::{Code, Failure},
        interrupt,
        output::Output,
        progress::Progress,
    },
};
use api::EngineKind;
use reports::record::Record;
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// Measures the plan, writes record and report, prints the table. None where it was to be shown
/// only what would be measured.
pub(crate) fn run(
    lanes: &Lanes,
    plan: &Plan,
    program: PathBuf,
    dry: Option<DryRun>,
) -> Result<Option<Ended>, Failure> {
    let roster = Roster::new(lanes);
    workload_fits::check(plan)?;
    let named = workload_fits::lanes(plan, selected(&roster, plan)?)?;
    let (Fitting { lanes: chosen, left_out }, plan) = named.with_those_of_every_run(plan, &roster);
    check_endpoints(&plan, &roster, &chosen)?;
    say_unavailable(&roster, &plan);
    let workload = Workload::load(&plan.files)?;
    let world = World::real();
    let (plan, unplaced) = &placed(&plan, world.around.topology())?;
    let cells = grid::cells(plan, &chosen);
    let parts = Timetable::new(plan, &roster, &chosen, &cells, world.around.now());
    let settled = Settled {
        plan,
        roster: &roster,
        chosen,
        left_out,
        unplaced: unplaced.clone(),
        cells,
        workload: &workload,
    };
    if let Some(shown) = dry {
        return Planning { settled: &settled, times: &parts }.print(shown).map(|()| None);
    }
    // From here on something is made that the end of the program takes away.
    interrupt::watch()?;
    let kept = Kept::new(Output::new(&plan.out)?.beside_criterion(plan.criterion.as_deref()));
    plan.save.as_deref().map(baselines::prove).transpose()?;
    let progress = Progress::new(parts.predicted);
    let means = Means { world, program, progress };
    let run = Run::new(settled.session(means, environment(), &parts)?, parts, kept);
    run.say_first();
    run.all().map(Some)
}

/// What a first look takes before its first restart and after its last, at most.
const AROUND_RESTARTS: Duration = Duration::from_secs(1);

struct Run<'a, K> {
    session: Session<'a>,
    parts: Timetable<'a>,
    visits: Visits,
    kept: K,
    /// Restarts in all; those of the pilot until it has decided.
    starts: u32,
    began: Instant,
}

impl Run<'_, Kept> {
    fn all(mut self) -> Result<Ended, Failure> {
        let Session { plan, recorder, progress, .. } = &mut self.session;
        recorder.head.criterion = criterion_estimates(plan, |line| progress.say(line));
        let done = self.restarts()?;
        conclude(&mut self.session, &mut self.kept, done, self.starts)
    }
}

/// Measures what is settled and writes nothing: the record, and the exit code that it asks for.
pub(crate) fn unkept(
    session: Session<'_>,
    parts: Timetable<'_>,
) -> Result<(Record, Option<Code>), Failure> {
    let mut run = Run::new(session, parts, NotKept);
    let done = run.restarts()?;
    let Run { mut session, mut kept, starts, .. } = run;
    session.progress.finish();
    let record = settle(&mut session, &mut kept, done, starts)?;
    let code = conclusion::code(&session, &record, false);
    Ok((record, code))
}

impl<'a, K: Keeper> Run<'a, K> {
    fn new(session: Session<'a>, parts: Timetable<'a>, kept: K) -> Self {
        let starts = parts.pilot.as_ref().map_or(session.plan.starts, |pilot| pilot.starts);
        let began = session.around.now();
        Self {
            session,
            parts,
            visits: Visits::default(),
            kept,
            starts,
            began,
        }
    }

    /// What is to be known before anything else is read.
    fn say_first(&self) {
        if self.session.plan.engines.contains(&EngineKind::Wrong) {
            self.session.progress.say(&format!("tollgate: {WRONG_ON_PURPOSE}"));
        }
    }

    /// All restarts, until Ctrl-C; answers how many are whole.
    fn restarts(&mut self) -> Result<u32, Failure> {
        let mut done = 0;
        while done < self.starts && !self.session.stop_requested() {
            self.announce(done);
            self.session.begin(done);
            self.one_start()?;
            done += u32::from(!self.session.stop_requested());
            self.decide(done)?;
            let finished = done == self.starts;
            if finished {
                self.after_the_last();
            }
            if done > 0 {
                let expected =
                    self.parts.expected(&self.session, done, self.starts, Duration::ZERO);
                self.session.recorder.head.under_way = Some(expected);
                self.kept.keep(&mut self.session, done, finished)?;
            }
        }
        Ok(done)
    }

    /// Says which restart begins, and what it may take until the end.
    fn announce(&mut self, done: u32) {
        let Timetable { contrasts, loads, pilot, .. } = &mut self.parts;
        let session = &mut self.session;
        match pilot {
            Some(pilot) => {
                contrasts.give(pilot.in_turns_time());
                pilot.announce(session, done, self.starts, loads);
            }
            None => session.progress.step("restart", done as usize, self.starts as usize),
        }
    }

    /// One fresh start of every lane, and all that is measured in it.
    fn one_start(&mut self) -> Result<(), Failure> {
        let Self { session, parts, .. } = self;
        let mut order: Vec<usize> = (0..session.chosen.len()).collect();
        session.random.shuffle(&mut order);
        let around = session.around.clone();
        let columns = &session.plan.placements;
        let seats = StartSeats::draw(columns, around.topology(), &mut session.random)?;
        parts.stages.floors(session, seats);
        let groups = parts.groups.draw(&mut session.random);
        let many = groups.len();
        for (number, group) in groups.into_iter().enumerate() {
            self.one_group(&group, number, number + 1 == many, &order, seats)?;
        }
        // The lanes of this start have gone: pairs have the machine to themselves.
        self.parts.contrasts.measure(&mut self.session)?;
        let is_last = self.session.start + 1 == self.starts;
        if self.parts.groups.settle() && !is_last {
            self.reschedule();
        }
        Ok(())
    }

    /// The same time for the restarts to come, which have other groups.
    fn reschedule(&mut self) {
        let Self { session, parts, starts, .. } = self;
        let time = parts.pilot.as_ref().map_or(parts.visits_time, Pilot::visits_time);
        parts.schedule = parts.groups.schedule(session.plan, time, &session.cells);
        parts.stages.last(parts.schedule.length);
        session.recorder.reschedule(*starts, &parts.schedule);
    }

    /// The lanes of one group, from their start to their end; `last` where the others are over.
    fn one_group(
        &mut self,
        group: &LaneGroup,
        number: usize,
        last: bool,
        order: &[usize],
        seats: StartSeats,
    ) -> Result<(), Failure> {
        let Self { session, parts, visits, kept, starts, began } = self;
        let order = group.in_order(order);
        let Some(mut running) = bring_up_all(session, &order, &group.guests, seats) else {
            return Ok(());
        };
        let (mut slots, time) = groups::slots(session, parts, group);
        visits.anchors = AnchorVisits::of(&parts.groups.anchors());
        parts.stages.begin(session, seats, &group.lanes, &mut running, slots.len());
        running.iter_mut().flatten().for_each(RunningLane::is_idle);
        let rest = slots.split_off(parts.before_first_page(session, &slots, *began));
        let many = slots.len();
        visits.in_order(session, &mut parts.stages, 0, slots, &mut running);
        if !rest.is_empty() {
            let spent = session.around.since(*began);
            session.recorder.head.under_way = Some(parts.expected(session, 0, *starts, spent));
            kept.begin(session, visits)?;
            visits.in_order(session, &mut parts.stages, many, rest, &mut running);
        }
        visits.repeat(session, &mut parts.stages, time, &mut running)?;
        parts.stages.repeat(session, &mut running);
        parts.stages.end(session, &running);
        parts.loads.measure(session, &group.lanes, last, &mut running);
        let anchors = std::mem::take(&mut visits.anchors);
        groups::end(session, parts, group, number, &mut running, anchors);
        Ok(())
    }

    /// After a restart: what a pilot makes of those to come, or a first look of its time.
    fn decide(&mut self, done: u32) -> Result<(), Failure> {
        self.keep_the_time(done);
        let Timetable { pilot, groups, loads, schedule, .. } = &mut self.parts;
        let Some(pilot) = pilot else { return Ok(()) };
        let (session, starts) = (&mut self.session, self.starts);
        let chosen = pilot.decide(session, groups, done, starts, loads.spent())?;
        if let Some(chosen) = chosen {
            self.starts = chosen.starts;
            *schedule = chosen.schedule;
        }
        Ok(())
    }

    /// A first look ends before a restart that might last longer than it promises; two restarts it
    /// has in any case.
    fn keep_the_time(&mut self, done: u32) {
        let Self { session, parts, starts, began, .. } = self;
        if !session.plan.is_first_look() || done < 2 || done == *starts {
            return;
        }
        let spent = session.around.since(*began);
        if spent + spent / done + AROUND_RESTARTS > FIRST_LOOK_TIME {
            *starts = done;
            session.recorder.reschedule(done, &parts.schedule);
        }
    }

    fn after_the_last(&mut self) {
        self.session.look_at_files();
        if !self.parts.stages.is_left_out() {
            allocations::measure(&mut self.session);
        }
        note_disturbed(&mut self.session);
    }
}
