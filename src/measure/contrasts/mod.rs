//! Which pairs a run asks in turns: lanes that differ in one thing, and lanes against themselves,
//! which tell what a difference on this machine is worth. Each is asked in every placement, in the
//! same starts.

pub(crate) mod pair;
pub(crate) mod pairs;
pub(crate) mod rounds;
pub(crate) mod service_time;

use crate::{
    fleet::Fleet,
    lanes::roster::Known,
    machine::placement::{Placement, StartSeats},
    measure::{
        contrasts::{
            pair::{PairSide, Question},
            pairs::{AGAINST, Pair},
            rounds::{Rounds, count_selves},
        },
        session::Session,
    },
    plan::Plan,
    shell::failure::Failure,
};
use reports::record::Contrast;
use std::{ops::Range, time::Duration};

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
        let worked = service_time::of(plan, &lanes);
        let left_out = service_time::left_out(plan, !worked.is_empty()).into_iter().collect();
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
            "{} pairs called alternately, {selves} of them a lane with itself: {often}{left_out}",
            self.pairs.len()
        )
    }

    /// What is not asked although a default run asks it, and why.
    pub(crate) fn left_out(&self) -> &[String] {
        &self.left_out
    }

    /// As a record holds them, without figures: each pair once in each of its placements.
    pub(crate) fn planned(&self, plan: &Plan) -> Vec<Contrast> {
        let mut planned = Vec::new();
        for pair in &self.pairs {
            let placed = placements_of(plan, pair).iter();
            planned.extend(placed.map(|placement| self.planned_pair(plan, pair, *placement)));
        }
        planned
    }

    /// The places of a pair in that list.
    fn recorded(&self, plan: &Plan, at: usize) -> Range<usize> {
        let count = |pair: &Pair<'_>| placements_of(plan, pair).len();
        let first: usize = self.pairs[..at].iter().map(count).sum();
        first..first + count(&self.pairs[at])
    }

    fn planned_pair(&self, plan: &Plan, pair: &Pair<'_>, placement: Placement) -> Contrast {
        let [first, second] = pair.lanes.map(|lane| lane.about.name.clone());
        Contrast {
            kind: pair.kind.into(),
            first,
            second,
            engine: plan.main_engine_name().into(),
            workload: plan.workload.name().into(),
            size: plan.sizes[0],
            placement: placement.name().into(),
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
            self.give_up(session, at, false, "its lane hung earlier in the run");
            return Ok(());
        }
        let plan = session.plan;
        let builds = Builds { own: &session.fleet, other: session.other_build.as_ref() };
        let columns = placements_of(plan, &self.pairs[at]);
        let topology = session.around.topology();
        let seats = StartSeats::draw(columns, topology, &mut session.random)?;
        let sides = self.sides(at, plan, builds, seats);
        let question = Question {
            engine: plan.engines[0],
            asked: plan.main_question(),
            deadline: plan.deadline,
            golden: &session.golden[&plan.engines[0]],
            columns,
        };
        match pair::start(sides, &question, self.rounds.bursts(), &mut session.random) {
            Ok(all) => {
                for (entry, started) in self.recorded(plan, at).zip(all) {
                    session.recorder.contrast(entry, started.log_ratio, started.p50_ns);
                }
            }
            // What Ctrl-C cut short is nobody's failure.
            Err(_) if session.stop_requested() => {}
            Err(failure) => {
                let reason = &failure.reason;
                self.give_up(session, at, failure.is_void(), reason);
                session.outcome.add(failure.kind);
                let line = format!("tollgate: a pair failed: {reason}; the other pairs go on");
                session.progress.say(&line);
            }
        }
        Ok(())
    }

    /// A pair gives nothing more, in any placement.
    fn give_up(&mut self, session: &mut Session<'_>, at: usize, wrong: bool, reason: &str) {
        for entry in self.recorded(session.plan, at) {
            session.recorder.without_contrast(entry, wrong, reason);
        }
        self.failed.push(at);
    }

    /// Both sides of a pair in one start: where they run, of which build they are, what their
    /// callees do beside answering.
    fn sides<'f>(
        &self,
        at: usize,
        plan: &Plan,
        builds: Builds<'f>,
        seats: StartSeats,
    ) -> [PairSide<'f>; 2]
    where
        'a: 'f,
    {
        let Pair { kind, lanes } = self.pairs[at];
        let side =
            |side: usize| PairSide { fleet: builds.own, known: lanes[side], seats, handicap: None };
        let mut sides = [side(0), side(1)];
        match kind {
            service_time::KIND => sides[1].handicap = service_time::handicap(plan),
            AGAINST => sides[0].fleet = builds.other.unwrap_or(builds.own),
            _ => {}
        }
        sides
    }
}

/// The placements in which a pair is asked: all where one of its lanes has two sides that can be
/// apart.
fn placements_of<'p>(plan: &'p Plan, pair: &Pair<'_>) -> &'p [Placement] {
    let [first, second] = pair.lanes.map(|lane| plan.placements_of(lane));
    if first.len() > second.len() { first } else { second }
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
