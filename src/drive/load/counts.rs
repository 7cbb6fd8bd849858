//! The books of a load: histograms, calls in flight, what was answered when. It reads no clock:
//! times are given.

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
pub(crate) struct Account {
    window_ns: (u64, u64),
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

impl Account {
    /// `window_ns`: from when calls are recorded, and when the load ends.
    pub(crate) fn new(window_ns: (u64, u64)) -> Self {
        Self {
            window_ns,
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
        begun_ns >= self.window_ns.0
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
            u64::from(self.records(counted_ns) && times.answered_ns < self.window_ns.1);
        if self.records(begun_ns) {
            self.record(times, begun_ns);
        }
    }

    fn record(&mut self, Times { due_ns, sent_ns, answered_ns, late }: Times, begun_ns: u64) {
        let latency_ns = answered_ns.saturating_sub(begun_ns).max(1);
        self.service.saturating_record(answered_ns.saturating_sub(sent_ns).max(1));
        if let Some(due_ns) = due_ns {
            self.latency.saturating_record(latency_ns);
            self.record_lateness(sent_ns.saturating_sub(due_ns), late);
        }
        let (from_ns, until_ns) = self.window_ns;
        let share = (begun_ns - from_ns) as f64 / until_ns.saturating_sub(from_ns).max(1) as f64;
        let (count, shortest_ns) =
            &mut self.parts[((share * PARTS as f64) as usize).min(PARTS - 1)];
        *count += 1;
        *shortest_ns = latency_ns.min(*shortest_ns);
    }

    fn record_lateness(&mut self, all_ns: u64, Late { place_ns, thread_ns }: Late) {
        self.lateness.saturating_record(all_ns.max(1));
        self.late_place.saturating_record(place_ns.max(1));
        if let Some(thread_ns) = thread_ns {
            self.late_thread.saturating_record(thread_ns.max(1));
        }
        let rest_ns = all_ns.saturating_sub(place_ns + thread_ns.unwrap_or(0));
        self.late_generator.saturating_record(rest_ns.max(1));
    }

    /// Adds the books of another thread.
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

/// The number of calls in flight, integrated over time at each change. It knows no histogram:
/// Little's law compares the two.
#[derive(Default)]
pub(crate) struct InFlight {
    now: u64,
    since_ns: u64,
    /// The integral: calls times ns. Divided by the time it covers it is the mean number in flight,
    /// L. Those of several threads add up.
    pub(crate) call_ns: u128,
}

impl InFlight {
    fn change(&mut self, at_ns: u64, by: i64) {
        self.call_ns += u128::from(self.now) * u128::from(at_ns.saturating_sub(self.since_ns));
        self.since_ns = at_ns;
        self.now = self.now.saturating_add_signed(by);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use api::ErrorKind;

    const MS: u64 = 1_000_000;

    fn times(due_ns: Option<u64>, sent_ns: u64, answered_ns: u64) -> Times {
        Times { due_ns, sent_ns, answered_ns, late: Late::default() }
    }

    /// A virtual clock: calls due every ms, each taking 3 ms; `loses` says which samples the books
    /// never see.
    fn load(loses: impl Fn(u64) -> bool) -> Account {
        let mut account = Account::new((0, 2_000 * MS));
        for tick in 0..2_003_u64 {
            if let Some(call) = tick.checked_sub(3) {
                let due_ns = Some(call * MS);
                let times = times(due_ns, call * MS, (call + 3) * MS);
                if loses(call) {
                    account.in_flight.change(times.answered_ns, -1);
                } else {
                    account.came_back(times, Ok(()));
                }
            }
            if tick < 2_000 {
                account.sent(Some(tick * MS), tick * MS);
            }
        }
        account
    }

    /// |L - lambda W| / L, as the report has it.
    fn little(account: &Account) -> f64 {
        let times = account.service.len() as f64 * account.service.mean();
        reports::record::Little::new(account.in_flight.call_ns as f64, times, 2e9)
            .expect("calls")
            .relative_error
    }

    #[test]
    fn in_flight_agrees_with_the_histogram_where_nothing_is_lost() {
        let account = load(|_| false);
        assert_eq!(account.in_flight.call_ns, u128::from(2_000 * 3 * MS));
        assert!(little(&account) < 0.002, "{}", little(&account));
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
        let mut account = Account::new((0, 10 * MS));
        account.sent(Some(MS), 5 * MS);
        account.came_back(times(Some(MS), 5 * MS, 6 * MS), Ok(()));
        let near =
            |histogram: &Histogram<u64>, ms: u64| histogram.max().abs_diff(ms * MS) < MS / 100;
        assert!(
            near(&account.latency, 5) && near(&account.service, 1) && near(&account.lateness, 4)
        );
    }

    #[test]
    fn lateness_is_split_into_the_wait_for_a_place_the_lanes_time_and_the_generators() {
        let mut account = Account::new((0, 100 * MS));
        let late = Late { place_ns: 3 * MS, thread_ns: Some(5 * MS) };
        account.came_back(Times { late, ..times(Some(MS), 11 * MS, 12 * MS) }, Ok(()));
        let parts = [
            &account.lateness,
            &account.late_place,
            &account.late_thread,
            &account.late_generator,
        ];
        let ms = parts.map(|part| (part.max() as f64 / MS as f64).round());
        assert_eq!(ms, [10.0, 3.0, 5.0, 2.0]);
        // Where each connection has a thread, none is the lane's.
        let late = Late { place_ns: 3 * MS, thread_ns: None };
        account.came_back(Times { late, ..times(Some(MS), 11 * MS, 12 * MS) }, Ok(()));
        assert_eq!((account.late_thread.len(), account.late_generator.len()), (1, 2));
    }

    #[test]
    fn what_came_before_the_window_is_counted_and_not_recorded() {
        let mut account = Account::new((5 * MS, 10 * MS));
        for due in [1, 4, 6] {
            account.sent(Some(due * MS), due * MS);
            let times = times(Some(due * MS), due * MS, (due + 5) * MS);
            account.came_back(times, Ok(()));
        }
        assert_eq!((account.calls, account.latency.len(), account.answered_in_window), (3, 1, 0));
        assert_eq!(account.in_flight.call_ns, u128::from(5 * MS));
    }

    #[test]
    fn in_a_closed_loop_what_was_in_flight_when_the_window_began_is_of_its_pace() {
        let mut account = Account::new((5 * MS, 10 * MS));
        for (sent, answered) in [(4, 6), (6, 9), (9, 11), (1, 4)] {
            account.sent(None, sent * MS);
            account.came_back(times(None, sent * MS, answered * MS), Ok(()));
        }
        assert_eq!((account.calls, account.service.len(), account.answered_in_window), (4, 2, 2));
    }

    #[test]
    fn an_error_is_counted_and_has_no_latency() {
        let mut account = Account::new((0, 10 * MS));
        account.sent(None, MS);
        account.came_back(times(None, MS, 2 * MS), Err(CallError::new(ErrorKind::Gone, "it went")));
        assert_eq!((account.errors, account.calls, account.service.len()), (1, 0, 0));
        assert_eq!(account.error.map(|error| error.kind()), Some(ErrorKind::Gone));
    }
}
