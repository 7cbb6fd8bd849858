//! Two sides alive at once and asked in turns: the most sensitive comparison that one machine
//! allows. What disturbs one burst disturbs its neighbour on the other side too. What the figures
//! of several starts mean is said in `reports`.

use crate::{
    fleet::{
        Fleet,
        callee::Behaviour,
        driver::DriverError,
        lane_failure::{FailureKind, LaneFailure},
        side::{PADDING_BYTES, Side, SideSpec},
    },
    lanes::roster::Known,
    machine::placement::{Placement, StartSeats, seated::Seated},
    measure::visit::{self, patience},
    protocol::{Order, Visit, Visited},
    shell::failure::Failure,
};
use api::{EngineKind, ServiceTime};
use fixtures::{WorkloadSize, generate::SplitMix64};
use reports::stats::paired_ratio::{self, Turns};
use std::{path::Path, time::Duration};

/// Samples in a burst: few enough that the machine is the same for the next, enough to forget the
/// turn.
const BURST: u32 = 20;
/// Calls before a burst is recorded, and how long they may take: the other side had the caches.
const LEAD_IN_CALLS: u32 = 2;
const LEAD_IN_MS: u64 = 1_000;
/// Bursts before recording begins, each side, at most; and at most this share of the time of a
/// start.
const WARM_UP: usize = 10;
const WARM_UP_SHARE: f64 = 0.2;
/// The number of a driver's one connection.
const CONNECTION: u32 = 0;

/// One of two.
#[derive(Clone, Copy)]
pub(crate) struct PairSide<'a> {
    /// Where its processes come from: two builds have two.
    pub(crate) fleet: &'a Fleet,
    pub(crate) known: &'a Known,
    /// On which cores.
    pub(crate) seats: StartSeats,
    /// Slows this side down.
    pub(crate) handicap: Option<Handicap>,
}

/// What slows a side down, for a comparison that has to find it.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Handicap {
    /// Each call takes so much longer in its caller, ns.
    Caller(u64),
    /// Each item takes so much longer in the callee, ns.
    Callee(u64),
}

impl Handicap {
    /// How much longer, ns, on whichever side.
    pub(crate) fn ns(self) -> u64 {
        match self {
            Self::Caller(ns) | Self::Callee(ns) => ns,
        }
    }
}

/// What both sides are asked.
pub(crate) struct Question<'a> {
    pub(crate) engine: EngineKind,
    pub(crate) asked: WorkloadSize,
    pub(crate) deadline: Duration,
    pub(crate) golden: &'a Path,
    /// In which placements: both sides are moved from one to the next.
    pub(crate) columns: &'a [Placement],
}

/// What one start gave in one placement.
pub(crate) struct Started {
    /// ln(second / first).
    pub(crate) log_ratio: f64,
    /// The median call of each side, ns.
    pub(crate) p50_ns: [f64; 2],
    /// The turns that the ratio is made of.
    turns: Vec<Turns>,
}

impl Started {
    /// What so many ns more would be of a call of the first side, as a share: as the ratio of this
    /// start has it, turn by turn.
    pub(crate) fn share_of(&self, more_ns: f64) -> f64 {
        let slowed =
            |turn: &Turns| Turns { second_ns: turn.first_ns.map(|ns| ns + more_ns), ..*turn };
        let turns: Vec<Turns> = self.turns.iter().map(slowed).collect();
        paired_ratio::log_ratio(&turns).map_or(f64::NAN, f64::exp_m1)
    }
}

/// A side while it runs.
struct RunningSide {
    lane: String,
    side: Side,
    seated: Seated,
    /// Calls in a sample.
    group: Option<u32>,
    handicap_ns: Option<u64>,
}

/// One fresh start of both sides, and what it gave in each placement that is asked for: they share
/// this time, warm-up included.
pub(crate) fn start(
    sides: [PairSide<'_>; 2],
    question: &Question<'_>,
    time: Duration,
    random: &mut SplitMix64,
) -> Result<Vec<Started>, LaneFailure> {
    let first = random.below(2);
    let mut up: [Option<RunningSide>; 2] = [None, None];
    for side in [first, 1 - first] {
        up[side] = Some(bring_up(sides[side], question, random)?);
    }
    let [Some(a), Some(b)] = &mut up else { unreachable!("both were brought up") };
    let mut up = [a, b];
    let of_column = time / question.columns.len().max(1) as u32;
    let mut started = Vec::new();
    for &column in question.columns {
        for side in &mut up {
            side.sit_in(column)?;
        }
        started.push(in_turns(&mut up, question, of_column, random)?);
    }
    Ok(started)
}

/// Bursts in turns, ABBA or BAAB, for this long, warm-up included. Ctrl-C ends it early.
fn in_turns(
    up: &mut [&mut RunningSide; 2],
    question: &Question<'_>,
    time: Duration,
    random: &mut SplitMix64,
) -> Result<Started, LaneFailure> {
    let around = up[0].side.driver.around.clone();
    let began = around.now();
    warm_up(up, question, time.mul_f64(WARM_UP_SHARE))?;
    let (mut turns, mut calls_ns) = (Vec::new(), [Vec::new(), Vec::new()]);
    while turns.is_empty() || (around.since(began) < time && !around.stop_requested()) {
        let mut medians = [[0.0; 2]; 2];
        let first = random.below(2);
        for (turn, side) in [first, 1 - first, 1 - first, first].into_iter().enumerate() {
            let mut samples = burst(up[side], question)?;
            calls_ns[side].extend_from_slice(&samples);
            medians[side][turn / 2] = paired_ratio::median(&mut samples).unwrap_or(f64::NAN);
        }
        turns.push(Turns { first_ns: medians[0], second_ns: medians[1] });
    }
    let nothing = || Failure::failed(format!("{}: no burst was measured", up[0].lane));
    let [mut first, mut second] = calls_ns;
    Ok(Started {
        log_ratio: paired_ratio::log_ratio(&turns).ok_or_else(nothing)?,
        p50_ns: [
            paired_ratio::median(&mut first).ok_or_else(nothing)?,
            paired_ratio::median(&mut second).ok_or_else(nothing)?,
        ],
        turns,
    })
}

/// Asks both sides in turns without recording it, and settles how many calls make a sample: as many
/// on both sides, or what a sample's two clock reads add would be more for one of them.
fn warm_up(
    up: &mut [&mut RunningSide; 2],
    question: &Question<'_>,
    time: Duration,
) -> Result<(), LaneFailure> {
    let around = up[0].side.driver.around.clone();
    let began = around.now();
    for round in 0..WARM_UP {
        for side in up.iter_mut() {
            burst(side, question)?;
        }
        let group = up.iter().filter_map(|side| side.group).max();
        up.iter_mut().for_each(|side| side.group = group);
        if round > 0 && around.since(began) >= time {
            break;
        }
    }
    Ok(())
}

fn bring_up(
    side: PairSide<'_>,
    question: &Question<'_>,
    random: &mut SplitMix64,
) -> Result<RunningSide, LaneFailure> {
    let lane = &side.known.about.name;
    let first = question.columns.first().copied().unwrap_or_default();
    let (mut service_time, mut handicap_ns) = (None, None);
    match side.handicap {
        Some(Handicap::Callee(ns)) => {
            service_time = Some(ServiceTime::Spin(Duration::from_nanos(ns)));
        }
        Some(Handicap::Caller(ns)) => handicap_ns = Some(ns),
        None => {}
    }
    let spec = SideSpec {
        known: side.known,
        behaviour: Behaviour { engine: question.engine, service_time },
        seats: side.seats.of(first),
        given: None,
        deadline: question.deadline,
        patience: patience(question.deadline),
        golden: question.golden,
        first: Some(question.asked),
        callee_cpu: true,
    };
    let up = Side::bring_up(side.fleet, &spec, CONNECTION, || random.below(PADDING_BYTES))
        .map_err(|error| error.of_lane(lane))?;
    let seated = Seated::started(side.seats, first, side.known.has_threads_that_talk());
    Ok(RunningSide {
        lane: lane.clone(),
        side: up,
        seated,
        group: None,
        handicap_ns,
    })
}

impl RunningSide {
    /// Moves it into this placement, where it finds anew how many calls make a sample.
    fn sit_in(&mut self, column: Placement) -> Result<(), LaneFailure> {
        self.group = None;
        let moved = self.side.sit_in(column, &mut self.seated);
        moved.map_err(|error| LaneFailure::from(error).of_lane(&self.lane))
    }
}

/// Samples of one burst, ns for a call.
fn burst(up: &mut RunningSide, question: &Question<'_>) -> Result<Vec<f64>, LaneFailure> {
    let Question { deadline, asked, .. } = *question;
    let order = Order::Visit(Visit {
        lead_in_calls: LEAD_IN_CALLS,
        lead_in_ms: LEAD_IN_MS,
        group: up.group,
        samples: Some(BURST),
        handicap_ns: up.handicap_ns,
        ..visit::order(CONNECTION, "chatty", asked, deadline)
    });
    let told: Result<Visited, DriverError> = up.side.driver.tell(&order, patience(deadline));
    let visited = told.map_err(|error| LaneFailure::from(error).of_lane(&up.lane))?;
    if visited.wrong + visited.errors > 0 {
        let reason = visited.detail.unwrap_or_else(|| "a wrong answer".into());
        return Err(LaneFailure::new(FailureKind::WrongAnswer, reason).of_lane(&up.lane));
    }
    let Some(samples_ns) = visited.samples_ns else {
        let reason = "its driver does not know `samples` of a visit (peers/PROTOCOL.md)";
        return Err(LaneFailure::new(FailureKind::Failed, reason).of_lane(&up.lane));
    };
    if samples_ns.len() > BURST as usize {
        let reason = format!("its driver answered {} samples of {BURST}", samples_ns.len());
        return Err(LaneFailure::new(FailureKind::Failed, reason).of_lane(&up.lane));
    }
    up.group = Some(visited.group);
    let group = f64::from(visited.group.max(1));
    Ok(samples_ns.iter().map(|ns| *ns as f64 / group).collect())
}
