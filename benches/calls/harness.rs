//! What the harness itself adds: a lane that does nothing against a bare loop, and an empty sample
//! against two clock reads. Both sides of a ratio alternate in one run.

use crate::{engine, opened_at};
use api::{Lane, Mode, Registrar, Reply, Request, Spec};
use quanta::Clock;
use reports::stats::{estimates, resolution::Resolution};
use std::{hint::black_box, time::Duration};
use tollgate::{Measured, Shape, measure};

/// Rounds of each ratio; a round is as long as a short visit.
const ROUNDS: usize = 15;
const ROUND: Duration = Duration::from_millis(20);

/// Takes the lanes that answer nothing by design.
pub(crate) struct Overhead;

impl Registrar for Overhead {
    fn lane<L: Lane>(&mut self, spec: Spec, make: fn() -> L) {
        if spec.answers {
            return;
        }
        let (mut lane, engine) = (make(), engine());
        let Ok(mut connection) = lane.open(&opened_at("", &engine)) else { return };
        let golden: Vec<(Request, Reply)> = (0..512)
            .map(|user| (Request::new(format!("user_{user}"), 10), Reply::default()))
            .collect();
        let clock = Clock::new();
        let visit = |group| {
            let shape = shape(group);
            lane.block_on(measure(&mut connection, &shape, &golden, 10, &spec, &clock))
        };
        Ratios::of(visit, &golden, &clock).say(spec.transport);
    }
}

/// A visit of single calls, in groups of as many.
fn shape(group: Option<u32>) -> Shape {
    Shape {
        samples: None,
        handicap: None,
        mode: Mode::Chatty,
        items: 1,
        group,
        lead_in_calls: 20,
        lead_in: Duration::from_millis(1),
        limit: ROUND,
    }
}

/// Both sides of each ratio in each round, ns.
#[derive(Default)]
struct Ratios {
    calls: Vec<(f64, f64)>,
    samples: Vec<(f64, f64)>,
    turns: Vec<(f64, f64)>,
}

impl Ratios {
    fn of(
        mut visit: impl FnMut(Option<u32>) -> Measured,
        golden: &[(Request, Reply)],
        clock: &Clock,
    ) -> Self {
        let (requests, mut replies): (Vec<Request>, Vec<Reply>) = golden.iter().cloned().unzip();
        let mut ratios = Self::default();
        for _ in 0..ROUNDS {
            let grouped = visit(None);
            let call_ns = grouped.elapsed_ns as f64 / grouped.items as f64;
            ratios.calls.push((call_ns, bare_loop_ns(&requests, &mut replies, clock)));
            let single = visit(Some(1));
            let reads_ns = 2.0 * clock_read_ns(clock);
            ratios.samples.push((single.elapsed_ns as f64 / single.items as f64, reads_ns));
            let turn_ns = ROUND.as_nanos() as f64 / (single.items + single.lead_in_items) as f64;
            ratios.turns.push((turn_ns, reads_ns));
        }
        ratios
    }

    fn say(&self, transport: &str) {
        let call = format!("{transport} call : bare black_box loop");
        say(&call, &self.calls, Some(3.0));
        say("an empty sample as recorded : two raw clock reads", &self.samples, Some(1.5));
        say("a whole turn of the loop around it : two raw clock reads", &self.turns, None);
    }
}

/// One turn of a loop that hands a request and the place for its reply to `black_box`, and does no
/// more, ns.
fn bare_loop_ns(requests: &[Request], replies: &mut [Reply], clock: &Clock) -> f64 {
    const TURNS: u32 = 2_000;
    let start = clock.raw();
    for _ in 0..TURNS {
        for (request, reply) in requests.iter().zip(replies.iter_mut()) {
            black_box(request);
            black_box(reply);
        }
    }
    clock.delta_as_nanos(start, clock.raw()) as f64 / f64::from(TURNS) / requests.len() as f64
}

/// One raw clock read, ns.
fn clock_read_ns(clock: &Clock) -> f64 {
    const READS: u32 = 200_000;
    let start = clock.raw();
    for _ in 0..READS {
        black_box(clock.raw());
    }
    clock.delta_as_nanos(start, clock.raw()) as f64 / f64::from(READS)
}

/// Prints a ratio with its interval over rounds, and the bar it is held to, if any.
pub(crate) fn say(what: &str, pairs: &[(f64, f64)], bar: Option<f64>) {
    let ratios: Vec<f64> = pairs.iter().map(|(one, other)| one / other).collect();
    let mean =
        |side: fn(&(f64, f64)) -> f64| pairs.iter().map(side).sum::<f64>() / pairs.len() as f64;
    let interval = estimates::log_mean_of_starts(&ratios, Resolution::of_long_time(), 0.95);
    let interval = interval.and_then(|found| Some((found.value, found.interval?)));
    let interval = interval.map_or_else(String::new, |(value, ends)| {
        format!("{value:.3} ({:.3} to {:.3})", ends.low, ends.high)
    });
    let bar = bar.map_or_else(String::new, |bar| format!("bar {bar:.2}"));
    let (one, other) = (mean(|pair| pair.0), mean(|pair| pair.1));
    println!(
        "{what:58} {interval:26} {bar:9}, {one:.1} ns : {other:.1} ns, {} rounds",
        pairs.len()
    );
}
