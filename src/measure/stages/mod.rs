//! The stages of every lane in a run: floors, and visits of rungs among the visits of whole calls,
//! so that both share the luck of one start. One lane's ladder is in `rung.rs`, the run around both
//! in `interleave.rs`.

pub(crate) mod interleave;
pub(crate) mod ladder;
pub(crate) mod sums;

use crate::{
    fleet::{Behaviour, Callee, Fleet, OpenTo, Seats},
    lanes::roster::{Known, Roster},
    machine::floors,
    measure::{
        run::running_lane::{Down, Running, SLACK},
        stages::ladder::{CARRIER, Climb, Fault, Missing, Step},
    },
    plan::{
        Plan,
        order::Order,
        schedule::{SHORTEST_VISIT, USUAL_VISIT},
    },
    protocol::Endpoint,
    recorder::Recorder,
    shell::failure::Failure,
};
use fixtures::generate::SplitMix64;
use reports::record::{Floor, Ladder, Lane, MissingRung};
use std::{collections::VecDeque, path::Path, time::Duration};

/// Share of a run's budget.
const SHARE: f64 = 0.15;
/// Share of that for floors, and the longest that one of them is measured in one start.
const FLOORS_SHARE: f64 = 0.2;
const LONGEST_FLOOR: Duration = Duration::from_millis(60);
/// One visit in so many may be made once more, because it was disturbed.
const REPEATED_OF: usize = 10;

/// The stages of a run.
pub(crate) struct Stages<'a> {
    /// By lane; none for one that answers nothing, or where stages are not measured.
    climbs: Vec<Option<Climb<'a>>>,
    ladders: Vec<Ladder>,
    /// Time of one visit, and visits of each rung in one start.
    limit: Duration,
    visits: u32,
    floor_time: Duration,
    /// Visits still to come in this start: before which slot, which lane, which rung.
    due: VecDeque<(usize, usize, Step)>,
    /// Callees of bare carriers, by the lane's name, for the start that is under way.
    carriers: Vec<(String, Callee)>,
    /// Why there are none.
    left_out: Option<&'static str>,
}

/// What a start is made in.
pub(crate) struct Place<'p> {
    pub(crate) plan: &'p Plan,
    pub(crate) fleet: &'p Fleet,
    pub(crate) golden: &'p Path,
    pub(crate) seats: Seats,
}

/// A rung that is given up, in words.
pub(crate) struct GivenUp {
    pub(crate) text: String,
    pub(crate) fault: Fault,
}

impl<'a> Stages<'a> {
    /// The rungs of the chosen lanes. None where two builds are compared or a precision is wanted,
    /// which all time is for then, and in a fixed order, which leaves nothing to mix them into.
    pub(crate) fn new(plan: &Plan, roster: &'a Roster, chosen: &[&Known]) -> Self {
        let left_out = match () {
            () if plan.against.is_some() => Some("the time is for the other build"),
            () if plan.precision.is_some() => Some("the time is for the wanted precision"),
            () if plan.order == Order::Fixed => {
                Some("visits of a fixed order are not mixed with others")
            }
            () => None,
        };
        let (mut climbs, mut ladders) = (Vec::new(), Vec::new());
        for known in chosen {
            let about = &known.about;
            if !about.answers || left_out.is_some() {
                climbs.push(None);
                continue;
            }
            let bare = carrier_of(about, roster);
            let (climb, missing) = Climb::new(known, bare);
            ladders.push(ladder(plan, about, bare, &missing));
            climbs.push(Some(climb));
        }
        let rungs: usize = climbs.iter().flatten().map(|climb| climb.steps.len()).sum();
        let in_start = plan.budget.mul_f64(if rungs > 0 { SHARE } else { 0.0 }) / plan.starts;
        let floor_time =
            (in_start.mul_f64(FLOORS_SHARE) / floors::NAMES.len() as u32).min(LONGEST_FLOOR);
        let of_rung = (in_start - floor_time * floors::NAMES.len() as u32) / rungs.max(1) as u32;
        let visits = of_rung.as_nanos().div_ceil(USUAL_VISIT.as_nanos()).max(1) as u32;
        let limit = (of_rung / visits).max(SHORTEST_VISIT);
        let (due, carriers) = (VecDeque::new(), Vec::new());
        Self {
            climbs,
            ladders,
            limit,
            visits,
            floor_time,
            due,
            carriers,
            left_out,
        }
    }

    /// What they take in one restart.
    pub(crate) fn start_time(&self) -> Duration {
        self.floors_time() + self.limit * self.visits * self.rungs() as u32
    }

    fn rungs(&self) -> usize {
        self.climbs.iter().flatten().map(|climb| climb.steps.len()).sum()
    }

    /// Why there are none.
    pub(crate) fn left_out(&self) -> Option<&'static str> {
        self.left_out
    }

    /// In words, for a dry run.
    pub(crate) fn text(&self) -> String {
        match self.left_out {
            Some(because) => format!("no stages, no floors, no allocations: {because}"),
            None => format!(
                "{} rungs of stages, each visited {} times in a restart, and floors; allocations \
                once",
                self.rungs(),
                self.visits
            ),
        }
    }

    /// As a record holds them, without figures.
    pub(crate) fn recorded(&self) -> (Vec<Ladder>, Vec<Floor>) {
        let floor = |name: &&str| Floor { name: (*name).into(), starts: Vec::new(), reason: None };
        let floors = if self.ladders.is_empty() { &[][..] } else { &floors::NAMES[..] };
        (self.ladders.clone(), floors.iter().map(floor).collect())
    }

    /// Floors of one start, measured while no lane is up.
    pub(crate) fn floors(&self, place: &Place<'_>, recorder: &mut Recorder) {
        if self.ladders.is_empty() {
            return;
        }
        let measured = place.fleet.floors(self.floor_time, place.seats);
        recorder.floors(measured.map_err(|failure: Failure| failure.to_string()));
    }

    /// Brings up bare carriers, finds sizes where they are not known, and draws when each rung is
    /// visited among `slots` visits. Answers the rungs that were given up and the lanes that were
    /// lost.
    pub(crate) fn begin(
        &mut self,
        place: &Place<'_>,
        chosen: &[&Known],
        running: &mut [Option<Running>],
        (slots, random): (usize, &mut SplitMix64),
        recorder: &mut Recorder,
    ) -> (Vec<GivenUp>, Vec<(usize, Down)>) {
        let (mut given_up, mut lost) = (Vec::new(), Vec::new());
        for (lane, known) in chosen.iter().enumerate() {
            let (Some(climb), Some(up)) = (&mut self.climbs[lane], &mut running[lane]) else {
                continue;
            };
            if !up.orders.contains_key(&place.plan.engines[0]) {
                continue;
            }
            recorder.bound_by(
                &known.about.name,
                floor_of(&known.about, &up.endpoint(place.plan.engines[0])),
            );
            let mut missing = Vec::new();
            if let Some(bare) = climb.carrier.filter(|_| climb.steps.contains(&Step::Carrier))
                && let Err(reason) = connect(&mut self.carriers, bare, up, place)
            {
                climb.without(Step::Carrier);
                missing.push(Missing { step: Step::Carrier, reason, fault: Fault::Failed });
            }
            match climb.size_up(up, known, place.plan) {
                Ok(more) => missing.extend(more),
                Err(down) => lost.push((lane, down)),
            }
            given_up.extend(
                missing.into_iter().map(|missing| give_up(&known.about, &missing, recorder)),
            );
        }
        self.draw(slots, random);
        (given_up, lost)
    }

    /// Each rung in every part of the start, at a random place of it, in random order.
    fn draw(&mut self, slots: usize, random: &mut SplitMix64) {
        let mut due = Vec::new();
        for (lane, climb) in self.climbs.iter().enumerate() {
            for step in climb.iter().flat_map(|climb| &climb.steps) {
                let place = |visit: u32| visit as usize * slots + random.below(slots.max(1));
                let places: Vec<usize> = (0..self.visits).map(place).collect();
                due.extend(
                    places.into_iter().map(|place| (place / self.visits as usize, lane, *step)),
                );
            }
        }
        random.shuffle(&mut due);
        due.sort_by_key(|(place, ..)| *place);
        self.due = due.into();
    }

    /// The next rung that is to be visited before this slot.
    pub(crate) fn next_before(&mut self, slot: usize) -> Option<(usize, Step)> {
        let (_, lane, step) = self.due.pop_front_if(|(place, ..)| *place <= slot)?;
        Some((lane, step))
    }

    /// Visits one rung. A lane that is lost is answered as such, by its reason.
    pub(crate) fn visit(
        &mut self,
        (lane, step, again): (usize, Step, bool),
        known: &Known,
        up: &mut Running,
        (plan, first): (&Plan, usize),
        recorder: &mut Recorder,
    ) -> Result<Option<GivenUp>, Down> {
        let Some(climb) = &mut self.climbs[lane] else { return Ok(None) };
        let missing = climb.visit((step, again), up, plan, (first, self.limit))?;
        Ok(missing.map(|missing| give_up(&known.about, &missing, recorder)))
    }

    /// How many visits of this start were disturbed, and those of them that are made once more: as
    /// many as take a tenth of the time of all, drawn by lot, or the first lanes would have them
    /// all.
    pub(crate) fn to_repeat(&self, random: &mut SplitMix64) -> (usize, Vec<(usize, Step)>) {
        let climbs = self
            .climbs
            .iter()
            .enumerate()
            .filter_map(|(lane, climb)| Some((lane, climb.as_ref()?)));
        let mut held: Vec<(usize, Step)> = climbs
            .flat_map(|(lane, climb)| climb.to_repeat().map(move |step| (lane, step)))
            .collect();
        let most = (self.rungs() * self.visits as usize).div_ceil(REPEATED_OF);
        let all = held.len();
        random.shuffle(&mut held);
        held.truncate(most);
        (all, held)
    }

    /// Time of all floors in one start.
    pub(crate) fn floors_time(&self) -> Duration {
        self.floor_time * floors::NAMES.len() as u32
    }

    /// Time of one visit.
    pub(crate) fn visit_time(&self) -> Duration {
        self.limit
    }

    /// The start is over: what its whole lanes gave goes into the record, and the carriers go.
    pub(crate) fn end(
        &mut self,
        chosen: &[&Known],
        running: &[Option<Running>],
        whole: bool,
        recorder: &mut Recorder,
    ) {
        self.carriers.clear();
        self.due.clear();
        for ((climb, known), up) in self.climbs.iter_mut().zip(chosen).zip(running) {
            let Some(climb) = climb else { continue };
            let start = climb.take(recorder.start_number());
            if whole && up.is_some() {
                recorder.climbed(&known.about.name, start);
            }
        }
    }
}

/// The lane whose echo is the bare carrier of this one: of the same two languages.
fn carrier_of<'r>(about: &Lane, roster: &'r Roster) -> Option<&'r Known> {
    let transport = about.carrier.as_ref()?;
    let same = |other: &&Known| {
        let other = &other.about;
        (&other.transport, &other.caller, &other.callee)
            == (transport, &about.caller, &about.callee)
    };
    roster.known.iter().find(same)
}

fn ladder(plan: &Plan, about: &Lane, bare: Option<&Known>, missing: &[Missing]) -> Ladder {
    let said = |missing: &Missing| MissingRung {
        rung: missing.step.name().into(),
        reason: missing.reason.clone(),
    };
    Ladder {
        lane: about.name.clone(),
        engine: plan.engines[0].name().into(),
        max_results: plan.max_results[0],
        carrier: bare.map(|bare| bare.about.name.clone()),
        floor: None,
        starts: Vec::new(),
        missing: missing.iter().map(said).collect(),
    }
}

/// The floor below which a lane cannot come, by where its callee is and how its caller waits: a
/// function call has none; memory that two processes share is at least a cache line that changes
/// cores.
fn floor_of(about: &Lane, endpoint: &str) -> Option<&'static str> {
    if about.in_process {
        let waits = about.class != api::Waiting::Never.name();
        return waits.then_some("futex");
    }
    match Endpoint::parse(endpoint) {
        Endpoint::Unix(_) => Some("pipe"),
        Endpoint::Http(_) | Endpoint::Tcp(_) => Some("loopback"),
        Endpoint::None | Endpoint::Library(_) | Endpoint::Other(_) => Some("cache_line"),
    }
}

/// Opens the lane's driver a connection to its bare carrier, whose callee is started if none is up.
fn connect(
    carriers: &mut Vec<(String, Callee)>,
    bare: &Known,
    up: &mut Running,
    place: &Place<'_>,
) -> Result<(), String> {
    let (plan, name) = (place.plan, &bare.about.name);
    let behaviour = Behaviour::plain(plan.engines[0]);
    if !carriers.iter().any(|(other, _)| other == name) {
        let (_, callee) = place
            .fleet
            .endpoint(bare, behaviour, place.seats)
            .map_err(|failure| failure.to_string())?;
        carriers.extend(callee.map(|callee| (name.clone(), callee)));
    }
    let callee = carriers.iter().find(|(other, _)| other == name).map(|(_, callee)| callee);
    let endpoint = callee.map(|callee| callee.endpoint.clone()).unwrap_or_default();
    let to = OpenTo {
        behaviour,
        deadline: plan.deadline,
        golden: place.golden,
        first_max_results: Some(plan.max_results[0]),
        callee_pid: callee.map(|callee| callee.process.pid()),
    };
    let order = place.fleet.open_order(CARRIER, bare, &endpoint, &to);
    up.driver
        .open(&order, plan.deadline * 2 + SLACK)
        .map_err(|trouble| trouble.to_string())?;
    up.carrier = Some((endpoint, to.callee_pid));
    Ok(())
}

fn give_up(about: &Lane, missing: &Missing, recorder: &mut Recorder) -> GivenUp {
    recorder.without_rung(&about.name, missing.step.name(), &missing.reason);
    let what = format!("stages: no {}: {}", missing.step.name(), missing.reason);
    if missing.fault != Fault::Unable {
        recorder.note(Some(&about.name), &what);
    }
    let text = format!("{}: {what}", about.name);
    GivenUp { text, fault: missing.fault }
}
