//! Two sides alive at once and asked in turns: the most sensitive comparison that one machine
//! allows. What disturbs one burst disturbs its neighbour on the other side too. What the figures
//! of several starts mean is said in `reports`.

use crate::{
    fleet::{Behaviour, Callee, Driver, Fleet, OpenTo, Seats, Trouble},
    lanes::roster::Known,
    protocol::{Order, Visit, Visited},
    shell::{failure::Failure, interrupt},
};
use api::{EngineKind, ErrorKind, ServiceTime};
use fixtures::generate::SplitMix64;
use reports::stats::paired_ratio::{self, Turns};
use std::{
    path::Path,
    time::{Duration, Instant},
};

/// Samples in a burst: few enough that the machine is the same for the next, enough to forget the
/// turn.
const BURST: u32 = 20;
/// Calls before a burst is recorded: the other side had the caches.
const LEAD_IN_CALLS: u32 = 2;
/// Bursts before recording begins, each side, at most; and at most this share of the time of a
/// start.
const WARM_UP: usize = 10;
const WARM_UP_SHARE: f64 = 0.2;
/// An answer of a driver may take this long beyond the deadline of its calls.
const SLACK: Duration = Duration::from_secs(20);

/// One of two.
#[derive(Clone, Copy)]
pub(crate) struct Side<'a> {
    /// Where its processes come from: two builds have two.
    pub(crate) fleet: &'a Fleet,
    pub(crate) known: &'a Known,
    /// On which cores.
    pub(crate) seats: Seats,
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

/// Why a start gave nothing.
#[derive(Debug)]
pub(crate) struct Broken {
    /// An answer was wrong, or a call failed: what was measured so far is void.
    pub(crate) wrong: bool,
    pub(crate) reason: String,
}

impl From<Failure> for Broken {
    fn from(failure: Failure) -> Self {
        Self { wrong: false, reason: failure.to_string() }
    }
}

impl Broken {
    /// A driver that says no to an open lane was given a wrong answer, or failed inside; one that
    /// dies did not answer.
    pub(crate) fn of(lane: &str, trouble: &Trouble) -> Self {
        let wrong =
            matches!(trouble, Trouble::Refused(error) if error.kind() == ErrorKind::Internal);
        Self { wrong, reason: format!("{lane}: {trouble}") }
    }
}

/// A side while it runs.
struct Up {
    lane: String,
    driver: Driver,
    /// Held for its life.
    _callee: Option<Callee>,
    group: Option<u32>,
    handicap_ns: Option<u64>,
}

/// One fresh start of both sides: bursts in turns, ABBA or BAAB, for this long, warm-up included.
/// Ctrl-C ends it early.
pub(crate) fn start(
    sides: [Side<'_>; 2],
    question: &Question<'_>,
    time: Duration,
    random: &mut SplitMix64,
) -> Result<Started, Broken> {
    let first = random.below(2);
    let mut up: [Option<Up>; 2] = [None, None];
    for side in [first, 1 - first] {
        up[side] = Some(bring_up(sides[side], question, random)?);
    }
    let [Some(a), Some(b)] = &mut up else { unreachable!("both were brought up") };
    let mut up = [a, b];
    let began = Instant::now();
    warm_up(&mut up, question, time.mul_f64(WARM_UP_SHARE))?;
    let (mut turns, mut calls_ns) = (Vec::new(), [Vec::new(), Vec::new()]);
    while turns.is_empty() || (began.elapsed() < time && !interrupt::requested()) {
        let mut medians = [[0.0; 2]; 2];
        let first = random.below(2);
        for (turn, side) in [first, 1 - first, 1 - first, first].into_iter().enumerate() {
            let mut samples = burst(up[side], question)?;
            calls_ns[side].extend_from_slice(&samples);
            medians[side][turn / 2] = paired_ratio::median(&mut samples).unwrap_or(f64::NAN);
        }
        turns.push(Turns { first_ns: medians[0], second_ns: medians[1] });
    }
    let nothing =
        || Failure::failed(format!("{}: no burst was measured", sides[0].known.about.name));
    let [mut first, mut second] = calls_ns;
    Ok(Started {
        log_ratio: paired_ratio::log_ratio(&turns).ok_or_else(nothing)?,
        p50_ns: [
            paired_ratio::median(&mut first).ok_or_else(nothing)?,
            paired_ratio::median(&mut second).ok_or_else(nothing)?,
        ],
    })
}

/// Asks both sides in turns without recording it, and settles how many calls make a sample: as many
/// on both sides, or what a sample's two clock reads add would be more for one of them.
fn warm_up(up: &mut [&mut Up; 2], question: &Question<'_>, time: Duration) -> Result<(), Broken> {
    let began = Instant::now();
    for round in 0..WARM_UP {
        for side in up.iter_mut() {
            burst(side, question)?;
        }
        let group = up.iter().filter_map(|side| side.group).max();
        up.iter_mut().for_each(|side| side.group = group);
        if round > 0 && began.elapsed() >= time {
            break;
        }
    }
    Ok(())
}

fn bring_up(
    side: Side<'_>,
    question: &Question<'_>,
    random: &mut SplitMix64,
) -> Result<Up, Broken> {
    let spin = match side.handicap {
        Some(Handicap::Callee(ns)) => Some(ServiceTime::Spin(Duration::from_nanos(ns))),
        _ => None,
    };
    let behaviour = Behaviour { engine: question.engine, service_time: spin };
    let (about, fleet, seats) = (&side.known.about, side.fleet, side.seats);
    let (endpoint, callee) = fleet.endpoint(side.known, behaviour, seats)?;
    let mut driver = fleet.driver(side.known, random.below(4_096), seats)?;
    let to = OpenTo {
        behaviour,
        deadline: question.deadline,
        golden: question.golden,
        first_max_results: Some(question.max_results),
        callee_pid: callee.as_ref().map(|callee| callee.process.pid()),
    };
    let order = fleet.open_order(0, side.known, &endpoint, &to);
    let failed = |trouble: Trouble| Broken::of(&about.name, &trouble);
    driver.open(&order, question.deadline * 2 + SLACK).map_err(failed)?;
    let handicap_ns = match side.handicap {
        Some(Handicap::Caller(ns)) => Some(ns),
        _ => None,
    };
    Ok(Up {
        lane: about.name.clone(),
        driver,
        _callee: callee,
        group: None,
        handicap_ns,
    })
}

/// Samples of one burst, ns for a call.
fn burst(up: &mut Up, question: &Question<'_>) -> Result<Vec<f64>, Broken> {
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
        payload_bytes: None,
        reply_bytes: None,
    });
    let visited = up.driver.tell(&order, question.deadline * 2 + SLACK);
    let visited: Visited = visited.map_err(|trouble| Broken::of(&up.lane, &trouble))?;
    if visited.wrong + visited.errors > 0 {
        let reason = visited.detail.unwrap_or_else(|| "a wrong answer".into());
        return Err(Broken { wrong: true, reason: format!("{}: {reason}", up.lane) });
    }
    let Some(samples_ns) = visited.samples_ns else {
        let reason = format!(
            "{}: its driver does not know `samples` of a visit (peers/PROTOCOL.md)",
            up.lane
        );
        return Err(Broken { wrong: false, reason });
    };
    up.group = Some(visited.group);
    let group = f64::from(visited.group.max(1));
    Ok(samples_ns.iter().map(|ns| *ns as f64 / group).collect())
}
