//! The closed loop: the only place where calls are timed. One loop for all modes; the mode is chosen once a visit.

use super::target::Target;
use crate::clock::READS_PER_SAMPLE;
use api::{CallError, Connection, Mode, Outcome, Reply, Request};
use hdrhistogram::Histogram;
use quanta::Clock;
use std::{hint::black_box, time::Duration};

/// How one cell is measured in one visit.
#[derive(Clone, Debug)]
pub struct Shape {
    /// How the items of an action travel.
    pub mode: Mode,
    /// Items per action.
    pub items: usize,
    /// Actions per sample; none chooses the least for which a sample takes 20 clock reads.
    pub group: Option<u32>,
    /// Actions before recording begins, at most.
    pub lead_in_calls: u32,
    /// Time before recording begins, at most.
    pub lead_in: Duration,
    /// Time for the visit, lead-in included.
    pub limit: Duration,
}

/// What one visit gave.
#[derive(Debug)]
pub struct Measured {
    /// Actions per sample.
    pub group: u32,
    /// Sample times, ns; 1 ns to 60 s, 3 digits.
    pub samples_ns: Histogram<u64>,
    /// Sum of the samples, ns.
    pub elapsed_ns: u64,
    /// Items timed.
    pub items: u64,
    /// Items of the lead-in.
    pub lead_in_items: u64,
    /// Wrong answers, lead-in included.
    pub wrong: u64,
    /// The error that ended the visit.
    pub error: Option<CallError>,
}

impl Measured {
    fn empty() -> Self {
        Self {
            group: 1,
            samples_ns: histogram(),
            elapsed_ns: 0,
            items: 0,
            lead_in_items: 0,
            wrong: 0,
            error: None,
        }
    }

    /// Nothing but an error.
    pub(crate) fn failed(error: CallError) -> Self {
        Self { error: Some(error), ..Self::empty() }
    }
}

/// Measures one visit on an open connection.
pub(crate) async fn visit<C: Connection>(
    connection: &mut C,
    shape: &Shape,
    target: &Target,
    clock: &Clock,
    read_ns: f64,
) -> Measured {
    let items = shape.items;
    match shape.mode {
        Mode::Chatty => {
            closed(
                connection,
                shape,
                target,
                clock,
                read_ns,
                async |c: &mut C, q: &[Request], a: &mut [Reply]| {
                    for (request, reply) in q.iter().zip(a) {
                        c.call(black_box(request), black_box(reply)).await?;
                    }
                    Ok(())
                },
            )
            .await
        }
        Mode::Batched => {
            closed(
                connection,
                shape,
                target,
                clock,
                read_ns,
                async |c: &mut C, q: &[Request], a: &mut [Reply]| {
                    for (requests, replies) in q.chunks(items).zip(a.chunks_mut(items)) {
                        c.batch(black_box(requests), black_box(replies)).await?;
                    }
                    Ok(())
                },
            )
            .await
        }
        Mode::Pipelined => {
            closed(
                connection,
                shape,
                target,
                clock,
                read_ns,
                async |c: &mut C, q: &[Request], a: &mut [Reply]| {
                    for (requests, replies) in q.chunks(items).zip(a.chunks_mut(items)) {
                        c.pipeline(black_box(requests), black_box(replies)).await?;
                    }
                    Ok(())
                },
            )
            .await
        }
        Mode::Streamed => {
            closed(
                connection,
                shape,
                target,
                clock,
                read_ns,
                async |c: &mut C, q: &[Request], a: &mut [Reply]| {
                    for (requests, replies) in q.chunks(items).zip(a.chunks_mut(items)) {
                        c.stream(black_box(requests), black_box(replies)).await?;
                    }
                    Ok(())
                },
            )
            .await
        }
    }
}

/// The loop. `act` carries a whole sample: the items of as many actions as are grouped.
async fn closed<C>(
    connection: &mut C,
    shape: &Shape,
    target: &Target,
    clock: &Clock,
    read_ns: f64,
    mut act: impl AsyncFnMut(&mut C, &[Request], &mut [Reply]) -> Outcome,
) -> Measured {
    let mut walk = Walk::new(target, shape);
    let begin = clock.raw();
    let mut measured = Measured::empty();
    macro_rules! sample {
        () => {{
            let requests = &target.requests[walk.at..walk.at + walk.sample_items];
            let replies = &mut walk.replies[..walk.sample_items];
            let start = clock.raw();
            let outcome = act(connection, requests, replies).await;
            let end = clock.raw();
            if let Err(error) = outcome {
                measured.error = Some(error);
                measured.group = walk.group();
                return measured;
            }
            (start, end)
        }};
    }
    let mut actions = 0;
    loop {
        let (start, end) = sample!();
        measured.wrong += walk.check_and_go_on();
        measured.lead_in_items += walk.sample_items as u64;
        actions += walk.group();
        let sample_ns = clock.delta_as_nanos(start, end) as f64;
        if shape.group.is_none() && sample_ns < READS_PER_SAMPLE * read_ns && walk.double_group() {
            continue;
        }
        if actions >= shape.lead_in_calls
            || clock.delta_as_nanos(begin, end) >= shape.lead_in.as_nanos() as u64
        {
            break;
        }
    }
    // Between two samples stand a subtraction, a conversion and a histogram's increment: nothing is converted twice.
    let limit = raw_ticks(clock, shape.limit);
    measured.group = walk.group();
    loop {
        let (start, end) = sample!();
        let sample_ns = clock.delta_as_nanos(start, end);
        measured.samples_ns.saturating_record(sample_ns.max(1));
        measured.elapsed_ns += sample_ns;
        measured.items += walk.sample_items as u64;
        measured.wrong += walk.check_and_go_on();
        if end.wrapping_sub(begin) >= limit {
            return measured;
        }
    }
}

/// A duration in the clock's own ticks, to within one part in a million.
fn raw_ticks(clock: &Clock, duration: Duration) -> u64 {
    const TICKS: u64 = 1 << 32;
    (duration.as_nanos() * u128::from(TICKS) / u128::from(clock.delta_as_nanos(0, TICKS).max(1))) as u64
}

/// One shape everywhere: 1 ns to 60 s, 3 digits (anchors: histograms cross languages).
fn histogram() -> Histogram<u64> {
    Histogram::new_with_bounds(1, 60_000_000_000, 3).expect("the bounds are constants that fit")
}

/// Where a visit stands in its pool, and the replies it reuses.
struct Walk<'a> {
    target: &'a Target,
    replies: Vec<Reply>,
    items: usize,
    sample_items: usize,
    at: usize,
}

impl<'a> Walk<'a> {
    fn new(target: &'a Target, shape: &Shape) -> Self {
        let pool = target.requests.len();
        let most = pool / shape.items;
        let group = shape.group.unwrap_or(1).clamp(1, most as u32) as usize;
        let mut walk = Self {
            target,
            replies: Vec::new(),
            items: shape.items,
            sample_items: group * shape.items,
            at: 0,
        };
        walk.replies.resize_with(walk.sample_items, Reply::default);
        walk
    }

    fn group(&self) -> u32 {
        (self.sample_items / self.items) as u32
    }

    /// Twice as many actions in a sample, if the pool holds them.
    fn double_group(&mut self) -> bool {
        let fits = self.sample_items * 2 <= self.target.requests.len();
        if fits {
            self.sample_items *= 2;
            self.at = 0;
            self.replies.resize_with(self.sample_items, Reply::default);
        }
        fits
    }

    /// Checks the replies of the sample just taken, and moves to the next window. Returns the wrong answers.
    fn check_and_go_on(&mut self) -> u64 {
        let wrong = self.target.wrong(self.at, &self.replies[..self.sample_items]);
        self.at += self.sample_items;
        if self.at + self.sample_items > self.target.requests.len() {
            self.at = 0;
        }
        wrong
    }
}

/// Measures a connection without a driver process: for benches that set a lane beside something else in one process.
/// `golden` are the requests and the right answers; `checked` is false for a lane that answers nothing by design.
pub async fn measure<C: Connection>(
    connection: &mut C,
    shape: &Shape,
    golden: &[(Request, Reply)],
    max_results: u32,
    checked: bool,
    clock: &Clock,
) -> Measured {
    let target = Target::new(golden, 0, shape.items, max_results, checked);
    visit(connection, shape, &target, clock, crate::clock::median_read_ns(clock)).await
}
