//! Calls in flight over time. It knows no histogram: Little's law compares the two.

/// The number of calls in flight, integrated over time at each change.
#[derive(Default)]
pub(crate) struct InFlight {
    now: u64,
    since_ns: u64,
    /// The integral: calls times ns. Divided by the time it covers it is the mean number in flight,
    /// L. Those of several threads add up.
    pub(crate) call_ns: u128,
}

impl InFlight {
    pub(crate) fn change(&mut self, at_ns: u64, by: i64) {
        self.call_ns += u128::from(self.now) * u128::from(at_ns.saturating_sub(self.since_ns));
        self.since_ns = at_ns;
        self.now = self.now.saturating_add_signed(by);
    }
}
