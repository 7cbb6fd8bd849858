//! The closed loop: lead-in, then samples until the time is up. One loop for all modes; what an
//! action is, is given once a visit.

use crate::drive::closed::{
    cursor::Cursor,
    group::Group,
    measured::Measured,
    questions::Questions,
    shape::Shape,
    slices::{Slices, Span},
};
use api::{CallError, Mode, Outcome, Reply, Request};
use quanta::Clock;
use std::time::Duration;

/// Samples kept before they are put into the histogram: those of a long visit of short actions, 8
/// MiB.
const KEPT_SAMPLES: usize = 1 << 20;

/// What a visit is measured with.
pub(crate) struct Timing<'a> {
    pub(crate) shape: &'a Shape,
    pub(crate) questions: &'a Questions,
    pub(crate) clock: &'a Clock,
    /// The shortest sample that the clock tells well enough, ns.
    pub(crate) least_sample_ns: f64,
    /// True where the lane never waits: each call is there when it was asked for once.
    pub(crate) never_waits: bool,
}

/// The loop, and where it stands.
pub(crate) struct Loop<'a> {
    shape: &'a Shape,
    clock: &'a Clock,
    least_sample_ns: f64,
    cursor: Cursor<'a>,
    /// When the visit began, in the clock's own ticks.
    begin: u64,
}

impl<'a> Loop<'a> {
    /// A loop that begins now, on what the visit is measured with.
    pub(crate) fn new(timing: &Timing<'a>) -> Self {
        Self {
            shape: timing.shape,
            clock: timing.clock,
            least_sample_ns: timing.least_sample_ns,
            cursor: Cursor::new(timing.questions, timing.shape),
            begin: timing.clock.raw(),
        }
    }

    /// Lead-in, then samples until the visit's time is up. `act` carries `stride` items at once, or
    /// all of a sample's.
    pub(crate) async fn run<C>(
        &mut self,
        connection: &mut C,
        stride: usize,
        act: impl AsyncFnMut(&mut C, &[Request], &mut [Reply]) -> Outcome,
    ) -> Measured {
        self.run_checked(connection, stride, act, |_, cursor| cursor.wrong()).await
    }

    /// The same, with answers that are not in the replies: `check` looks at them outside of the
    /// timed span, after each sample, and gives the wrong ones.
    pub(crate) async fn run_checked<C>(
        &mut self,
        connection: &mut C,
        stride: usize,
        mut act: impl AsyncFnMut(&mut C, &[Request], &mut [Reply]) -> Outcome,
        mut check: impl FnMut(&mut C, &Cursor<'a>) -> u64,
    ) -> Measured {
        let mut measured = Measured::empty();
        let outcome = async {
            self.lead_in(connection, stride, &mut act, &mut check, &mut measured).await?;
            self.record(connection, stride, &mut act, &mut check, &mut measured).await
        };
        measured.error = outcome.await.err();
        measured.group = self.cursor.group();
        measured
    }

    /// One sample between two clock reads: the timed span.
    async fn sample<C>(
        &mut self,
        connection: &mut C,
        stride: usize,
        act: &mut impl AsyncFnMut(&mut C, &[Request], &mut [Reply]) -> Outcome,
    ) -> Result<(u64, u64), CallError> {
        let (requests, replies) = self.cursor.window();
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
        check: &mut impl FnMut(&mut C, &Cursor<'a>) -> u64,
        measured: &mut Measured,
    ) -> Outcome {
        let mut actions = 0;
        let mut group = Group::new(self.shape, self.least_sample_ns);
        let first_group = self.cursor.group();
        loop {
            let (start, end) = self.sample(connection, stride, act).await?;
            measured.wrong += check(connection, &self.cursor);
            self.cursor.go_on();
            measured.lead_in_items += self.cursor.sample_items as u64;
            actions += self.cursor.group();
            let sample_ns = self.clock.delta_as_nanos(start, end);
            measured.keep_first(sample_ns);
            group.try_on(sample_ns as f64, &mut self.cursor);
            if self.cursor.group() != first_group {
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
        check: &mut impl FnMut(&mut C, &Cursor<'a>) -> u64,
        measured: &mut Measured,
    ) -> Outcome {
        let limit = raw_ticks(self.clock, self.shape.limit);
        let wanted = self.shape.samples.map_or(usize::MAX, |samples| samples as usize);
        let mut ticks = Vec::with_capacity(KEPT_SAMPLES.min(wanted));
        let mut slices = Slices::default();
        let mut span = self.span_from_now();
        let outcome = loop {
            let (start, end) = match self.sample(connection, stride, act).await {
                Ok(sample) => sample,
                Err(error) => break Err(error),
            };
            ticks.push(end.wrapping_sub(start));
            span.end = end.wrapping_sub(self.begin);
            measured.wrong += check(connection, &self.cursor);
            self.cursor.go_on();
            if ticks.len() == KEPT_SAMPLES {
                self.keep(&mut ticks, span, &mut slices, measured);
                let end = span.end;
                span = Span { end, ..self.span_from_now() };
            }
            if span.end >= limit || ticks.len() >= wanted {
                break Ok(());
            }
        };
        self.keep(&mut ticks, span, &mut slices, measured);
        measured.slices_p50_ns = slices.finish(self.clock);
        outcome
    }

    /// A span of samples that begins now.
    fn span_from_now(&self) -> Span {
        let now = self.clock.raw().wrapping_sub(self.begin);
        Span { begin: now, end: now }
    }

    /// Puts samples away, and leaves their list empty.
    fn keep(&self, ticks: &mut Vec<u64>, span: Span, slices: &mut Slices, measured: &mut Measured) {
        let listed = self.shape.samples.is_some();
        if self.shape.mode == Mode::Chatty && self.shape.items == 1 && !listed {
            slices.add(ticks, span, self.clock);
        }
        measured.add(ticks, self.cursor.sample_items, self.clock, listed);
    }
}

/// A duration in the clock's own ticks, to within one part in a million.
pub(crate) fn raw_ticks(clock: &Clock, duration: Duration) -> u64 {
    const TICKS: u64 = 1 << 32;
    (duration.as_nanos() * u128::from(TICKS) / u128::from(clock.delta_as_nanos(0, TICKS).max(1)))
        as u64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::drive::closed::visit;
    use api::{Connection, run_ready};

    /// Takes a call at once.
    struct Prompt;

    impl Connection for Prompt {
        async fn call(&mut self, _: &Request, _: &mut Reply) -> Outcome {
            Ok(())
        }
    }

    /// Slices of a visit of 105 ms: of many, since this thread may have to wait for a core.
    fn slices(items: usize, samples: Option<u32>) -> Vec<u64> {
        let clock = Clock::new();
        let shape = Shape {
            mode: Mode::Chatty,
            items,
            group: None,
            lead_in_calls: 3,
            lead_in: Duration::from_millis(1),
            limit: Duration::from_millis(105),
            samples,
            handicap: None,
        };
        let timing = Timing {
            shape: &shape,
            questions: &Questions::elsewhere(items, 64),
            clock: &clock,
            least_sample_ns: 20_000.0,
            never_waits: true,
        };
        run_ready(visit(&mut Prompt, &timing)).slices_p50_ns
    }

    #[test]
    fn a_visit_of_single_calls_has_a_median_for_each_10_ms_of_it() {
        let single = slices(1, None);
        assert!(single.len() >= 4, "{single:?}");
        assert!(single.iter().any(|sample_ns| *sample_ns > 0), "{single:?}");
    }

    #[test]
    fn longer_actions_and_bursts_of_a_number_of_samples_have_no_slices() {
        assert_eq!((slices(4, None), slices(1, Some(100))), (Vec::new(), Vec::new()));
    }
}
