//! How the calls of a visit went on: the median sample of each 10 ms of it. What a call takes may
//! depend on how long its visit has lasted, as where the scheduler splits a pair after a while.
//! Everything here is done when the samples have been taken.

use quanta::Clock;

/// Length of a slice, ns.
pub(crate) const SLICE_NS: u64 = 10_000_000;
/// Slices that are kept: those of two seconds, the longest visit there is.
pub(crate) const MOST_SLICES: usize = 200;

/// When samples were taken: from the beginning of their visit, in the clock's own ticks.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Span {
    pub(crate) begin: u64,
    pub(crate) end: u64,
}

/// The medians so far, and the samples of the slice that is under way.
#[derive(Debug, Default)]
pub(crate) struct Slices {
    medians_ns: Vec<u64>,
    /// In the clock's own ticks.
    current: Vec<u64>,
}

impl Slices {
    /// Takes samples in their order, in the clock's own ticks. What lies between them, the checks
    /// of answers, is taken to be spread evenly over their span.
    pub(crate) fn add(&mut self, ticks: &[u64], span: Span, clock: &Clock) {
        let begin_ns = clock.delta_as_nanos(0, span.begin) as f64;
        let span_ns = clock.delta_as_nanos(span.begin, span.end) as f64;
        let all: u64 = ticks.iter().sum();
        let ns_of_tick = span_ns / all.max(1) as f64;
        let mut passed: u64 = 0;
        for &sample in ticks {
            let at = (begin_ns + passed as f64 * ns_of_tick) as u64 / SLICE_NS;
            self.go_to(at as usize, clock);
            self.current.push(sample);
            passed += sample;
        }
    }

    /// Ends slices until this one is under way.
    fn go_to(&mut self, slice: usize, clock: &Clock) {
        while self.medians_ns.len() < slice.min(MOST_SLICES) {
            self.end_slice(clock);
        }
    }

    fn end_slice(&mut self, clock: &Clock) {
        self.medians_ns.push(clock.delta_as_nanos(0, lower_median(&mut self.current)));
        self.current.clear();
    }

    /// The median sample of each slice, ns; 0 where none began in it.
    pub(crate) fn finish(&mut self, clock: &Clock) -> Vec<u64> {
        if !self.current.is_empty() && self.medians_ns.len() < MOST_SLICES {
            self.end_slice(clock);
        }
        std::mem::take(self).medians_ns
    }
}

/// The lower of the two in the middle, as a visit's own median is; 0 of none.
fn lower_median(samples: &mut [u64]) -> u64 {
    match samples.len().checked_sub(1) {
        Some(last) => *samples.select_nth_unstable(last / 2).1,
        None => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A clock whose ticks are ns.
    fn clock() -> Clock {
        Clock::mock().0
    }

    const fn span(begin_ms: u64, end_ms: u64) -> Span {
        Span { begin: begin_ms * 1_000_000, end: end_ms * 1_000_000 }
    }

    /// So many calls of these µs.
    fn calls(many: usize, us: u64) -> Vec<u64> {
        vec![us * 1_000; many]
    }

    #[test]
    fn a_jump_within_a_visit_is_seen_in_the_slices_after_it() {
        let clock = clock();
        // 20 ms of calls of 10 µs, then 20 ms of calls of 40 µs.
        let samples = [calls(2_000, 10), calls(500, 40)].concat();
        let mut slices = Slices::default();
        slices.add(&samples, span(0, 40), &clock);
        assert_eq!(slices.finish(&clock), [10_000, 10_000, 40_000, 40_000]);
    }

    #[test]
    fn samples_that_come_in_parts_go_on_where_the_visit_stands() {
        let clock = clock();
        let mut slices = Slices::default();
        slices.add(&calls(500, 10), span(5, 10), &clock);
        // Nothing was taken from 10 to 20 ms; half of what follows goes into checks.
        slices.add(&calls(500, 30), span(20, 50), &clock);
        assert_eq!(slices.finish(&clock), [10_000, 0, 30_000, 30_000, 30_000]);
    }

    #[test]
    fn a_call_longer_than_a_slice_leaves_those_empty_in_which_none_began() {
        let clock = clock();
        let mut slices = Slices::default();
        slices.add(&calls(2, 25_000), span(0, 50), &clock);
        assert_eq!(slices.finish(&clock), [25_000_000, 0, 25_000_000]);
    }

    #[test]
    fn a_longer_visit_keeps_as_many_slices_as_two_seconds_have() {
        let clock = clock();
        let mut slices = Slices::default();
        slices.add(&calls(3_000, 1_000), span(0, 3_000), &clock);
        assert_eq!(slices.finish(&clock).len(), MOST_SLICES);
        assert_eq!(Slices::default().finish(&clock), [0; 0]);
    }
}
