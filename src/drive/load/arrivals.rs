//! When calls are due: a schedule that does not wait for answers. It reads no clock and calls
//! nothing.

use fixtures::generate::SplitMix64;

/// How calls are spread over time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Pace {
    /// No schedule: whenever a place is free (closed loop).
    Closed,
    /// Evenly spaced.
    Constant {
        /// Calls per second.
        per_s: f64,
    },
    /// Exponentially distributed gaps: callers that know nothing of each other.
    Poisson {
        /// Calls per second, on average.
        per_s: f64,
    },
}

/// Times at which calls are due, ns since the load began, in order, without end.
pub(crate) struct Arrivals {
    pace: Pace,
    random: SplitMix64,
    count: u64,
    at_ns: f64,
}

const NS_PER_S: f64 = 1e9;

impl Arrivals {
    pub(crate) fn new(pace: Pace, seed: u64) -> Self {
        Self { pace, random: SplitMix64(seed), count: 0, at_ns: 0.0 }
    }

    /// The next one; none in a closed loop. Evenly spaced ones are computed from their number, so
    /// that no rounding adds up.
    pub(crate) fn next_ns(&mut self) -> Option<u64> {
        self.at_ns = match self.pace {
            Pace::Closed => return None,
            Pace::Constant { per_s } => self.count as f64 * NS_PER_S / per_s,
            // 1 - u lies in 0 (exclusive) to 1, so that its logarithm is finite.
            Pace::Poisson { per_s } => {
                self.at_ns - (1.0 - self.random.next_f64()).ln() * NS_PER_S / per_s
            }
        };
        self.count += 1;
        Some(self.at_ns as u64)
    }
}

/// One call to make.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Call {
    /// Its number, from 0.
    pub(crate) number: u64,
    /// When it is due, ns since the load began; none in a closed loop.
    pub(crate) due_ns: Option<u64>,
}

/// What there is to do.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Due {
    /// This call, now or since some time.
    Now(Call),
    /// Nothing before this time, ns since the load began.
    At(u64),
    /// Nothing any more.
    Over,
}

/// When calls are recorded, ns since the load began.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Window {
    /// The end of the lead-in.
    pub(crate) from_ns: u64,
    /// The end of the load.
    pub(crate) until_ns: u64,
}

/// What is due and not sent when a load ends is sent late, for at most this share of the load: else
/// a stall at its end would be cut off, and its tail with it.
pub(crate) const LATE_SHARE: f64 = 0.25;

impl Window {
    /// What is not sent by then is dropped, ns since the load began.
    fn last_ns(&self) -> u64 {
        self.until_ns + (self.until_ns as f64 * LATE_SHARE) as u64
    }
}

/// Hands out the calls of a schedule, each once and in order, until the load is over.
pub(crate) struct Pacer {
    arrivals: Arrivals,
    next: Call,
    window: Window,
    /// Calls of the window that were handed out.
    taken: u64,
    ended_ns: Option<u64>,
}

impl Pacer {
    pub(crate) fn new(mut arrivals: Arrivals, window: Window) -> Self {
        let next = Call { number: 0, due_ns: arrivals.next_ns() };
        Self { arrivals, next, window, taken: 0, ended_ns: None }
    }

    /// False in a closed loop.
    pub(crate) fn is_scheduled(&self) -> bool {
        self.arrivals.pace != Pace::Closed
    }

    /// What there is to do at this time. What was due before the end of the load is handed out
    /// after it too, for a while.
    pub(crate) fn take(&mut self, now_ns: u64) -> Due {
        let due_ns = self.next.due_ns.unwrap_or(now_ns);
        let Window { until_ns, .. } = self.window;
        if self.ended_ns.is_some() || now_ns >= until_ns.max(self.last_ns(due_ns)) {
            self.end(now_ns);
            Due::Over
        } else if due_ns > now_ns || due_ns >= until_ns {
            Due::At(due_ns.min(until_ns))
        } else {
            Due::Now(self.hand_out(due_ns))
        }
    }

    /// Until when a call that is due at this time may be sent, ns since the load began.
    fn last_ns(&self, due_ns: u64) -> u64 {
        if due_ns < self.window.until_ns { self.window.last_ns() } else { 0 }
    }

    fn hand_out(&mut self, due_ns: u64) -> Call {
        self.taken += u64::from(due_ns >= self.window.from_ns);
        let next = Call {
            number: self.next.number + 1,
            due_ns: self.arrivals.next_ns(),
        };
        std::mem::replace(&mut self.next, next)
    }

    /// Nothing is handed out from this time on.
    pub(crate) fn end(&mut self, now_ns: u64) {
        self.ended_ns.get_or_insert(now_ns);
    }

    /// How many calls of the window were handed out, and how many were due and were not: the load
    /// was over before.
    pub(crate) fn taken_and_dropped(mut self) -> (u64, u64) {
        let end_ns = self.ended_ns.unwrap_or(self.window.until_ns).min(self.window.until_ns);
        let mut dropped = 0;
        while let Some(due_ns) = self.next.due_ns.filter(|due_ns| *due_ns < end_ns) {
            dropped += u64::from(due_ns >= self.window.from_ns);
            self.next.due_ns = self.arrivals.next_ns();
        }
        (self.taken, dropped)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn times(pace: Pace, count: usize) -> Vec<u64> {
        let mut arrivals = Arrivals::new(pace, 7);
        (0..count).map(|_| arrivals.next_ns().expect("a schedule")).collect()
    }

    #[test]
    fn evenly_spaced_calls_are_due_where_arithmetic_puts_them_at_any_rate() {
        for (per_s, number, at_ns) in [
            (3.0, 3, 1_000_000_000),
            (3.0, 3_000_000, 1_000_000_000_000_000),
            (1e6, 999_999, 999_999_000),
            (0.1, 2, 20_000_000_000),
            (7e6, 7_000_000, 1_000_000_000),
        ] {
            let mut arrivals = Arrivals::new(Pace::Constant { per_s }, 0);
            arrivals.count = number;
            assert_eq!(arrivals.next_ns(), Some(at_ns), "{per_s} {number}");
        }
    }

    #[test]
    fn poisson_gaps_have_the_mean_and_the_spread_of_an_exponential_distribution() {
        let times = times(Pace::Poisson { per_s: 1_000.0 }, 100_000);
        let gaps: Vec<f64> = times.windows(2).map(|pair| (pair[1] - pair[0]) as f64).collect();
        let mean = gaps.iter().sum::<f64>() / gaps.len() as f64;
        let variance = gaps.iter().map(|gap| (gap - mean).powi(2)).sum::<f64>() / gaps.len() as f64;
        // Five standard errors of the mean of so many gaps.
        assert!((mean / 1e6 - 1.0).abs() < 0.016, "{mean}");
        assert!((variance.sqrt() / mean - 1.0).abs() < 0.03, "{variance}");
        let above = gaps.iter().filter(|gap| **gap > mean).count() as f64 / gaps.len() as f64;
        assert!((above - (-1.0_f64).exp()).abs() < 0.01, "{above}");
    }

    #[test]
    fn the_same_seed_gives_the_same_arrivals_and_another_others() {
        let pace = Pace::Poisson { per_s: 10.0 };
        assert_eq!(times(pace, 50), times(pace, 50));
        // The schedule of every driver, whatever its language (peers/go/internal/load).
        let of_seven = [494_017, 510_948, 2_821_169, 3_695_670, 4_297_957];
        assert_eq!(times(Pace::Poisson { per_s: 1_000.0 }, 5), of_seven);
        assert_ne!(Arrivals::new(pace, 8).next_ns(), Arrivals::new(pace, 7).next_ns());
    }

    #[test]
    fn what_is_due_is_handed_out_once_late_or_not_and_the_rest_is_dropped() {
        let arrivals = Arrivals::new(Pace::Constant { per_s: 10.0 }, 0);
        let (step, from_ns, until_ns) = (100_000_000, 200_000_000, 1_000_000_000);
        let mut pacer = Pacer::new(arrivals, Window { from_ns, until_ns });
        assert_eq!(pacer.take(0), Due::Now(Call { number: 0, due_ns: Some(0) }));
        assert_eq!(pacer.take(0), Due::At(step));
        // Nobody was free for 250 ms: what was due meanwhile keeps its time.
        for number in [1, 2, 3] {
            let due_ns = Some(number * step);
            assert_eq!(pacer.take(350_000_000), Due::Now(Call { number, due_ns }));
        }
        assert_eq!(pacer.take(350_000_000), Due::At(4 * step));
        // Nobody was free until the load was over: what was due is still sent, for a quarter of it.
        for number in [4, 5] {
            let due_ns = Some(number * step);
            assert_eq!(pacer.take(until_ns + step), Due::Now(Call { number, due_ns }));
        }
        assert_eq!(pacer.take(until_ns + until_ns / 4), Due::Over);
        // Of 0 to 9, those from 2 on are recorded.
        assert_eq!(pacer.taken_and_dropped(), (4, 4));
    }

    #[test]
    fn a_load_of_which_all_was_sent_ends_with_its_time() {
        let arrivals = Arrivals::new(Pace::Constant { per_s: 10.0 }, 0);
        let until_ns = 250_000_000;
        let mut pacer = Pacer::new(arrivals, Window { from_ns: 0, until_ns });
        for number in [0, 1, 2] {
            let at_ns = number * 100_000_000;
            assert_eq!(pacer.take(at_ns), Due::Now(Call { number, due_ns: Some(at_ns) }));
        }
        assert_eq!(pacer.take(240_000_000), Due::At(until_ns));
        assert_eq!(pacer.take(until_ns), Due::Over);
        assert_eq!(pacer.taken_and_dropped(), (3, 0));
    }

    #[test]
    fn a_load_that_is_stopped_drops_at_once_what_was_due_by_then() {
        let arrivals = Arrivals::new(Pace::Constant { per_s: 10.0 }, 0);
        let mut pacer = Pacer::new(arrivals, Window { from_ns: 0, until_ns: 1_000_000_000 });
        pacer.end(450_000_000);
        assert_eq!(pacer.take(450_000_000), Due::Over);
        assert_eq!(pacer.taken_and_dropped(), (0, 5));
    }

    #[test]
    fn a_closed_loop_has_a_call_whenever_somebody_is_free() {
        let mut pacer =
            Pacer::new(Arrivals::new(Pace::Closed, 0), Window { from_ns: 0, until_ns: 100 });
        for number in 0..5 {
            assert_eq!(pacer.take(7), Due::Now(Call { number, due_ns: None }));
        }
        assert_eq!(pacer.take(100), Due::Over);
        assert_eq!(pacer.taken_and_dropped(), (5, 0));
    }
}
