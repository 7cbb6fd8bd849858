//! Which pairs a run asks in turns: lanes that differ in one thing, a lane in two placements, and
//! lanes against themselves, which tell what a difference on this machine is worth.

pub(crate) mod pair;
pub(crate) mod placements;
pub(crate) mod service_time;

use crate::{
    fleet::Fleet,
    lanes::roster::Known,
    measure::{
        contrasts::{
            pair::{Broken, Question, Side},
            placements::PLACEMENT,
        },
        run::Run,
    },
    plan::Plan,
    recorder::Recorder,
    shell::{failure::Failure, interrupt},
};
use fixtures::generate::SplitMix64;
use reports::{figures::contrasts::variants, record::Contrast};
use std::{path::Path, time::Duration};

/// Share of a run's budget.
const SHARE: f64 = 0.25;
/// The same where two builds are compared: that is what the run is for then.
const SHARE_AGAINST: f64 = 0.75;
/// Lanes against themselves.
const SELVES: usize = 8;
/// What starting and stopping two sides takes.
const START_COST: Duration = Duration::from_millis(150);
/// The bursts of one start: more starts tell more than longer ones.
const LONGEST: Duration = Duration::from_millis(350);
const SHORTEST: Duration = Duration::from_millis(50);

/// The contrasts of a run.
pub(crate) struct Contrasts<'a> {
    pairs: Vec<Pair<'a>>,
    /// Fresh starts of a lane against itself in a restart of the run.
    rounds: u32,
    /// So many times as many has a pair that differs, see [`weight`].
    weight: u32,
    /// Time of the bursts in one of them.
    time: Duration,
    /// Share of the time to measure.
    share: f64,
    /// True where restarts too short for a round save their time for one that is long enough.
    saves: bool,
    saved: Duration,
    /// Pairs that failed.
    failed: Vec<usize>,
    /// What is not asked although it should be, and why.
    left_out: Vec<String>,
    /// How long the callee of the second works in a pair that checks a service time.
    work: Option<Duration>,
}

impl<'a> Contrasts<'a> {
    /// Those of the chosen lanes that answer and that this run starts itself.
    pub(crate) fn new(plan: &Plan, chosen: &[&'a Known]) -> Self {
        let own = |lane: &&&Known| lane.about.answers && plan.endpoint_of(lane).is_none();
        let lanes: Vec<&Known> = chosen.iter().filter(own).copied().collect();
        let mut pairs = match &plan.against {
            None => differing(&lanes),
            Some(_) => both_built(&lanes),
        };
        pairs.extend(selves(&lanes).map(|lane| (SELF, [lane; 2])));
        let share = match (pairs.is_empty(), &plan.against) {
            (true, _) => 0.0,
            (_, None) => SHARE,
            (_, Some(_)) => SHARE_AGAINST,
        };
        let (placed, room) =
            (placements::of(plan, &lanes), plan.budget.mul_f64(share) / plan.starts);
        let least = (SHORTEST + START_COST) * (pairs.len() + placed.len()) as u32;
        let hindrance =
            placements::hindrance().or((room < least).then_some("the budget is too short for it"));
        let not_placed = hindrance.filter(|_| !placed.is_empty());
        if hindrance.is_none() {
            pairs.extend(placed);
        }
        let worked = service_time::of(plan, &lanes);
        let not_placed = not_placed.map(|why| {
            format!("both sides on one core, beside free placement: not measured, {why}")
        });
        let left_out = not_placed
            .into_iter()
            .chain(service_time::left_out(plan, !worked.is_empty()))
            .collect();
        pairs.extend(worked);
        let work = plan.service_time;
        let (saves, saved) = (plan.precision.is_some(), Duration::ZERO);
        let weight = weight(&pairs);
        Self {
            pairs,
            rounds: 1,
            weight,
            time: SHORTEST,
            share,
            saves,
            saved,
            failed: Vec::new(),
            left_out,
            work,
        }
    }

    /// Fresh starts of a pair of this kind in a restart of the run.
    fn rounds_of(&self, kind: &str) -> u32 {
        let rounds = self.rounds * if kind == SELF { 1 } else { self.weight };
        // A start in which a callee works longer than usual bursts take has the time of several.
        let longer = self.time_of(kind).as_secs_f64() / (self.time + START_COST).as_secs_f64();
        let fewer = (f64::from(rounds) / longer) as u32;
        if rounds == 0 { 0 } else { fewer.max(1) }
    }

    /// Fresh starts of all pairs in a restart of the run, were a lane asked against itself once.
    fn starts_in_round(&self) -> u32 {
        let (selves, differing) = (count_selves(&self.pairs), self.pairs.len());
        selves as u32 + (differing - selves) as u32 * self.weight
    }

    /// The share of the time to measure that they take, 0 to 1.
    pub(crate) fn share(&self) -> f64 {
        self.share
    }

    /// They have this long in the next restart, and in those after it unless they are given another
    /// time.
    pub(crate) fn give(&mut self, time: Duration) {
        self.saved += time;
        let each = self.saved / self.starts_in_round().max(1);
        if self.saves && each < SHORTEST + START_COST {
            self.rounds = 0;
            return;
        }
        self.saved = Duration::ZERO;
        self.rounds =
            (each.as_secs_f64() / (LONGEST + START_COST).as_secs_f64()).ceil().max(1.0) as u32;
        self.time = (each / self.rounds).saturating_sub(START_COST).clamp(SHORTEST, LONGEST);
    }

    /// What they take in one restart of the run.
    pub(crate) fn start_time(&self) -> Duration {
        self.pairs
            .iter()
            .map(|(kind, _)| self.time_of(kind) * self.rounds_of(kind))
            .sum()
    }

    /// What one start of a pair of this kind takes.
    fn time_of(&self, kind: &str) -> Duration {
        let work = self.work.filter(|_| kind == service_time::KIND);
        service_time::start_time(work, self.time) + START_COST
    }

    /// In words, for a dry run.
    pub(crate) fn text(&self) -> String {
        let often = match self.saves {
            true => format!("{:.0} % of the time to measure", self.share * 100.0),
            false if self.weight == 1 => format!("{} fresh starts each in a restart", self.rounds),
            false => format!(
                "{} fresh starts each in a restart, of the others {}",
                self.rounds,
                self.rounds * self.weight
            ),
        };
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
    pub(crate) fn recorded(&self, plan: &Plan) -> Vec<Contrast> {
        let contrast = |(kind, [first, second]): &(&str, [&Known; 2])| Contrast {
            kind: (*kind).into(),
            first: first.about.name.clone(),
            second: second.about.name.clone(),
            engine: plan.engines[0].name().into(),
            max_results: plan.max_results[0],
            starts: Vec::new(),
            reason: None,
            wrong: false,
            work_ns: self
                .work
                .filter(|_| *kind == service_time::KIND)
                .map(|work| work.as_nanos() as u64),
        };
        self.pairs.iter().map(contrast).collect()
    }

    /// All pairs of one restart, in random order, each as often as planned. A pair that fails is
    /// not tried again, and its reason is answered.
    pub(crate) fn measure(
        &mut self,
        plan: &Plan,
        (fleet, other): (&Fleet, Option<&Fleet>),
        golden: &Path,
        random: &mut SplitMix64,
        recorder: &mut Recorder,
        mut done: impl FnMut(Duration, &str),
    ) -> Result<Vec<Broken>, Failure> {
        let question = Question {
            engine: plan.engines[0],
            max_results: plan.max_results[0],
            deadline: plan.deadline,
            golden,
        };
        let mut broken = Vec::new();
        let times = |(at, (kind, _)): (usize, &(&str, _))| {
            std::iter::repeat_n(at, self.rounds_of(kind) as usize)
        };
        let mut order: Vec<usize> = self.pairs.iter().enumerate().flat_map(times).collect();
        random.shuffle(&mut order);
        for at in order {
            if interrupt::requested() {
                break;
            }
            let (kind, lanes) = self.pairs[at];
            if !self.failed.contains(&at) {
                let sides = self.sides(at, plan, (fleet, other), random)?;
                match pair::start(sides, &question, self.time, random) {
                    Ok(started) => recorder.contrast(at, &started),
                    // What Ctrl-C cut short is nobody's failure.
                    Err(_) if interrupt::requested() => break,
                    Err(failed) => {
                        recorder.without_contrast(at, &failed);
                        self.failed.push(at);
                        broken.push(failed);
                    }
                }
            }
            done(self.time_of(kind), &lanes[1].about.short);
        }
        Ok(broken)
    }

    /// Both sides of a pair in one start: where they run, of which build they are, what their
    /// callees do beside answering.
    fn sides<'f>(
        &self,
        at: usize,
        plan: &Plan,
        (fleet, other): (&'f Fleet, Option<&'f Fleet>),
        random: &mut SplitMix64,
    ) -> Result<[Side<'f>; 2], Failure>
    where
        'a: 'f,
    {
        let (kind, lanes) = self.pairs[at];
        let seats = match kind {
            PLACEMENT => placements::seats(random)?,
            _ => [plan.placement.seats(random)?; 2],
        };
        let side = |side: usize| Side {
            fleet,
            known: lanes[side],
            seats: seats[side],
            handicap: None,
        };
        let mut sides = [side(0), side(1)];
        match kind {
            service_time::KIND => sides[1].handicap = service_time::handicap(plan),
            AGAINST => sides[0].fleet = other.unwrap_or(fleet),
            _ => {}
        }
        Ok(sides)
    }
}

impl Run<'_> {
    /// All pairs of this start.
    pub(crate) fn in_turns(&mut self) -> Result<(), Failure> {
        let Self {
            contrasts,
            plan,
            fleet,
            other,
            golden,
            random,
            recorder,
            progress,
            ..
        } = self;
        let broken = contrasts.measure(
            plan,
            (fleet, other.as_ref()),
            &golden[&plan.engines[0]],
            random,
            recorder,
            |time, lane| progress.advance(time, &format!("{lane} in turns")),
        )?;
        for failed in broken {
            self.wrong_apart |= failed.wrong;
            self.died |= !failed.wrong;
            self.progress
                .say(&format!("tollgate: in turns: {}; the other pairs go on", failed.reason));
        }
        Ok(())
    }
}

/// The kind of a contrast between two builds; the other build's side is the first.
const AGAINST: &str = "against";
/// The kind of a contrast of a lane with itself.
const SELF: &str = "self";

type Pair<'a> = (&'static str, [&'a Known; 2]);

fn count_selves(pairs: &[Pair<'_>]) -> usize {
    pairs.iter().filter(|(kind, _)| *kind == SELF).count()
}

/// How many fresh starts a pair that differs has for one of a lane against itself: the few pairs
/// that a run is for have half of the time between them, however many lanes tell what a difference
/// is worth.
fn weight(pairs: &[Pair<'_>]) -> u32 {
    let selves = count_selves(pairs);
    (selves / (pairs.len() - selves).max(1)).max(1) as u32
}

/// Lanes both of whose sides are of this program: another build has them too.
fn both_built<'a>(lanes: &[&'a Known]) -> Vec<Pair<'a>> {
    lanes
        .iter()
        .filter(|lane| lane.is_own())
        .map(|lane| (AGAINST, [*lane; 2]))
        .collect()
}

/// Lanes whose base is among the chosen.
fn differing<'a>(lanes: &[&'a Known]) -> Vec<Pair<'a>> {
    let pair = |lane: &&'a Known| {
        let base = lanes[variants::base(&lane.about, lanes.iter().map(|other| &other.about))?];
        Some(("variant", [base, *lane]))
    };
    lanes.iter().filter_map(pair).collect()
}

/// As many as [`SELVES`], spread over the classes of lanes.
fn selves<'a>(lanes: &[&'a Known]) -> impl Iterator<Item = &'a Known> {
    let mut by_class: Vec<&Known> = lanes.to_vec();
    let place = |lane: &Known| {
        let same_class = |other: &&&Known| other.about.class == lane.about.class;
        lanes
            .iter()
            .filter(same_class)
            .position(|other| other.about.name == lane.about.name)
    };
    // The first lane of each class, then the second of each, and so on.
    by_class.sort_by_key(|lane| (place(lane), lane.about.looseness));
    let most = if by_class.is_empty() { 0 } else { SELVES };
    by_class.into_iter().cycle().take(most)
}
