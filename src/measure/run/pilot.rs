//! A wanted precision: the first restarts are a pilot and count like all others; after them the
//! number and the length of the others is chosen, once. The choice itself is made in `reports`.

use crate::{
    machine::placement::Placement,
    measure::{
        load::sweep::LoadSweep,
        run::{bring_up::START_COST, groups::Groups},
        session::Session,
    },
    plan::{Plan, Wanted, grid::Planned, schedule::Schedule},
    shell::{failure::Failure, progress::spoken},
};
use reports::{
    figures::precision::{self, Choice, MOST, PILOT, Wish},
    record::{self, Precision},
    stats::units::percent,
};
use std::time::{Duration, Instant};

/// A pilot tells little of scatter with fewer restarts, whatever the budget.
const FEWEST_OF_PILOT: u32 = 3;
/// Share of the budget that the pilot may take, unless its shortest restarts take more.
const SHARE_OF_PILOT: f64 = 0.5;
/// The shortest and the longest restart, in usual ones: every cell is visited, and no visit is a
/// blink.
const SHORTEST: f64 = 0.25;
const LONGEST: f64 = 8.0;

/// The pilot of a run with a wanted precision, and what follows from it.
pub(crate) struct Pilot {
    wanted: Wanted,
    budget: Duration,
    /// Restarts of the pilot.
    pub(crate) starts: u32,
    /// What a restart takes besides its work, as predicted.
    bring_up: Duration,
    /// Visits and pairs asked in turns of a restart now.
    work: Duration,
    /// The part of it that goes to pairs.
    in_turns: f64,
    /// Work of a restart in which visits have their usual length.
    usual: Duration,
    /// The placement whose figures decide, where there are several.
    of_several: Option<Placement>,
    began: Instant,
    /// When it had decided.
    decided: Option<Instant>,
}

impl Pilot {
    /// The pilot of this plan, if it wants a precision. `in_turns` is the share of pairs that are
    /// asked in turns; the budget counts from `began`.
    pub(crate) fn new(
        plan: &Plan,
        cells: &[Planned],
        groups: &Groups,
        in_turns: f64,
        began: Instant,
    ) -> Option<Self> {
        let wanted = plan.precision?;
        let bring_up = START_COST * groups.bring_ups();
        let usual = groups.with_guests(Schedule::usual_time(plan, cells));
        let usual = usual.div_f64(1.0 - in_turns);
        let share = plan.budget.mul_f64(SHARE_OF_PILOT) / PILOT;
        let work = share.saturating_sub(bring_up).clamp(usual.mul_f64(SHORTEST), usual);
        let affordable = plan.budget.as_secs_f64() / (bring_up + work).as_secs_f64();
        let starts = (affordable as u32).clamp(FEWEST_OF_PILOT, PILOT);
        Some(Self {
            wanted,
            budget: plan.budget,
            starts,
            bring_up,
            work,
            in_turns,
            usual,
            of_several: (plan.placements.len() > 1).then_some(plan.main_placement()),
            began,
            decided: None,
        })
    }

    /// Time inside visits of a restart now.
    pub(crate) fn visits_time(&self) -> Duration {
        self.work.mul_f64(1.0 - self.in_turns)
    }

    /// Time for pairs that are asked in turns in a restart now.
    pub(crate) fn in_turns_time(&self) -> Duration {
        self.work.mul_f64(self.in_turns)
    }

    /// What the pilot is predicted to take.
    pub(crate) fn time(&self) -> Duration {
        (self.bring_up + self.work) * self.starts
    }

    /// The longest that the run may take: its budget, unless the shortest pilot takes more.
    pub(crate) fn at_most(&self) -> Duration {
        self.budget.max(self.time())
    }

    /// What is wanted, and what is known before the first restart.
    pub(crate) fn text(&self) -> String {
        let beyond = if self.time() > self.budget {
            "; more than the budget, so nothing follows it"
        } else {
            ""
        };
        let placed = self.of_several;
        let placed = placed.map_or_else(String::new, |one| format!(", placement {}", one.name()));
        format!(
            "precision ±{} of each lane's single call (p50, 95 %{placed}) within {}, all included: \
            a pilot of {} restarts (about {}) decides how many more there are, and how \
            long{beyond}",
            percent(self.wanted.share()),
            spoken(self.budget),
            self.starts,
            spoken(self.time())
        )
    }

    /// As a record holds it before the pilot is done.
    pub(crate) fn recorded(&self) -> Precision {
        Precision {
            wanted_share: self.wanted.share(),
            pilot_starts: self.starts,
            pilot_work_s: self.work.as_secs_f64(),
            ..Precision::default()
        }
    }

    /// What the decision is made with: what is wanted, and what is left.
    fn wish(&self, elapsed: Duration) -> Wish {
        let usual_s = self.usual.as_secs_f64();
        Wish {
            share: self.wanted.share(),
            fewest: self.wanted.fewest,
            left_s: self.budget.saturating_sub(elapsed).as_secs_f64(),
            work_s: (SHORTEST * usual_s, LONGEST * usual_s),
        }
    }
}

/// What the pilot has decided for the restarts after it.
pub(crate) struct Chosen {
    /// Restarts in all.
    pub(crate) starts: u32,
    pub(crate) schedule: Schedule,
}

impl Pilot {
    /// Says which restart of so many begins, and what it may take until the end.
    pub(crate) fn announce(
        &self,
        session: &mut Session<'_>,
        done: u32,
        starts: u32,
        loads: &LoadSweep,
    ) {
        let Session { progress, around, .. } = session;
        let (at, of) = (done as usize, starts as usize);
        if done >= self.starts {
            return progress.step("restart", at, of);
        }
        // Loads come on top of the budget.
        let apart = loads.time().saturating_sub(loads.spent());
        let measuring = around.since(self.began).saturating_sub(loads.spent());
        progress.at_most(self.at_most().saturating_sub(measuring) + apart);
        progress.step("restart of the pilot", at, of);
    }

    /// After a restart: what is left; after the last one of the pilot, how many more there are.
    pub(crate) fn decide(
        &mut self,
        session: &mut Session<'_>,
        groups: &Groups,
        done: u32,
        starts: u32,
        loads_took: Duration,
    ) -> Result<Option<Chosen>, Failure> {
        match self.decided {
            None if done == self.starts && !session.stop_requested() => {
                self.choose(session, groups, done, loads_took)
            }
            Some(decided) if done > self.starts => {
                let each = session.around.since(decided) / (done - self.starts);
                session.progress.expect(each * (starts - done));
                Ok(None)
            }
            _ => Ok(None),
        }
    }

    /// Chooses from what the pilot saw, says it, and plans the restarts to come.
    fn choose(
        &mut self,
        session: &mut Session<'_>,
        groups: &Groups,
        done: u32,
        loads_took: Duration,
    ) -> Result<Option<Chosen>, Failure> {
        // Loads come on top of the budget, and are over when the pilot is.
        let elapsed = session.around.since(self.began).saturating_sub(loads_took);
        let seen = self.seen(session, done, elapsed)?;
        let choice = precision::choose(&seen, &self.wish(elapsed));
        let mut recorded = self.recorded();
        recorded.pilot = seen.lanes;
        recorded.restart_cost_s = Some(seen.cost_s);
        self.decided = Some(session.around.now());
        let Some(choice) = choice else {
            session.progress.say("tollgate: no lane completed the pilot: no more restarts");
            session.recorder.head.plan.precision = Some(recorded);
            return Ok(None);
        };
        session.progress.say(&said(self, &choice, seen.cost_s, elapsed));
        recorded.work_s = Some(choice.work_s);
        recorded.predicted_share = Some(choice.predicted_share);
        recorded.needed_starts = choice.needed.map(|(starts, _)| starts);
        recorded.needed_s = choice.needed.map(|(_, more_s)| elapsed.as_secs_f64() + more_s);
        session.recorder.head.plan.precision = Some(recorded);
        self.work = Duration::from_secs_f64(choice.work_s);
        let schedule = groups.schedule(session.plan, self.visits_time(), &session.cells);
        session.recorder.reschedule(choice.starts, &schedule);
        let each = Duration::from_secs_f64(seen.cost_s + choice.work_s);
        session.progress.expect(each * (choice.starts - done));
        Ok(Some(Chosen { starts: choice.starts, schedule }))
    }

    /// What the restarts of the pilot gave.
    fn seen(
        &self,
        session: &mut Session<'_>,
        done: u32,
        elapsed: Duration,
    ) -> Result<precision::Pilot, Failure> {
        let progress = record::Progress { starts_done: done, interrupted: false, finished: false };
        let record = session.recorder.snapshot(progress)?;
        let work_s = self.work.as_secs_f64();
        Ok(precision::Pilot {
            starts: done,
            work_s,
            cost_s: (elapsed.as_secs_f64() / f64::from(done) - work_s).max(0.0),
            lanes: precision::pilot_lanes(&record),
        })
    }
}

/// What was chosen, before it is done.
fn said(pilot: &Pilot, choice: &Choice, cost_s: f64, elapsed: Duration) -> String {
    let wanted = percent(pilot.wanted.share());
    // A pilot of a few restarts that differ by factors can foresee thousands of percent: that is no
    // figure.
    let foreseen = if choice.predicted_share > 1.0 {
        "±100 % or worse".to_owned()
    } else {
        format!("±{}", percent(choice.predicted_share))
    };
    let more = choice.starts - pilot.starts;
    let more_s = f64::from(more) * (cost_s + choice.work_s);
    let (starts, time) = (choice.starts, spoken(Duration::from_secs_f64(more_s)));
    let Some((needed, needed_s)) = choice.needed else {
        return format!(
            "tollgate: aiming at ±{wanted}: {starts} restarts in all, about {time} more, give \
            about {foreseen} or better"
        );
    };
    let in_all = if needed >= MOST {
        " or more".to_owned()
    } else {
        format!(" and {}", spoken(elapsed + Duration::from_secs_f64(needed_s)))
    };
    format!(
        "tollgate: aiming at ±{wanted}: about {needed} restarts{in_all} would be needed; the \
        budget of {} gives about {foreseen} with {starts} restarts",
        spoken(pilot.budget)
    )
}
