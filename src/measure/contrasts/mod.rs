//! Which pairs a run asks in turns: lanes that differ in one thing, a lane in two placements, and
//! lanes against themselves, which tell what a difference on this machine is worth.

pub(crate) mod pair;
pub(crate) mod pairs;
pub(crate) mod placements;
pub(crate) mod rounds;
pub(crate) mod service_time;

use crate::{
    fleet::Fleet,
    lanes::roster::Known,
    measure::{
        contrasts::{
            pair::{PairSide, Question},
            pairs::{AGAINST, Pair},
            placements::PLACEMENT,
            rounds::{Rounds, SHORTEST, START_COST, count_selves},
        },
        session::Session,
    },
    plan::Plan,
    shell::failure::Failure,
};
use fixtures::generate::SplitMix64;
use reports::record::Contrast;
use std::time::Duration;

/// Share of a run's budget.
const SHARE: f64 = 0.25;
/// The same where two builds are compared: that is what the run is for then.
const SHARE_AGAINST: f64 = 0.75;

/// The contrasts of a run.
pub(crate) struct Contrasts<'a> {
    pairs: Vec<Pair<'a>>,
    rounds: Rounds,
    /// Share of the time to measure.
    share: f64,
    /// Pairs that failed.
    failed: Vec<usize>,
    /// What is not asked although it should be, and why.
    left_out: Vec<String>,
}

/// Where the processes of two builds come from.
#[derive(Clone, Copy)]
struct Builds<'f> {
    own: &'f Fleet,
    other: Option<&'f Fleet>,
}

impl<'a> Contrasts<'a> {
    /// Those of the chosen lanes that answer and that this run starts itself.
    pub(crate) fn new(plan: &Plan, chosen: &[&'a Known]) -> Self {
        let mut lanes = chosen.to_vec();
        lanes.retain(|lane| lane.about.answers && plan.endpoint_of(lane).is_none());
        let mut pairs = pairs::of(plan, &lanes);
        let share = share_of(plan, &pairs);
        let placed = placements::of(plan, &lanes);
        let time = plan.budget.mul_f64(share) / plan.starts;
        let least = (SHORTEST + START_COST) * (pairs.len() + placed.len()) as u32;
        let too_short = (time < least).then_some("the budget is too short for it");
        let mut left_out = Vec::new();
        match placements::hindrance().or(too_short) {
            None => pairs.extend(placed),
            Some(why) if !placed.is_empty() => left_out.push(format!(
                "both sides on one core, beside free placement: not measured, {why}"
            )),
            Some(_) => {}
        }
        let worked = service_time::of(plan, &lanes);
        left_out.extend(service_time::left_out(plan, !worked.is_empty()));
        pairs.extend(worked);
        let rounds = Rounds::new(plan, &pairs);
        Self { pairs, rounds, share, failed: Vec::new(), left_out }
    }

    /// The share of the time to measure that they take, 0 to 1.
    pub(crate) fn share(&self) -> f64 {
        self.share
    }

    /// They have this long in the next restart, and in those after it unless they are given another
    /// time.
    pub(crate) fn give(&mut self, time: Duration) {
        self.rounds.give(time);
    }

    /// What they take in one restart of the run.
    pub(crate) fn start_time(&self) -> Duration {
        let kinds = self.pairs.iter().map(|pair| pair.kind);
        kinds.map(|kind| self.rounds.time_of(kind) * self.rounds.of(kind)).sum()
    }

    /// In words, for a dry run.
    pub(crate) fn text(&self) -> String {
        let often = self.rounds.text(self.share);
        let selves = count_selves(&self.pairs);
        let left_out: String = self.left_out.iter().map(|said| format!("\n{said}")).collect();
        format!(
            "{} pairs asked in turns, {selves} of them lanes against themselves: {often}{left_out}",
            self.pairs.len()
        )
    }

    /// What is not asked although a default run asks it, and why.
    pub(crate) fn left_out(&self) -> &[String] {
        &self.left_out
    }

    /// As a record holds them, without figures.
    pub(crate) fn planned(&self, plan: &Plan) -> Vec<Contrast> {
        self.pairs.iter().map(|pair| self.planned_pair(plan, pair)).collect()
    }

    fn planned_pair(&self, plan: &Plan, pair: &Pair<'_>) -> Contrast {
        let [first, second] = pair.lanes.map(|lane| lane.about.name.clone());
        Contrast {
            kind: pair.kind.into(),
            first,
            second,
            engine: plan.main_engine_name().into(),
            workload: plan.workload.name().into(),
            size: plan.sizes[0],
            placement: plan.placement.of_cells().into(),
            starts: Vec::new(),
            reason: None,
            wrong: false,
            work_ns: self.rounds.work_of(pair.kind).map(|work| work.as_nanos() as u64),
        }
    }

    /// All pairs of one restart, in random order, each as often as planned.
    pub(crate) fn measure(&mut self, session: &mut Session<'_>) -> Result<(), Failure> {
        let mut order: Vec<usize> = Vec::new();
        for (at, pair) in self.pairs.iter().enumerate() {
            order.extend(std::iter::repeat_n(at, self.rounds.of(pair.kind) as usize));
        }
        session.random.shuffle(&mut order);
        for at in order {
            if session.stop_requested() {
                break;
            }
            if !self.failed.contains(&at) {
                self.start(session, at)?;
            }
            let Pair { kind, lanes } = self.pairs[at];
            let doing = format!("{} in turns", lanes[1].about.short);
            session.progress.advance(self.rounds.time_of(kind), &doing);
        }
        Ok(())
    }

    /// One fresh start of a pair. One that fails is said, and not tried again.
    fn start(&mut self, session: &mut Session<'_>, at: usize) -> Result<(), Failure> {
        if let Some(lane) = self.pairs[at].lanes.iter().find(|lane| session.fleet.has_hung(lane)) {
            session.lane_hung(lane);
            session.recorder.without_contrast(at, false, "its lane hung earlier in the run");
            self.failed.push(at);
            return Ok(());
        }
        let plan = session.plan;
        let builds = Builds { own: &session.fleet, other: session.other_build.as_ref() };
        let sides = self.sides(at, plan, builds, &mut session.random)?;
        let question = Question {
            engine: plan.engines[0],
            asked: plan.main_question(),
            deadline: plan.deadline,
            golden: &session.golden[&plan.engines[0]],
        };
        match pair::start(sides, &question, self.rounds.bursts(), &mut session.random) {
            Ok(started) => session.recorder.contrast(at, started.log_ratio, started.p50_ns),
            // What Ctrl-C cut short is nobody's failure.
            Err(_) if session.stop_requested() => {}
            Err(failure) => {
                let reason = &failure.reason;
                session.recorder.without_contrast(at, failure.is_void(), reason);
                self.failed.push(at);
                session.outcome.add(failure.kind);
                let line = format!("tollgate: in turns: {reason}; the other pairs go on");
                session.progress.say(&line);
            }
        }
        Ok(())
    }

    /// Both sides of a pair in one start: where they run, of which build they are, what their
    /// callees do beside answering.
    fn sides<'f>(
        &self,
        at: usize,
        plan: &Plan,
        builds: Builds<'f>,
        random: &mut SplitMix64,
    ) -> Result<[PairSide<'f>; 2], Failure>
    where
        'a: 'f,
    {
        let Pair { kind, lanes } = self.pairs[at];
        let seats = if kind == PLACEMENT {
            placements::seats(random)?
        } else {
            [plan.placement.seats(random)?; 2]
        };
        let side = |side: usize| PairSide {
            fleet: builds.own,
            known: lanes[side],
            seats: seats[side],
            handicap: None,
        };
        let mut sides = [side(0), side(1)];
        match kind {
            service_time::KIND => sides[1].handicap = service_time::handicap(plan),
            AGAINST => sides[0].fleet = builds.other.unwrap_or(builds.own),
            _ => {}
        }
        Ok(sides)
    }
}

fn share_of(plan: &Plan, pairs: &[Pair<'_>]) -> f64 {
    if pairs.is_empty() {
        0.0
    } else if plan.against.is_some() {
        SHARE_AGAINST
    } else {
        SHARE
    }
}
