//! What a load counts: histograms, calls in flight, what was answered when. It reads no clock:
//! times are given.

use crate::drive::load::{arrivals::Window, in_flight::InFlight};
use api::CallError;
use hdrhistogram::Histogram;
use reports::stats::estimates;

/// Parts of the window of which the shortest latency is kept: a queue that grows shows in it.
pub(crate) const PARTS: usize = 4;

/// The three times of one call, ns since the load began.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Times {
    /// When it was due; none in a closed loop.
    pub(crate) due_ns: Option<u64>,
    /// When it was sent.
    pub(crate) sent_ns: u64,
    /// When its answer was there.
    pub(crate) answered_ns: u64,
    /// Why it was sent later than it was due.
    pub(crate) late: Late,
}

/// Why a call was sent later than it was due, as far as it was not the generator, ns.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Late {
    /// Every place in flight was taken.
    pub(crate) place_ns: u64,
    /// A place was free, and the one thread of the caller was the lane's; none where connections
    /// have threads of their own.
    pub(crate) thread_ns: Option<u64>,
}

/// What was measured. Calls that were due before the window are checked and counted in `calls`, and
/// not recorded.
pub(crate) struct Counts {
    window: Window,
    /// From the intended start; empty in a closed loop.
    pub(crate) latency: Histogram<u64>,
    /// From the actual start.
    pub(crate) service: Histogram<u64>,
    /// From the intended to the actual start; empty in a closed loop.
    pub(crate) lateness: Histogram<u64>,
    /// Parts of it: no place, the thread was the lane's (empty where connections have threads of
    /// their own), the generator.
    pub(crate) late_place: Histogram<u64>,
    pub(crate) late_thread: Histogram<u64>,
    pub(crate) late_generator: Histogram<u64>,
    pub(crate) in_flight: InFlight,
    /// Calls answered, those before the window included.
    pub(crate) calls: u64,
    /// Calls answered before the window ended: of those due in it, and where none is due, of all
    /// that were answered in it.
    pub(crate) answered_in_window: u64,
    /// Wrong answers and errors, those before the window included.
    pub(crate) wrong: u64,
    pub(crate) errors: u64,
    /// The first of the errors.
    pub(crate) error: Option<CallError>,
    /// Of the calls due in each part of the window: how many were answered, and the shortest
    /// latency, ns.
    pub(crate) parts: [(u64, u64); PARTS],
}

impl Counts {
    pub(crate) fn new(window: Window) -> Self {
        Self {
            window,
            latency: estimates::histogram(),
            service: estimates::histogram(),
            lateness: estimates::histogram(),
            late_place: estimates::histogram(),
            late_thread: estimates::histogram(),
            late_generator: estimates::histogram(),
            in_flight: InFlight::default(),
            calls: 0,
            answered_in_window: 0,
            wrong: 0,
            errors: 0,
            error: None,
            parts: [(0, u64::MAX); PARTS],
        }
    }

    fn records(&self, begun_ns: u64) -> bool {
        begun_ns >= self.window.from_ns
    }

    /// A call was sent.
    pub(crate) fn sent(&mut self, due_ns: Option<u64>, sent_ns: u64) {
        if self.records(due_ns.unwrap_or(sent_ns)) {
            self.in_flight.change(sent_ns, 1);
        }
    }

    /// A call came back.
    pub(crate) fn came_back(&mut self, times: Times, outcome: Result<(), CallError>) {
        let begun_ns = times.due_ns.unwrap_or(times.sent_ns);
        if self.records(begun_ns) {
            self.in_flight.change(times.answered_ns, -1);
        }
        if let Err(error) = outcome {
            self.errors += 1;
            self.error.get_or_insert(error);
            return;
        }
        self.calls += 1;
        // A closed loop's calls count where they are answered: those in flight when the window
        // began belong to its pace.
        let counted_ns = times.due_ns.unwrap_or(times.answered_ns);
        self.answered_in_window +=
            u64::from(self.records(counted_ns) && times.answered_ns < self.window.until_ns);
        if self.records(begun_ns) {
            self.record(times, begun_ns);
        }
    }

    fn record(&mut self, Times { due_ns, sent_ns, answered_ns, late }: Times, begun_ns: u64) {
        let latency_ns = answered_ns.saturating_sub(begun_ns).max(1);
        estimates::record(&mut self.service, answered_ns.saturating_sub(sent_ns));
        if let Some(due_ns) = due_ns {
            estimates::record(&mut self.latency, latency_ns);
            self.record_lateness(sent_ns.saturating_sub(due_ns), late);
        }
        let Window { from_ns, until_ns } = self.window;
        let share = (begun_ns - from_ns) as f64 / until_ns.saturating_sub(from_ns).max(1) as f64;
        let (count, shortest_ns) =
            &mut self.parts[((share * PARTS as f64) as usize).min(PARTS - 1)];
        *count += 1;
        *shortest_ns = latency_ns.min(*shortest_ns);
    }

    fn record_lateness(&mut self, all_ns: u64, Late { place_ns, thread_ns }: Late) {
        estimates::record(&mut self.lateness, all_ns);
        estimates::record(&mut self.late_place, place_ns);
        if let Some(thread_ns) = thread_ns {
            estimates::record(&mut self.late_thread, thread_ns);
        }
        let rest_ns = all_ns.saturating_sub(place_ns + thread_ns.unwrap_or(0));
        estimates::record(&mut self.late_generator, rest_ns);
    }

    /// Adds the counts of another thread.
    pub(crate) fn add(&mut self, other: Self) {
        let shapes = "one shape everywhere";
        self.latency.add(other.latency).expect(shapes);
        self.service.add(other.service).expect(shapes);
        self.lateness.add(other.lateness).expect(shapes);
        self.late_place.add(other.late_place).expect(shapes);
        self.late_thread.add(other.late_thread).expect(shapes);
        self.late_generator.add(other.late_generator).expect(shapes);
        self.in_flight.call_ns += other.in_flight.call_ns;
        self.calls += other.calls;
        self.answered_in_window += other.answered_in_window;
        self.wrong += other.wrong;
        self.errors += other.errors;
        self.error = self.error.take().or(other.error);
        for ((count, shortest_ns), (more, other_ns)) in self.parts.iter_mut().zip(other.parts) {
            *count += more;
            *shortest_ns = other_ns.min(*shortest_ns);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use api::ErrorKind;

    const MS: u64 = 1_000_000;

    fn counts(from_ns: u64, until_ns: u64) -> Counts {
        Counts::new(Window { from_ns, until_ns })
    }

    fn times(due_ns: Option<u64>, sent_ns: u64, answered_ns: u64) -> Times {
        Times { due_ns, sent_ns, answered_ns, late: Late::default() }
    }

    /// A virtual clock: calls due every ms, each taking 3 ms; `loses` says which samples are
    /// never counted.
    fn load(loses: impl Fn(u64) -> bool) -> Counts {
        let mut counts = counts(0, 2_000 * MS);
        for tick in 0..2_003_u64 {
            if let Some(call) = tick.checked_sub(3) {
                let due_ns = Some(call * MS);
                let times = times(due_ns, call * MS, (call + 3) * MS);
                if loses(call) {
                    counts.in_flight.change(times.answered_ns, -1);
                } else {
                    counts.came_back(times, Ok(()));
                }
            }
            if tick < 2_000 {
                counts.sent(Some(tick * MS), tick * MS);
            }
        }
        counts
    }

    /// |L - lambda W| / L, as the report has it.
    fn little(counts: &Counts) -> f64 {
        let times = counts.service.len() as f64 * counts.service.mean();
        reports::record::Little::new(counts.in_flight.call_ns as f64, times, 2e9)
            .expect("calls")
            .relative_error
    }

    #[test]
    fn in_flight_agrees_with_the_histogram_where_nothing_is_lost() {
        let counts = load(|_| false);
        assert_eq!(counts.in_flight.call_ns, u128::from(2_000 * 3 * MS));
        assert!(little(&counts) < 0.002, "{}", little(&counts));
    }

    #[test]
    fn a_generator_that_loses_one_sample_in_twenty_is_caught() {
        let error = little(&load(|call| call % 20 == 0));
        assert!(
            (0.045..0.055).contains(&error) && error > reports::figures::load::MOST_LITTLE_ERROR,
            "{error}"
        );
    }

    #[test]
    fn latency_counts_from_when_a_call_was_due_and_service_from_when_it_was_sent() {
        let mut counts = counts(0, 10 * MS);
        counts.sent(Some(MS), 5 * MS);
        counts.came_back(times(Some(MS), 5 * MS, 6 * MS), Ok(()));
        let near =
            |histogram: &Histogram<u64>, ms: u64| histogram.max().abs_diff(ms * MS) < MS / 100;
        assert!(near(&counts.latency, 5) && near(&counts.service, 1) && near(&counts.lateness, 4));
    }

    #[test]
    fn lateness_is_split_into_the_wait_for_a_place_the_lanes_time_and_the_generators() {
        let mut counts = counts(0, 100 * MS);
        let late = Late { place_ns: 3 * MS, thread_ns: Some(5 * MS) };
        counts.came_back(Times { late, ..times(Some(MS), 11 * MS, 12 * MS) }, Ok(()));
        let parts = [
            &counts.lateness,
            &counts.late_place,
            &counts.late_thread,
            &counts.late_generator,
        ];
        let ms = parts.map(|part| (part.max() as f64 / MS as f64).round());
        assert_eq!(ms, [10.0, 3.0, 5.0, 2.0]);
        // Where each connection has a thread, none is the lane's.
        let late = Late { place_ns: 3 * MS, thread_ns: None };
        counts.came_back(Times { late, ..times(Some(MS), 11 * MS, 12 * MS) }, Ok(()));
        assert_eq!((counts.late_thread.len(), counts.late_generator.len()), (1, 2));
    }

    #[test]
    fn what_came_before_the_window_is_counted_and_not_recorded() {
        let mut counts = counts(5 * MS, 10 * MS);
        for due in [1, 4, 6] {
            counts.sent(Some(due * MS), due * MS);
            let times = times(Some(due * MS), due * MS, (due + 5) * MS);
            counts.came_back(times, Ok(()));
        }
        assert_eq!((counts.calls, counts.latency.len(), counts.answered_in_window), (3, 1, 0));
        assert_eq!(counts.in_flight.call_ns, u128::from(5 * MS));
    }

    #[test]
    fn in_a_closed_loop_what_was_in_flight_when_the_window_began_is_of_its_pace() {
        let mut counts = counts(5 * MS, 10 * MS);
        for (sent, answered) in [(4, 6), (6, 9), (9, 11), (1, 4)] {
            counts.sent(None, sent * MS);
            counts.came_back(times(None, sent * MS, answered * MS), Ok(()));
        }
        assert_eq!((counts.calls, counts.service.len(), counts.answered_in_window), (4, 2, 2));
    }

    #[test]
    fn an_error_is_counted_and_has_no_latency() {
        let mut counts = counts(0, 10 * MS);
        counts.sent(None, MS);
        counts.came_back(times(None, MS, 2 * MS), Err(CallError::new(ErrorKind::Gone, "it went")));
        assert_eq!((counts.errors, counts.calls, counts.service.len()), (1, 0, 0));
        assert_eq!(counts.error.map(|error| error.kind()), Some(ErrorKind::Gone));
    }
}
