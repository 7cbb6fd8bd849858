//! The loads of a run: in its first restarts, behind the visits, each lane's capacity is searched
//! and calls are sent by a schedule at shares of it, and at rates that are the same for all lanes.
//! Lanes take turns step by step and point by point.

use crate::{
    fleet::Trouble,
    lanes::roster::Known,
    measure::{
        load::{
            ask::{Answer, Question, USUAL_IN_FLIGHT, connections, lead_in},
            capacity::{self, COMMON, Capacity, MOST_STEPS, SHARES, Search},
        },
        run::{
            Run,
            running_lane::{Down, Running, number},
        },
    },
    plan::Plan,
    protocol,
    shell::{interrupt, progress::spoken},
};
use api::{ErrorKind, Waiting};
use reports::{
    figures::load::MOST_LITTLE_ERROR,
    record::{self, LaneLoads, LoadPoint, SearchStep, Verdict},
    stats::units,
};
use std::time::{Duration, Instant};

/// Restarts with loads: luck of one start must not pass for a property of a lane.
const STARTS: u32 = 2;
/// A step of the search, in points, and the shortest.
const STEP_SHARE: f64 = 0.25;
const SHORTEST_STEP: Duration = Duration::from_millis(200);
/// Opening connections, the last answers and their encoding, for one load.
const AROUND: Duration = Duration::from_millis(15);
const ARRIVALS: &str = "poisson";
/// What takes fewer clock reads than this has no load of its own: that would be the generator's.
const CLOCK_READS: f64 = 20.0;
/// Calls that are due at a point, at least; a rate that has fewer is left out.
const FEWEST_CALLS: f64 = 20.0;

/// The loads of a run.
pub(crate) struct Loads {
    /// Indices of lanes that are asked.
    lanes: Vec<usize>,
    point: Duration,
    step: Duration,
    /// Restarts with loads.
    starts: u32,
    common_per_s: Vec<f64>,
    /// Time that went into them so far.
    spent: Duration,
}

/// One point to come.
struct Point {
    lane: usize,
    share: Option<f64>,
    rate_per_s: f64,
    in_flight: u32,
}

impl Loads {
    /// Those of the planned lanes that answer and whose caller is this program.
    pub(crate) fn new(plan: &Plan, chosen: &[&Known]) -> Self {
        let asked = |lane: &usize| chosen[*lane].about.answers && chosen[*lane].has_own_caller();
        let point = plan.load.unwrap_or_default();
        let step = point.mul_f64(STEP_SHARE).max(SHORTEST_STEP);
        let starts = if plan.load.is_some() { STARTS.min(plan.starts) } else { 0 };
        let lanes = (0..chosen.len()).filter(asked).collect();
        Self {
            lanes,
            point,
            step,
            starts,
            common_per_s: Vec::new(),
            spent: Duration::ZERO,
        }
    }

    /// What they take in one restart, at most.
    fn start_time(&self) -> Duration {
        let points = (SHARES.len() + COMMON.len()) as u32;
        let of_lane = (self.step + AROUND) * MOST_STEPS + (self.point + AROUND) * points;
        of_lane * self.lanes.len() as u32
    }

    /// What they take in the whole run, at most.
    pub(crate) fn time(&self) -> Duration {
        self.start_time() * self.starts
    }

    /// Time that went into them so far.
    pub(crate) fn spent(&self) -> Duration {
        self.spent
    }

    /// In words, for a dry run.
    pub(crate) fn text(&self) -> Option<String> {
        (self.starts > 0).then(|| {
            format!(
                "loads on {} lanes in {} restarts, {} s at a point: at most {} of the time, \
                beyond the budget",
                self.lanes.len(),
                self.starts,
                self.point.as_secs_f64(),
                spoken(self.time())
            )
        })
    }

    /// As a record holds them, without figures.
    pub(crate) fn recorded(&self, plan: &Plan, chosen: &[&Known]) -> Option<record::Loads> {
        let answers = chosen.iter().filter(|known| known.about.answers);
        let lane = |known: &&Known| LaneLoads {
            lane: known.about.name.clone(),
            starts: Vec::new(),
            reason: (!known.has_own_caller()).then(|| {
                format!(
                    "not measured: its caller ({}) does not send calls by a schedule",
                    known.about.caller
                )
            }),
        };
        (self.starts > 0).then(|| record::Loads {
            engine: plan.engines[0].name().into(),
            max_results: plan.max_results[0],
            arrivals: ARRIVALS.into(),
            point_s: self.point.as_secs_f64(),
            step_s: self.step.as_secs_f64(),
            starts: self.starts,
            common_per_s: Vec::new(),
            slowest: None,
            lanes: answers.map(lane).collect(),
        })
    }

    /// The points of one restart for lanes of these capacities; `short`: lanes whose calls are too
    /// short for shares. Also the points left out for too few calls, which say nothing of a lane.
    fn points(
        &self,
        chosen: &[&Known],
        capacities: &[(usize, Capacity)],
        short: &[usize],
    ) -> (Vec<Point>, Vec<Point>) {
        let mut points = Vec::new();
        for &(lane, Capacity { per_s, in_flight }) in capacities {
            // One thread has as many places as it likes; more threads than gave the capacity would
            // be another load.
            let one_thread = chosen[lane].about.class == Waiting::Async.name();
            let in_flight = if one_thread { in_flight.max(USUAL_IN_FLIGHT) } else { in_flight };
            let mut add =
                |share, rate_per_s| points.push(Point { lane, share, rate_per_s, in_flight });
            if !short.contains(&lane) {
                SHARES.iter().for_each(|share| add(Some(*share), share * per_s));
            }
            let common = self.common_per_s.iter().filter(|rate| capacity::takes(per_s, **rate));
            common.for_each(|rate| add(None, *rate));
        }
        points
            .into_iter()
            .partition(|point| point.rate_per_s * self.point.as_secs_f64() >= FEWEST_CALLS)
    }
}

impl Run<'_> {
    /// The loads of this restart, if it has any.
    pub(crate) fn under_load(&mut self, running: &mut [Option<Running>]) {
        if self.recorder.start_number() >= self.loads.starts || interrupt::requested() {
            return;
        }
        let began = Instant::now();
        let (capacities, short) = self.search(running);
        self.choose_common(&capacities);
        let (mut points, too_few) = self.loads.points(&self.chosen, &capacities, &short);
        for Point { lane, .. } in too_few {
            let point_s = self.loads.point.as_secs_f64();
            let reason = format!(
                "rates below {} calls a second are left out, which would be fewer than \
                {FEWEST_CALLS} calls in {point_s} s; \
                 a longer --load has them",
                units::number(FEWEST_CALLS / point_s)
            );
            self.recorder.without_load(&self.chosen[lane].about.name, &reason);
        }
        self.random.shuffle(&mut points);
        for point in points {
            if interrupt::requested() {
                break;
            }
            let Some(answer) = self.put_on(&point, running) else { continue };
            let recorded =
                LoadPoint::of(point.share, point.rate_per_s, answer.load, answer.latency);
            self.recorder.loaded(&self.chosen[point.lane].about.name, recorded);
        }
        self.loads.spent += began.elapsed();
        // What was planned at most and not needed.
        self.progress
            .advance(self.loads.start_time().saturating_sub(began.elapsed()), "under load");
    }

    /// Searches all lanes' capacities at once, a step of each in turn. Also answers which lanes
    /// have too short calls for more.
    fn search(&mut self, running: &mut [Option<Running>]) -> (Vec<(usize, Capacity)>, Vec<usize>) {
        let mut searches: Vec<(usize, Search)> =
            self.loads.lanes.iter().map(|lane| (*lane, Search::default())).collect();
        let mut short = Vec::new();
        let least_ns = CLOCK_READS * self.recorder.clock_read_ns();
        while searches.iter().any(|(_, search)| search.next().is_some()) && !interrupt::requested()
        {
            self.random.shuffle(&mut searches);
            for (lane, search) in &mut searches {
                let Some(in_flight) = search.next().filter(|_| !interrupt::requested()) else {
                    continue;
                };
                let name = self.chosen[*lane].about.name.clone();
                let closed = Point { lane: *lane, share: None, rate_per_s: 0.0, in_flight };
                let Some(Answer { load, .. }) = self.put_on(&closed, running) else {
                    search.fail();
                    continue;
                };
                let step = SearchStep::of(load);
                match step.verdict {
                    Verdict::Untrustworthy => search.fail(),
                    Verdict::Stable | Verdict::Unstable => {
                        search.saw(in_flight, step.achieved_per_s)
                    }
                }
                let p50_ns = step.service_ns.as_ref().and_then(|service| service.p50);
                if in_flight == 1 && p50_ns.is_some_and(|ns| (ns as f64) < least_ns) {
                    short.push(*lane);
                    self.recorder.without_load(&name, TOO_SHORT);
                }
                self.recorder.searched(&name, step);
            }
        }
        let found = |(lane, search): (usize, Search)| Some((lane, search.capacity()?));
        (searches.into_iter().filter_map(found).collect(), short)
    }

    /// After the first search: which rates all lanes are asked for.
    fn choose_common(&mut self, capacities: &[(usize, Capacity)]) {
        let slowest = capacities.iter().min_by(|one, other| one.1.per_s.total_cmp(&other.1.per_s));
        let Some((lane, _)) = slowest.filter(|_| self.loads.common_per_s.is_empty()) else {
            return;
        };
        let all: Vec<f64> = capacities.iter().map(|(_, capacity)| capacity.per_s).collect();
        self.loads.common_per_s = capacity::common_rates(&all);
        self.recorder
            .common_rates(&self.loads.common_per_s, &self.chosen[*lane].about.name);
    }

    /// Puts one load on; a rate of 0 is the closed loop. None where nothing may be made of it: the
    /// lane is out, or it was cut short.
    fn put_on(&mut self, point: &Point, running: &mut [Option<Running>]) -> Option<Answer> {
        let known = self.chosen[point.lane];
        let engine = self.plan.engines[0];
        let up = running[point.lane].as_mut().filter(|up| up.orders.contains_key(&engine))?;
        let open = point.rate_per_s > 0.0;
        let duration = if open { self.loads.point } else { self.loads.step };
        let order = protocol::Load {
            id: number(engine),
            max_results: self.plan.max_results[0],
            rate_per_s: open.then_some(point.rate_per_s),
            arrivals: ARRIVALS.into(),
            seed: self.random.below(1 << 30) as u64,
            connections: connections(known, point.in_flight),
            in_flight: point.in_flight,
            lead_in_ms: lead_in(duration).as_millis() as u64,
            duration_ms: duration.as_millis() as u64,
        };
        let given_endpoint = self.plan.endpoint_of(known).is_some();
        let Plan { deadline, placement, .. } = *self.plan;
        let question = Question { known, order, engine, deadline, given_endpoint, placement };
        let (progress, doing) = (&mut self.progress, format!("{} under load", known.about.short));
        let answer = question.ask(&mut up.driver, |time| progress.advance(time, &doing));
        match answer {
            _ if interrupt::requested() => None,
            Ok(answer) => {
                self.judge(known, &answer);
                Some(answer)
            }
            Err(trouble) => {
                self.give_up_load(point.lane, trouble, running);
                None
            }
        }
    }

    /// What the run's exit code says of a load.
    fn judge(&mut self, known: &Known, Answer { load, .. }: &Answer) {
        let missed = load.little.is_some_and(|little| little.relative_error > MOST_LITTLE_ERROR);
        self.wrong_apart |= load.wrong_answers > 0 || missed;
        if load.verdict == Verdict::Untrustworthy {
            self.died |= load.errors > 0;
            let reasons = load.reasons.join("; ");
            self.progress
                .say(&format!("tollgate: {} under load: {reasons}", known.about.name));
            let note = format!("under load: {reasons}");
            self.recorder.note(Some(&known.about.name), &note);
        }
    }

    /// A lane gives no more loads in this run, or is out for the rest of this restart.
    fn give_up_load(&mut self, lane: usize, trouble: Trouble, running: &mut [Option<Running>]) {
        let name = self.chosen[lane].about.name.clone();
        self.recorder.without_load(&name, &trouble.to_string());
        self.loads.lanes.retain(|other| *other != lane);
        if matches!(&trouble, Trouble::Refused(error) if error.kind() == ErrorKind::Unsupported) {
            return;
        }
        let down = Down::from(trouble);
        running[lane] = None;
        self.died |= !down.void;
        self.wrong_apart |= down.void;
        let text = format!("under load: {}", down.reason);
        self.progress.say(&format!("tollgate: {name}: {text}; the others go on"));
        self.recorder.note(Some(&name), &text);
    }
}

const TOO_SHORT: &str = "a call takes less than 20 clock reads: its capacity is the generator's, \
and only common rates are asked for";
