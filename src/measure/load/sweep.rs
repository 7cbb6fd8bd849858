//! The loads of a run: in its first restarts, behind the visits, each lane's capacity is searched
//! and calls are sent by a schedule at shares of it, and at rates common to all; lanes take turns.

use crate::{
    fleet::{driver::DriverError, lane_failure::LaneFailure},
    lanes::roster::Known,
    measure::{
        load::{
            capacity::{self, Search},
            judged::judge,
            points::{Found, Point},
            request::{LoadAnswer, LoadRequest, connections, lead_in},
            times::{ARRIVALS, LoadTimes, is_asked},
        },
        running_lane::{RunningLanes, connected},
        session::Session,
        visit::connection_of,
    },
    plan::Plan,
    protocol,
};
use api::ErrorKind;
use reports::{
    record::{LoadPoint, Loads, SearchStep, Verdict},
    stats::units,
};
use std::time::Duration;

/// Calls that are due at a point, at least; a rate that has fewer is left out.
const FEWEST_CALLS: f64 = 20.0;
const TOO_SHORT: &str = "a call takes less than 20 clock reads or steps: its capacity is the \
generator's, and only common rates are asked for";

/// The loads of a run.
pub(crate) struct LoadSweep {
    pub(crate) times: LoadTimes,
    /// Indices of lanes that are asked.
    pub(crate) lanes: Vec<usize>,
    common_per_s: Vec<f64>,
    /// What was found in the groups of this restart so far.
    found: Vec<Found>,
    /// Time that went into them so far.
    spent: Duration,
}

/// The search for one lane's capacity.
struct LaneSearch {
    lane: usize,
    search: Search,
    /// A call of the lane is too short for more than common rates.
    too_short: bool,
}

impl LoadSweep {
    /// Those of the named lanes that answer and whose caller sends calls by a schedule.
    pub(crate) fn new(plan: &Plan, chosen: &[&Known]) -> Self {
        let asked = |at: &usize| is_asked(plan, chosen[*at]) && chosen[*at].takes_load;
        Self {
            times: LoadTimes::new(plan),
            lanes: (0..chosen.len()).filter(asked).collect(),
            common_per_s: Vec::new(),
            found: Vec::new(),
            spent: Duration::ZERO,
        }
    }

    /// What they take in the whole run, at most.
    pub(crate) fn time(&self) -> Duration {
        self.times.of_run(self.lanes.len())
    }

    /// Time that went into them so far.
    pub(crate) fn spent(&self) -> Duration {
        self.spent
    }

    /// In words, for a dry run.
    pub(crate) fn text(&self) -> Option<String> {
        self.times.text(self.lanes.len())
    }

    /// As a record holds them, without figures.
    pub(crate) fn planned(&self, plan: &Plan, chosen: &[&Known]) -> Option<Loads> {
        self.times.planned(plan, chosen)
    }

    /// The loads of these lanes in this restart, if it has any; `last` where the others are over.
    pub(crate) fn measure(
        &mut self,
        session: &mut Session<'_>,
        lanes: &[usize],
        last: bool,
        running: &mut RunningLanes,
    ) {
        if session.start >= self.times.starts || session.stop_requested() {
            return;
        }
        let began = session.around.now();
        let lanes: Vec<usize> =
            self.lanes.iter().filter(|lane| lanes.contains(lane)).copied().collect();
        let found = self.search(session, &lanes, running);
        self.found.extend(&found);
        self.choose_common(session, last);
        let mut points = self.points(session, &found);
        session.random.shuffle(&mut points);
        for point in points {
            if session.stop_requested() {
                break;
            }
            let Some(answer) = self.put_on(session, point, running) else { continue };
            let rate_per_s = point.rate_per_s.unwrap_or_default();
            let recorded = LoadPoint::of(point.share, rate_per_s, answer.load, answer.latency);
            session.recorder.loaded(&session.chosen[point.lane].about.name, recorded);
        }
        let took = session.around.since(began);
        self.spent += took;
        // What was planned at most and not needed.
        let unspent = self.times.of_start(lanes.len()).saturating_sub(took);
        session.progress.advance(unspent, "under load");
    }

    /// Searches all lanes' capacities at once, a step of each in turn.
    fn search(
        &mut self,
        session: &mut Session<'_>,
        lanes: &[usize],
        running: &mut RunningLanes,
    ) -> Vec<Found> {
        let begin =
            |lane: &usize| LaneSearch { lane: *lane, search: Search::default(), too_short: false };
        let mut searches: Vec<LaneSearch> = lanes.iter().map(begin).collect();
        while searches.iter().any(|one| one.search.next().is_some()) && !session.stop_requested() {
            session.random.shuffle(&mut searches);
            for one in &mut searches {
                if let Some(in_flight) = one.search.next()
                    && !session.stop_requested()
                {
                    self.search_step(session, one, in_flight, running);
                }
            }
        }
        let mut found = Vec::new();
        for LaneSearch { lane, search, too_short } in searches {
            let capacity = search.capacity();
            found.extend(capacity.map(|capacity| Found { lane, capacity, too_short }));
        }
        found
    }

    /// One step of the search for a lane's capacity: a closed loop.
    fn search_step(
        &mut self,
        session: &mut Session<'_>,
        one: &mut LaneSearch,
        in_flight: u32,
        running: &mut RunningLanes,
    ) {
        let closed = Point { lane: one.lane, share: None, rate_per_s: None, in_flight };
        let Some(LoadAnswer { load, .. }) = self.put_on(session, closed, running) else {
            return one.search.fail();
        };
        let name = &session.chosen[one.lane].about.name;
        let step = SearchStep::of(load);
        match step.verdict {
            Verdict::Untrustworthy => one.search.fail(),
            Verdict::Stable | Verdict::Unstable => one.search.saw(in_flight, step.achieved_per_s),
        }
        let p50_ns = step.service_ns.as_ref().and_then(|service| service.p50);
        if in_flight == 1 && p50_ns.is_some_and(|ns| (ns as f64) < session.least_sample_ns) {
            one.too_short = true;
            session.recorder.without_load(name, TOO_SHORT);
        }
        session.recorder.searched(name, step);
    }

    /// After the first search of all lanes: which rates they are all asked for.
    fn choose_common(&mut self, session: &mut Session<'_>, all_known: bool) {
        let found = if all_known { std::mem::take(&mut self.found) } else { Vec::new() };
        let per_s = |found: &Found| found.capacity.per_s;
        let slowest = found.iter().min_by(|one, other| per_s(one).total_cmp(&per_s(other)));
        let Some(slowest) = slowest.filter(|_| self.common_per_s.is_empty()) else {
            return;
        };
        let all: Vec<f64> = found.iter().map(per_s).collect();
        self.common_per_s = capacity::common_rates(&all);
        let name = &session.chosen[slowest.lane].about.name;
        session.recorder.loads.common_rates(&self.common_per_s, name);
    }

    /// The points of one restart. A point with too few calls says nothing of a lane: it is left
    /// out, and noted.
    fn points(&self, session: &mut Session<'_>, found: &[Found]) -> Vec<Point> {
        let point_s = self.times.point.as_secs_f64();
        let mut points = Vec::new();
        for of_lane in found {
            let known = session.chosen[of_lane.lane];
            for point in of_lane.points(known, &self.common_per_s) {
                if point.rate_per_s.unwrap_or_default() * point_s >= FEWEST_CALLS {
                    points.push(point);
                } else {
                    session.recorder.without_load(&known.about.name, &too_few_calls(point_s));
                }
            }
        }
        points
    }

    /// Puts one load on. None where nothing may be made of it: the lane is out, or it was cut
    /// short.
    fn put_on(
        &mut self,
        session: &mut Session<'_>,
        point: Point,
        running: &mut RunningLanes,
    ) -> Option<LoadAnswer> {
        let up = connected(running, point.lane, session.main_engine())?;
        let request = self.request(session, point);
        let doing = format!("{} under load", request.known.about.short);
        let waiting = |time| session.progress.advance(time, &doing);
        let (seated, server) = (up.sit_in(request.placement), up.server_pid());
        up.is_asked();
        let answer = seated.and_then(|()| request.ask(&mut up.driver, server, waiting));
        up.is_idle();
        if session.stop_requested() {
            return None;
        }
        match answer {
            Ok(answer) => {
                judge(session, request.known, &answer);
                Some(answer)
            }
            Err(error) => {
                self.give_up(session, point.lane, error, running);
                None
            }
        }
    }

    fn request<'a>(&self, session: &mut Session<'a>, point: Point) -> LoadRequest<'a> {
        let (plan, engine) = (session.plan, session.main_engine());
        let known = session.chosen[point.lane];
        let duration = if point.rate_per_s.is_some() {
            self.times.point
        } else {
            self.times.step
        };
        let order = protocol::Load {
            id: connection_of(engine),
            workload: plan.workload.name().into(),
            size: plan.sizes[0],
            kind: protocol::call(),
            rate_per_s: point.rate_per_s,
            arrivals: ARRIVALS.into(),
            seed: session.random.below(1 << 30) as u64,
            connections: connections(known, point.in_flight),
            in_flight: point.in_flight,
            lead_in_ms: lead_in(duration).as_millis() as u64,
            duration_ms: duration.as_millis() as u64,
        };
        LoadRequest {
            known,
            order,
            engine,
            deadline: plan.deadline,
            given_endpoint: plan.endpoint_of(known).is_some(),
            placement: plan.main_placement(),
        }
    }

    /// A lane gives no more loads in this run, or is out for the rest of this restart.
    fn give_up(
        &mut self,
        session: &mut Session<'_>,
        lane: usize,
        error: DriverError,
        running: &mut RunningLanes,
    ) {
        let name = &session.chosen[lane].about.name;
        session.recorder.without_load(name, &error.to_string());
        self.lanes.retain(|other| *other != lane);
        if matches!(&error, DriverError::Refused(no) if no.kind() == ErrorKind::Unsupported) {
            return;
        }
        let failure = LaneFailure::from(error);
        running[lane] = None;
        session.outcome.add(failure.kind);
        let text = format!("under load: {}", failure.reason);
        session.progress.say(&format!("tollgate: {name}: {text}; the others go on"));
        session.recorder.note(Some(name), &text);
    }
}

/// Why a point is left out.
fn too_few_calls(point_s: f64) -> String {
    format!(
        "rates below {} calls a second are left out, which would be fewer than {FEWEST_CALLS} \
        calls in {point_s} s; a longer --load has them",
        units::number(FEWEST_CALLS / point_s)
    )
}
