//! What a load tells of a callee that stops, in virtual time: the schedule and the counts are those
//! of a driver, the callee is a queue whose every answer is known. What is shown is right to within
//! a tenth, or not shown, and why is said.

use crate::drive::load::{
    arrivals::{Arrivals, Due, Pace, Pacer, Window},
    counts::{Counts, Late, Times},
};
use reports::{
    figures::load::{
        Load,
        counted::{Asked, Counted, Loop},
    },
    record::{Percentiles, Verdict},
    stats::estimates,
};
use std::{cmp::Reverse, collections::BinaryHeap};

const MS: u64 = 1_000_000;
/// What the callee works for a call.
const WORK_NS: u64 = 50_000;
const PLACES: usize = 16;
const SEED: u64 = 5;

/// A callee that answers one call after another, and does nothing during its stops (ns).
struct Callee {
    stops: Vec<(u64, u64)>,
    free_ns: u64,
}

impl Callee {
    /// When a call that is there at this time is answered.
    fn answers(&mut self, at_ns: u64) -> u64 {
        let begins_ns = self.awake(at_ns.max(self.free_ns));
        self.free_ns = self.awake(begins_ns + WORK_NS);
        self.free_ns
    }

    fn awake(&self, at_ns: u64) -> u64 {
        let stop = self.stops.iter().find(|(from, until)| (*from..*until).contains(&at_ns));
        stop.map_or(at_ns, |(_, until)| *until)
    }
}

/// A load of so many calls per second for so long, on a callee with these stops.
struct Stalled {
    per_s: f64,
    window: Window,
    stops: Vec<(u64, u64)>,
}

impl Stalled {
    fn new(per_s: f64, ms: u64, stops_ms: &[(u64, u64)]) -> Self {
        let stops = stops_ms.iter().map(|(from, until)| (from * MS, until * MS)).collect();
        Self {
            per_s,
            window: Window { from_ns: ms * MS / 10, until_ns: ms * MS },
            stops,
        }
    }

    fn callee(&self) -> Callee {
        Callee { stops: self.stops.clone(), free_ns: 0 }
    }

    fn arrivals(&self) -> Arrivals {
        Arrivals::new(Pace::Poisson { per_s: self.per_s }, SEED)
    }

    /// What every call takes that is due in the window, however long that is.
    fn truth(&self) -> Percentiles {
        let (mut arrivals, mut callee) = (self.arrivals(), self.callee());
        let mut all = estimates::histogram();
        while let Some(due_ns) = arrivals.next_ns().filter(|due| *due < self.window.until_ns) {
            let took_ns = callee.answers(due_ns) - due_ns;
            if due_ns >= self.window.from_ns {
                estimates::record(&mut all, took_ns);
            }
        }
        Percentiles::of(&all).expect("calls")
    }

    /// What a driver tells of it. Who is late has no place free.
    fn told(&self) -> Load {
        let (mut pacer, mut callee) = (Pacer::new(self.arrivals(), self.window), self.callee());
        let mut places: BinaryHeap<Reverse<u64>> = (0..PLACES).map(|_| Reverse(0)).collect();
        let (mut calls, mut now_ns) = (Vec::new(), 0);
        while let Some(Reverse(free_ns)) = places.pop() {
            now_ns = free_ns.max(now_ns);
            let call = loop {
                match pacer.take(now_ns) {
                    Due::At(at_ns) => now_ns = at_ns,
                    Due::Now(call) => break Some(call),
                    Due::Over => break None,
                }
            };
            let Some(call) = call else { continue };
            let answered_ns = callee.answers(now_ns);
            places.push(Reverse(answered_ns));
            let due_ns = call.due_ns.unwrap_or(now_ns);
            let late = Late { place_ns: now_ns - due_ns, thread_ns: None };
            calls.push(Times { due_ns: call.due_ns, sent_ns: now_ns, answered_ns, late });
        }
        let (sent, dropped) = pacer.taken_and_dropped();
        Load::new(self.asked(), &self.counted(counts(&calls, self.window), sent, dropped))
    }

    fn asked(&self) -> Asked {
        Asked {
            lane: "rust/queue/rust".into(),
            implementation: "a queue".into(),
            given_endpoint: false,
            placement: "two".into(),
            engine: "stub".into(),
            max_results: 10,
            discipline: Loop::Open,
            arrivals: Some("poisson".into()),
            rate_per_s: Some(self.per_s),
            duration_s: self.window.until_ns as f64 / 1e9,
            connections: PLACES as u32,
            in_flight: PLACES as u32,
            seed: SEED,
        }
    }

    fn counted(&self, counts: Counts, sent: u64, dropped: u64) -> Counted {
        Counted {
            window_ns: self.window.until_ns - self.window.from_ns,
            elapsed_ns: self.window.until_ns - self.window.from_ns,
            sent,
            dropped,
            answered_in_window: counts.answered_in_window,
            calls: counts.calls,
            wrong: 0,
            errors: 0,
            error: None,
            in_flight_most: PLACES as u64,
            in_flight_call_ns: counts.in_flight.call_ns as f64,
            parts: counts.parts.to_vec(),
            cpu_caller_ns: None,
            cpu_callee_ns: None,
            cpu_server_ns: None,
            latency: counts.latency,
            service: counts.service,
            lateness: counts.lateness,
            late_place: counts.late_place,
            late_thread: counts.late_thread,
            late_generator: counts.late_generator,
            interrupted: false,
        }
    }
}

/// Counts of these calls, told in the order of time.
fn counts(calls: &[Times], window: Window) -> Counts {
    let mut counts = Counts::new(window);
    let sent = calls.iter().map(|times| (times.sent_ns, false, times));
    let answered = calls.iter().map(|times| (times.answered_ns, true, times));
    let mut events: Vec<(u64, bool, &Times)> = sent.chain(answered).collect();
    events.sort_by_key(|(at_ns, is_answer, _)| (*at_ns, *is_answer));
    for (_, is_answer, times) in events {
        if is_answer {
            counts.came_back(*times, Ok(()));
        } else {
            counts.sent(times.due_ns, times.sent_ns);
        }
    }
    counts
}

/// Both percentiles are right to within a tenth, or absent with a reason; how many are shown.
fn assert_right_or_absent(stalled: &Stalled) -> usize {
    let (load, truth) = (stalled.told(), stalled.truth());
    let shown = load.latency_ns.as_ref();
    let mut count = 0;
    for (told, truth) in [
        (shown.and_then(|at| at.p99), truth.p99),
        (shown.and_then(|at| at.p999), truth.p999),
    ] {
        match (told, truth) {
            (Some(ns), Some(truth_ns)) => {
                let off = ns as f64 / truth_ns as f64 - 1.0;
                assert!(off.abs() < 0.1, "{ns} of {truth_ns}");
            }
            (Some(ns), None) => panic!("{ns} of too few calls"),
            (None, Some(_)) => assert!(!load.reasons.is_empty(), "{load:?}"),
            (None, None) => {}
        }
        count += usize::from(told.is_some());
    }
    count
}

#[test]
fn a_stop_at_the_end_of_a_load_is_in_its_tail() {
    // 147 of 18,000 calls and a stop of 80 ms, as once seen: too few to call it unstable.
    for (per_s, ms) in [(4_500.0, 10_000), (1_800.0, 11_000), (9_000.0, 20_000)] {
        let stalled = Stalled::new(per_s, ms, &[(ms - 80, ms)]);
        assert_eq!(assert_right_or_absent(&stalled), 2, "{per_s} for {ms} ms");
        let load = stalled.told();
        assert_eq!((load.dropped, load.verdict), (0, Verdict::Stable), "{:?}", load.reasons);
        let p999_ns = load.latency_ns.and_then(|at| at.p999).expect("shown");
        assert!(p999_ns > 65 * MS, "{p999_ns}");
    }
    let short = Stalled::new(4_500.0, 2_000, &[(1_920, 2_000)]);
    assert_eq!(assert_right_or_absent(&short), 0, "4 % were not answered in time");
    assert!(short.told().reasons[0].starts_with("achieved "), "{:?}", short.told().reasons);
}

#[test]
fn three_stops_of_200_ms_are_in_the_tail_of_a_load() {
    for per_s in [500.0, 2_000.0, 8_000.0] {
        let stops = [(2_000, 2_200), (5_000, 5_200), (8_000, 8_200)];
        let stalled = Stalled::new(per_s, 10_000, &stops);
        let shown = assert_right_or_absent(&stalled);
        assert_eq!(shown, 2 - usize::from(stalled.truth().p999.is_none()), "{per_s}");
        let p99_ns = stalled.told().latency_ns.and_then(|at| at.p99).expect("shown");
        assert!(p99_ns > 150 * MS, "{p99_ns}");
    }
}

#[test]
fn calls_that_are_never_sent_are_named_and_no_percentile_beyond_them_is_shown() {
    // The callee stays away for longer than what is due may wait to be sent.
    let stalled = Stalled::new(4_500.0, 10_000, &[(9_920, 14_000)]);
    let load = stalled.told();
    assert!(load.dropped > 100 && load.verdict == Verdict::Stable, "{load:?}");
    let shown = load.latency_ns.as_ref().expect("stable");
    assert!(shown.p99.is_some() && shown.p999.is_none(), "{shown:?}");
    let dropped = format!("caution: {} calls (", load.dropped);
    assert!(
        load.reasons.iter().any(|reason| reason.starts_with(&dropped)),
        "{:?}",
        load.reasons
    );
    let truth_ns = stalled.truth().p99.expect("enough calls") as f64;
    let p99_ns = shown.p99.expect("shown") as f64;
    assert!((p99_ns / truth_ns - 1.0).abs() < 0.1, "{p99_ns} of {truth_ns}");
}

#[test]
fn a_lane_that_takes_half_of_what_is_due_is_unstable_however_long_it_is_given() {
    let load = Stalled::new(40_000.0, 2_000, &[]).told();
    assert!(load.verdict == Verdict::Unstable && load.latency_ns.is_none(), "{load:?}");
    assert!(load.dropped > 0);
}
