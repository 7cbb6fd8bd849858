//! The closed loop: the only place where calls are timed. One loop for all modes; the mode is
//! chosen once a visit.

pub(crate) mod questions;
pub(crate) mod walk;

use crate::{
    drive::closed::{questions::Target, walk::Walk},
    machine::clock::READS_PER_SAMPLE,
};
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
    /// Samples after which the visit ends; they are kept as a list.
    pub samples: Option<u32>,
    /// What each call takes longer, within the timed span; chatty only.
    pub handicap: Option<Duration>,
}

/// What one visit gave.
#[derive(Debug)]
pub struct Measured {
    /// Actions per sample.
    pub group: u32,
    /// Sample times, ns; 1 ns to 60 s, 3 digits.
    pub samples_ns: Histogram<u64>,
    /// The samples in their order, ns, where a number of them was asked for.
    pub list_ns: Vec<u64>,
    /// The first samples in their order, lead-in included, ns, 64 at most; none where the group was
    /// still being found out.
    pub first_ns: Option<Vec<u64>>,
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
            list_ns: Vec::new(),
            first_ns: Some(Vec::with_capacity(FIRST_SAMPLES)),
            elapsed_ns: 0,
            items: 0,
            lead_in_items: 0,
            wrong: 0,
            error: None,
        }
    }

    /// Takes samples of `items` items each, in the clock's own ticks, and leaves the list empty.
    fn add(&mut self, ticks: &mut Vec<u64>, items: usize, clock: &Clock, listed: bool) {
        self.items += (ticks.len() * items) as u64;
        for ticks in ticks.drain(..) {
            let sample_ns = clock.delta_as_nanos(0, ticks);
            if listed {
                self.list_ns.push(sample_ns);
            }
            self.keep_first(sample_ns);
            self.samples_ns.saturating_record(sample_ns.max(1));
            self.elapsed_ns += sample_ns;
        }
    }

    /// Keeps a sample where it is one of the visit's first.
    fn keep_first(&mut self, sample_ns: u64) {
        if let Some(first) = self.first_ns.as_mut().filter(|first| first.len() < FIRST_SAMPLES) {
            first.push(sample_ns);
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
    let mut loop_of = Loop {
        shape,
        clock,
        read_ns,
        walk: Walk::new(target, shape),
        begin: clock.raw(),
    };
    match shape.mode {
        Mode::Chatty if shape.handicap.is_some() => {
            let handicap = raw_ticks(clock, shape.handicap.unwrap_or_default());
            let slowed = async |c: &mut C, q: &[Request], a: &mut [Reply]| {
                for (request, reply) in q.iter().zip(a) {
                    c.call(black_box(request), black_box(reply)).await?;
                    spin(clock, handicap);
                }
                Ok(())
            };
            loop_of.run(connection, usize::MAX, slowed).await
        }
        Mode::Chatty => {
            let chatty = async |c: &mut C, q: &[Request], a: &mut [Reply]| {
                for (request, reply) in q.iter().zip(a) {
                    c.call(black_box(request), black_box(reply)).await?;
                }
                Ok(())
            };
            // One flat run over all items of a sample: the loop around an action is paid once a
            // sample, not once a call.
            loop_of.run(connection, usize::MAX, chatty).await
        }
        Mode::Batched => {
            let batched = async |c: &mut C, q: &[Request], a: &mut [Reply]| {
                c.batch(black_box(q), black_box(a)).await
            };
            loop_of.run(connection, shape.items, batched).await
        }
        Mode::Pipelined => {
            let piped = async |c: &mut C, q: &[Request], a: &mut [Reply]| {
                c.pipeline(black_box(q), black_box(a)).await
            };
            loop_of.run(connection, shape.items, piped).await
        }
        Mode::Streamed => {
            let streamed = async |c: &mut C, q: &[Request], a: &mut [Reply]| {
                c.stream(black_box(q), black_box(a)).await
            };
            loop_of.run(connection, shape.items, streamed).await
        }
    }
}

/// The loop, and where it stands.
pub(crate) struct Loop<'a> {
    pub(crate) shape: &'a Shape,
    pub(crate) clock: &'a Clock,
    pub(crate) read_ns: f64,
    pub(crate) walk: Walk<'a>,
    /// When the visit began, in the clock's own ticks.
    pub(crate) begin: u64,
}

impl Loop<'_> {
    /// Lead-in, then samples until the visit's time is up. `act` carries `stride` items at once, or
    /// all of a sample's.
    pub(crate) async fn run<C>(
        &mut self,
        connection: &mut C,
        stride: usize,
        mut act: impl AsyncFnMut(&mut C, &[Request], &mut [Reply]) -> Outcome,
    ) -> Measured {
        let mut measured = Measured::empty();
        let outcome = async {
            self.lead_in(connection, stride, &mut act, &mut measured).await?;
            self.record(connection, stride, &mut act, &mut measured).await
        };
        measured.error = outcome.await.err();
        measured.group = self.walk.group();
        measured
    }

    /// One sample between two clock reads: the timed span.
    async fn sample<C>(
        &mut self,
        connection: &mut C,
        stride: usize,
        act: &mut impl AsyncFnMut(&mut C, &[Request], &mut [Reply]) -> Outcome,
    ) -> Result<(u64, u64), CallError> {
        let (requests, replies) = self.walk.window();
        let start = self.clock.raw();
        if stride >= requests.len() {
            // Without this path an empty sample would carry the two divisions that count chunks.
            act(connection, requests, replies).await?;
        } else {
            for (requests, replies) in requests.chunks(stride).zip(replies.chunks_mut(stride)) {
                act(connection, requests, replies).await?;
            }
        }
        Ok((start, self.clock.raw()))
    }

    /// Actions that are checked and not recorded; they also settle how many make a sample.
    async fn lead_in<C>(
        &mut self,
        connection: &mut C,
        stride: usize,
        act: &mut impl AsyncFnMut(&mut C, &[Request], &mut [Reply]) -> Outcome,
        measured: &mut Measured,
    ) -> Outcome {
        let mut actions = 0;
        let mut group = Group::new(self.shape, READS_PER_SAMPLE * self.read_ns);
        let first_group = self.walk.group();
        loop {
            let (start, end) = self.sample(connection, stride, act).await?;
            measured.wrong += self.walk.check_and_go_on();
            measured.lead_in_items += self.walk.sample_items as u64;
            actions += self.walk.group();
            let sample_ns = self.clock.delta_as_nanos(start, end);
            measured.keep_first(sample_ns);
            group.try_on(sample_ns as f64, &mut self.walk);
            if self.walk.group() != first_group {
                measured.first_ns = None;
            }
            let spent = Duration::from_nanos(self.clock.delta_as_nanos(self.begin, end));
            let enough = actions >= self.shape.lead_in_calls || spent >= self.shape.lead_in;
            if group.settled && enough {
                return Ok(());
            }
        }
    }

    /// Samples until the time is up, at least one. Between two samples stand a subtraction, a store
    /// and the check of the answers; the histogram is filled when the visit is over, or when very
    /// many have gathered.
    async fn record<C>(
        &mut self,
        connection: &mut C,
        stride: usize,
        act: &mut impl AsyncFnMut(&mut C, &[Request], &mut [Reply]) -> Outcome,
        measured: &mut Measured,
    ) -> Outcome {
        let limit = raw_ticks(self.clock, self.shape.limit);
        let listed = self.shape.samples.is_some();
        let wanted = self.shape.samples.map_or(usize::MAX, |samples| samples as usize);
        let mut ticks = Vec::with_capacity(KEPT_SAMPLES.min(wanted));
        let outcome = loop {
            let (start, end) = match self.sample(connection, stride, act).await {
                Ok(sample) => sample,
                Err(error) => break Err(error),
            };
            ticks.push(end.wrapping_sub(start));
            measured.wrong += self.walk.check_and_go_on();
            if ticks.len() == KEPT_SAMPLES {
                measured.add(&mut ticks, self.walk.sample_items, self.clock, listed);
            }
            if end.wrapping_sub(self.begin) >= limit || ticks.len() >= wanted {
                break Ok(());
            }
        };
        measured.add(&mut ticks, self.walk.sample_items, self.clock, listed);
        outcome
    }
}

/// Samples at the beginning of a visit that are kept in their order: more than a cache takes to be
/// warm again.
const FIRST_SAMPLES: usize = 64;
/// Samples kept before they are put into the histogram: those of a long visit of short actions, 8
/// MiB.
const KEPT_SAMPLES: usize = 1 << 20;
/// Samples that must all be long enough before a group is taken: the first of a visit are slow for
/// want of a warm cache.
const TRIALS: u32 = 8;
/// A sample this long needs no other: a first call of some nanoseconds takes some microseconds,
/// never a millisecond.
const CERTAIN_NS: f64 = 1e6;

/// How many actions make a sample, while it is being found out.
struct Group {
    settled: bool,
    needed_ns: f64,
    trials: u32,
}

impl Group {
    fn new(shape: &Shape, needed_ns: f64) -> Self {
        Self { settled: shape.group.is_some(), needed_ns, trials: 0 }
    }

    /// A sample took this long: it settles the group, or doubles it, or asks for another.
    fn try_on(&mut self, sample_ns: f64, walk: &mut Walk<'_>) {
        if !self.settled {
            self.settled = if self.is_short(sample_ns) {
                !walk.double_group()
            } else {
                self.is_enough(sample_ns)
            };
        }
    }

    fn is_short(&mut self, sample_ns: f64) -> bool {
        let short = sample_ns < self.needed_ns;
        self.trials = if short { 0 } else { self.trials + 1 };
        short
    }

    /// True after enough samples in a row that were not short, or after one that no cold cache
    /// explains.
    fn is_enough(&self, sample_ns: f64) -> bool {
        self.trials == TRIALS || sample_ns > CERTAIN_NS
    }
}

/// Takes this long, in the clock's own ticks.
fn spin(clock: &Clock, ticks: u64) {
    let start = clock.raw();
    // Without the processor's pause, which takes longer than a clock read and would make the span
    // that much coarser.
    while clock.raw().wrapping_sub(start) < ticks {}
}

/// A duration in the clock's own ticks, to within one part in a million.
fn raw_ticks(clock: &Clock, duration: Duration) -> u64 {
    const TICKS: u64 = 1 << 32;
    (duration.as_nanos() * u128::from(TICKS) / u128::from(clock.delta_as_nanos(0, TICKS).max(1)))
        as u64
}

/// One shape everywhere: 1 ns to 60 s, 3 digits (anchors: histograms cross languages).
fn histogram() -> Histogram<u64> {
    Histogram::new_with_bounds(1, 60_000_000_000, 3).expect("the bounds are constants that fit")
}

/// Measures a connection without a driver process: for benches that set a lane beside something
/// else in one process. `golden` are the requests and the right answers; `checked` is false for a
/// lane that answers nothing by design.
pub async fn measure<C: Connection>(
    connection: &mut C,
    shape: &Shape,
    golden: &[(Request, Reply)],
    max_results: u32,
    checked: bool,
    clock: &Clock,
) -> Measured {
    let target = Target::new(golden, 0, shape.items, max_results, checked);
    visit(connection, shape, &target, clock, crate::machine::clock::median_read_ns(clock)).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cold_samples_settle_no_group_and_long_ones_do_at_once() {
        let group = || Group { settled: false, needed_ns: 170.0, trials: 0 };
        let mut cold = group();
        // The first call of a visit takes hundreds of times as long as the next.
        assert!(!cold.is_short(9_000.0) && !cold.is_enough(9_000.0));
        assert!(cold.is_short(30.0), "what follows doubles the group");
        let mut steady = group();
        let settled = (0..TRIALS).map(|_| !steady.is_short(5_000.0) && steady.is_enough(5_000.0));
        assert_eq!(
            settled.collect::<Vec<_>>(),
            [false, false, false, false, false, false, false, true]
        );
        let mut long = group();
        assert!(!long.is_short(2e6) && long.is_enough(2e6));
    }
}
