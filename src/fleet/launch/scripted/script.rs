//! What the sides of a run do, written down beforehand: how long the calls of each lane take, and
//! what goes wrong with which order.

use crate::protocol::Order;
use api::ErrorKind;
use std::{collections::HashMap, time::Duration};

/// How long a call takes where the script does not say, ns; and by which share starts differ.
const CALL_NS: f64 = 20_000.0;
const SPREAD: f64 = 0.02;
/// How long a visit is that tells the bytes of a call, ms: no other one of these runs is as short.
const SIZING_MS: u64 = 5;
/// Until a driver reads its first order.
const DRIVER_START: Duration = Duration::from_millis(30);

/// Where a side of a lane is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Phase {
    /// Its driver is started.
    Driver,
    /// Its callee is started.
    Callee,
    /// The same with the engine `catalog`.
    CatalogCallee,
    Hello,
    Open,
    /// A visit that tells how many bytes a call has.
    Sizing,
    /// A visit of whole calls.
    Visit,
    /// A visit of a stage.
    Stage,
    /// A visit of a pair that is asked in turns.
    Burst,
    /// A visit in which allocations are counted.
    Counting,
    Load,
    /// One of its processes is moved to another core.
    Move,
    /// What no run asks for.
    Other,
    Floors,
    /// A server is started.
    Server,
}

impl Phase {
    /// The phase of an order.
    pub(crate) fn of(order: &Order) -> Self {
        match order {
            Order::Hello { .. } => Self::Hello,
            Order::Open(_) => Self::Open,
            Order::Visit(visit) if visit.samples.is_some() => Self::Burst,
            // No other visit is without a lead-in.
            Order::Visit(visit) if visit.lead_in_ms == 0 => Self::Counting,
            Order::Visit(visit) if visit.first == 0 && visit.limit_ms == SIZING_MS => Self::Sizing,
            Order::Visit(visit) => match visit.mode.as_str() {
                "echo" | "codec" | "compute" | "stamped" => Self::Stage,
                _ => Self::Visit,
            },
            Order::Load(_) => Self::Load,
            _ => Self::Other,
        }
    }
}

/// What happens at an order.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum What {
    /// It is answered as it should be.
    Answer,
    /// Its process ends.
    Die,
    /// It is never answered.
    Hang,
    /// The driver says no.
    Refuse(ErrorKind),
    /// An answer of the calls is wrong.
    Wrong,
    /// A call fails.
    Error(ErrorKind),
    /// Samples are of twice as many actions as those before.
    OtherGroup,
    /// The samples are longer than the visit was.
    Boast,
    /// The machine does something else meanwhile.
    Disturb,
    /// Ctrl-C is pressed while it is under way.
    StopRun,
}

/// When.
#[derive(Clone, Copy, Debug)]
pub(crate) enum When {
    /// At the n-th of its phase in the lane, from 1.
    Nth(u32),
    /// At each.
    Always,
}

struct Event {
    lane: String,
    phase: Phase,
    when: When,
    what: What,
}

/// The script of a run.
#[derive(Default)]
pub(crate) struct Script {
    pub(crate) seed: u64,
    calls_ns: HashMap<String, f64>,
    spreads: HashMap<String, f64>,
    start_times: HashMap<String, Duration>,
    busy: HashMap<String, f64>,
    events: Vec<Event>,
}

impl Script {
    /// With other luck.
    pub(crate) fn seeded(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// A call of this lane takes so long, ns.
    pub(crate) fn call_ns(mut self, lane: &str, ns: f64) -> Self {
        self.calls_ns.insert(lane.into(), ns);
        self
    }

    /// The starts of this lane differ by this share.
    pub(crate) fn spread(mut self, lane: &str, share: f64) -> Self {
        self.spreads.insert(lane.into(), share);
        self
    }

    /// The driver of this lane takes so long to start.
    pub(crate) fn start_time(mut self, lane: &str, time: Duration) -> Self {
        self.start_times.insert(lane.into(), time);
        self
    }

    /// Each process of this lane always keeps so many cores busy.
    pub(crate) fn busy(mut self, lane: &str, cores: f64) -> Self {
        self.busy.insert(lane.into(), cores);
        self
    }

    /// This happens in this lane.
    pub(crate) fn event(mut self, lane: &str, phase: Phase, when: When, what: What) -> Self {
        self.events.push(Event { lane: lane.into(), phase, when, what });
        self
    }

    /// What happens at the n-th order of this phase in this lane.
    pub(super) fn what(&self, lane: &str, phase: Phase, nth: u32) -> What {
        let is_it = |event: &&Event| {
            event.lane == lane
                && event.phase == phase
                && match event.when {
                    When::Nth(at) => at == nth,
                    When::Always => true,
                }
        };
        self.events.iter().find(is_it).map_or(What::Answer, |event| event.what)
    }

    /// How long a call of this lane takes, ns.
    pub(super) fn call_of(&self, lane: &str) -> f64 {
        self.calls_ns.get(lane).copied().unwrap_or(CALL_NS)
    }

    /// How long its driver takes to start.
    pub(super) fn start_time_of(&self, lane: &str) -> Duration {
        self.start_times.get(lane).copied().unwrap_or(DRIVER_START)
    }

    /// How many cores each of its processes keeps busy.
    pub(super) fn busy_of(&self, lane: &str) -> f64 {
        self.busy.get(lane).copied().unwrap_or(0.0)
    }

    /// By which share its starts differ.
    pub(super) fn spread_of(&self, lane: &str) -> f64 {
        self.spreads.get(lane).copied().unwrap_or(SPREAD)
    }
}
