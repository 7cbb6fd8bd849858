//! Two sides alive at once and asked in turns: the most sensitive comparison that one machine allows. What disturbs one
//! burst disturbs its neighbour on the other side too. What the figures of several starts mean is said in `reports`.

use crate::{
    failure::Failure,
    fleet::{Behaviour, Callee, Driver, Fleet, OpenTo, Seats},
    protocol::{Order, Visit, Visited},
    roster::Known,
};
use api::{EngineKind, ServiceTime};
use fixtures::generate::SplitMix64;
use reports::turns::{self, Turns};
use std::{
    path::Path,
    time::{Duration, Instant},
};

/// Samples in a burst: few enough that the machine is the same for the next, enough to forget the turn.
const BURST: u32 = 20;
/// Calls before a burst is recorded: the other side had the caches.
const LEAD_IN_CALLS: u32 = 2;
/// Bursts before recording begins, each side.
const WARM_UP: usize = 10;
/// An answer of a driver may take this long beyond the deadline of its calls.
const SLACK: Duration = Duration::from_secs(20);

/// One of two.
#[derive(Clone, Copy)]
pub(crate) struct Side<'a> {
    /// Where its processes come from: two builds have two.
    pub(crate) fleet: &'a Fleet,
    pub(crate) known: &'a Known,
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

/// What both sides are asked.
pub(crate) struct Question<'a> {
    pub(crate) engine: EngineKind,
    pub(crate) max_results: u32,
    pub(crate) deadline: Duration,
    pub(crate) golden: &'a Path,
}

/// What one start gave.
pub(crate) struct Started {
    /// ln(second / first).
    pub(crate) log_ratio: f64,
    /// The median call of each side, ns.
    pub(crate) p50_ns: [f64; 2],
}

/// A side while it runs.
struct Up {
    driver: Driver,
    /// Held for its life.
    _callee: Option<Callee>,
    group: Option<u32>,
    handicap_ns: Option<u64>,
}

/// One fresh start of both sides: bursts in turns, ABBA or BAAB, for this long.
pub(crate) fn start(
    sides: [Side<'_>; 2],
    question: &Question<'_>,
    seats: Seats,
    time: Duration,
    random: &mut SplitMix64,
) -> Result<Started, Failure> {
    let first = random.below(2);
    let mut up: [Option<Up>; 2] = [None, None];
    for side in [first, 1 - first] {
        up[side] = Some(bring_up(sides[side], question, seats, random)?);
    }
    let [Some(a), Some(b)] = &mut up else { unreachable!("both were brought up") };
    let mut up = [a, b];
    for _ in 0..WARM_UP {
        for side in &mut up {
            burst(side, question)?;
        }
    }
    let (mut turns, mut calls_ns) = (Vec::new(), [Vec::new(), Vec::new()]);
    let end = Instant::now() + time;
    while Instant::now() < end {
        let mut medians = [[0.0; 2]; 2];
        let first = random.below(2);
        for (turn, side) in [first, 1 - first, 1 - first, first].into_iter().enumerate() {
            let mut samples = burst(up[side], question)?;
            calls_ns[side].extend_from_slice(&samples);
            medians[side][turn / 2] = turns::median(&mut samples).unwrap_or(f64::NAN);
        }
        turns.push(Turns { first_ns: medians[0], second_ns: medians[1] });
    }
    let nothing = || Failure::failed(format!("{}: no burst was measured", sides[0].known.about.name));
    let [mut first, mut second] = calls_ns;
    Ok(Started {
        log_ratio: turns::log_ratio(&turns).ok_or_else(nothing)?,
        p50_ns: [
            turns::median(&mut first).ok_or_else(nothing)?,
            turns::median(&mut second).ok_or_else(nothing)?,
        ],
    })
}

fn bring_up(
    side: Side<'_>,
    question: &Question<'_>,
    seats: Seats,
    random: &mut SplitMix64,
) -> Result<Up, Failure> {
    let spin = match side.handicap {
        Some(Handicap::Callee(ns)) => Some(ServiceTime::Spin(Duration::from_nanos(ns))),
        _ => None,
    };
    let behaviour = Behaviour { engine: question.engine, service_time: spin };
    let (about, fleet) = (&side.known.about, side.fleet);
    let callee = if about.in_process { None } else { Some(fleet.callee(side.known, behaviour, seats)?) };
    let mut driver = fleet.driver(side.known, random.below(4_096), seats)?;
    let to = OpenTo {
        behaviour,
        deadline: question.deadline,
        golden: question.golden,
        first_max_results: Some(question.max_results),
        callee_pid: callee.as_ref().map(|callee| callee.process.pid()),
    };
    let endpoint = match &callee {
        Some(callee) => callee.endpoint.clone(),
        None => fleet.library(side.known)?,
    };
    let order = fleet.open_order(0, side.known, &endpoint, &to);
    let failed = |trouble| Failure::failed(format!("{}: {trouble}", about.name));
    driver.open(&order, question.deadline * 2 + SLACK).map_err(failed)?;
    let handicap_ns = match side.handicap {
        Some(Handicap::Caller(ns)) => Some(ns),
        _ => None,
    };
    Ok(Up { driver, _callee: callee, group: None, handicap_ns })
}

/// Samples of one burst, ns for a call.
fn burst(up: &mut Up, question: &Question<'_>) -> Result<Vec<f64>, Failure> {
    let order = Order::Visit(Visit {
        id: 0,
        mode: "chatty".into(),
        items: 1,
        max_results: question.max_results,
        first: 0,
        lead_in_calls: LEAD_IN_CALLS,
        lead_in_ms: 1_000,
        limit_ms: question.deadline.as_millis() as u64,
        group: up.group,
        samples: Some(BURST),
        handicap_ns: up.handicap_ns,
    });
    let failed = |error: String| Failure::failed(error);
    let visited: Visited = up
        .driver
        .tell(&order, question.deadline * 2 + SLACK)
        .map_err(|trouble| failed(trouble.to_string()))?;
    if visited.wrong + visited.errors > 0 {
        return Err(failed(visited.detail.unwrap_or_else(|| "a wrong answer".into())));
    }
    up.group = Some(visited.group);
    let group = f64::from(visited.group.max(1));
    Ok(visited.samples_ns.unwrap_or_default().iter().map(|ns| *ns as f64 / group).collect())
}
