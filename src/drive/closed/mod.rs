//! The closed loop: the only place where calls are timed. The mode is chosen once a visit.

pub(crate) mod cursor;
pub(crate) mod group;
pub(crate) mod measured;
pub(crate) mod questions;
pub(crate) mod shape;
pub(crate) mod slices;
pub(crate) mod timed_loop;

pub use crate::drive::closed::{measured::Measured, shape::Shape};
use crate::{
    drive::closed::{
        questions::Questions,
        timed_loop::{Loop, Timing, raw_ticks},
    },
    machine::clock::Limits,
};
use api::{Connection, Mode, Outcome, Reply, Request, Spec, Waiting, run_ready};
use quanta::Clock;
use std::{hint::black_box, time::Duration};

/// Measures one visit on an open connection.
pub(crate) async fn visit<C: Connection>(connection: &mut C, timing: &Timing<'_>) -> Measured {
    let mut timed = Loop::new(timing);
    let items = timing.shape.items;
    match (timing.shape.mode, timing.shape.handicap) {
        (Mode::Chatty, Some(handicap)) => slowed(connection, &mut timed, timing, handicap).await,
        (Mode::Chatty, None) if timing.never_waits => {
            timed.run(connection, usize::MAX, function_calls).await
        }
        // One flat run over all items of a sample: the loop around an action is paid once a sample,
        // not once a call.
        (Mode::Chatty, None) => timed.run(connection, usize::MAX, one_by_one).await,
        (Mode::Batched, _) => timed.run(connection, items, batched).await,
        (Mode::Pipelined, _) => timed.run(connection, items, pipelined).await,
        (Mode::Streamed, _) => timed.run(connection, items, streamed).await,
    }
}

/// Single calls, each as soon as the one before it is answered.
#[inline]
pub(crate) async fn one_by_one<C: Connection>(
    connection: &mut C,
    requests: &[Request],
    replies: &mut [Reply],
) -> Outcome {
    for (request, reply) in requests.iter().zip(replies) {
        connection.call(black_box(request), black_box(reply)).await?;
    }
    Ok(())
}

/// Single calls that are function calls. Where the loop itself could wait at each call, it would
/// store and load all it knows around every one, which takes more than a call that does nothing.
#[inline]
async fn function_calls<C: Connection>(
    connection: &mut C,
    requests: &[Request],
    replies: &mut [Reply],
) -> Outcome {
    for (request, reply) in requests.iter().zip(replies) {
        run_ready(connection.call(black_box(request), black_box(reply)))?;
    }
    Ok(())
}

#[inline]
async fn batched<C: Connection>(
    connection: &mut C,
    requests: &[Request],
    replies: &mut [Reply],
) -> Outcome {
    connection.batch(black_box(requests), black_box(replies)).await
}

#[inline]
async fn pipelined<C: Connection>(
    connection: &mut C,
    requests: &[Request],
    replies: &mut [Reply],
) -> Outcome {
    connection.pipeline(black_box(requests), black_box(replies)).await
}

#[inline]
async fn streamed<C: Connection>(
    connection: &mut C,
    requests: &[Request],
    replies: &mut [Reply],
) -> Outcome {
    connection.stream(black_box(requests), black_box(replies)).await
}

/// Single calls, each of which takes so much longer within the timed span.
async fn slowed<C: Connection>(
    connection: &mut C,
    timed: &mut Loop<'_>,
    timing: &Timing<'_>,
    handicap: Duration,
) -> Measured {
    let clock = timing.clock;
    let handicap = raw_ticks(clock, handicap).saturating_sub(overshoot(clock));
    let act = async |connection: &mut C, requests: &[Request], replies: &mut [Reply]| {
        for (request, reply) in requests.iter().zip(replies) {
            connection.call(black_box(request), black_box(reply)).await?;
            spin(clock, handicap);
        }
        Ok(())
    };
    timed.run(connection, usize::MAX, act).await
}

/// What [`spin`] takes longer than it is told to, in the clock's own ticks: the read that begins
/// it, and half of the one that ends it, on average. The shortest of a few tries, since an
/// interrupt lengthens one.
fn overshoot(clock: &Clock) -> u64 {
    const READS: u64 = 64;
    const TRIES: u64 = 5;
    let reads = |_| {
        let begin = clock.raw();
        for _ in 0..READS {
            black_box(clock.raw());
        }
        clock.raw().wrapping_sub(begin)
    };
    let shortest = (0..TRIES).map(reads).min().unwrap_or(0);
    3 * shortest / (2 * (READS + 1))
}

/// Takes this long, in the clock's own ticks.
fn spin(clock: &Clock, ticks: u64) {
    let start = clock.raw();
    // Without the processor's pause, which takes longer than a clock read and would make the span
    // that much coarser.
    while clock.raw().wrapping_sub(start) < ticks {}
}

/// Measures a connection without a driver process: for benches that set a lane beside something
/// else in one process. `golden` are the requests and the right answers; `spec` is that of the
/// connection's lane.
pub async fn measure<C: Connection>(
    connection: &mut C,
    shape: &Shape,
    golden: &[(Request, Reply)],
    max_results: u32,
    spec: &Spec,
    clock: &Clock,
) -> Measured {
    let questions = Questions::new(golden, 0, shape.items, max_results, spec.answers);
    let timing = Timing {
        shape,
        questions: &questions,
        clock,
        least_sample_ns: Limits::of(clock).least_sample_ns(),
        never_waits: spec.waiting == Waiting::Never,
    };
    visit(connection, &timing).await
}
