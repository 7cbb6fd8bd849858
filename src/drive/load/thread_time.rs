//! When the caller's one thread was the lane's: in the lane's own code, or in its runtime while
//! calls were in flight. A call that was due meanwhile was late, and the generator was not. It
//! reads no clock: times are given.

/// Spans of time, ns since the load began, in order. Those that can matter to no call any more are
/// dropped.
#[derive(Default)]
pub(crate) struct ThreadTime {
    spans: Vec<(u64, u64)>,
    /// Calls that were handed out and are not sent yet.
    unsent: usize,
}

impl ThreadTime {
    /// The thread was the lane's from one time to the other.
    pub(crate) fn add(&mut self, from_ns: u64, to_ns: u64) {
        match self.spans.last_mut() {
            Some((_, end_ns)) if *end_ns == from_ns => *end_ns = to_ns,
            _ if from_ns < to_ns => self.spans.push((from_ns, to_ns)),
            _ => {}
        }
    }

    /// A call was handed out: it is about to be sent.
    pub(crate) fn handed_out(&mut self) {
        self.unsent += 1;
    }

    /// One of them, which could have been sent at the one time, is sent at the other: how much
    /// between them was the lane's. Calls that are handed out later could not have been sent
    /// earlier.
    pub(crate) fn sent(&mut self, could_ns: u64, sent_ns: u64) -> u64 {
        self.unsent = self.unsent.saturating_sub(1);
        if self.unsent == 0 {
            self.spans.retain(|(_, to_ns)| *to_ns > could_ns);
        }
        let mut shared_ns = 0;
        for &(from_ns, to_ns) in &self.spans {
            shared_ns += to_ns.min(sent_ns).saturating_sub(from_ns.max(could_ns));
        }
        shared_ns
    }

    /// Nothing else is due: what was cannot make a later call late.
    pub(crate) fn nothing_due(&mut self) {
        if self.unsent == 0 {
            self.spans.clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_what_lies_between_two_times_and_no_more() {
        let mut time = ThreadTime::default();
        for (from_ns, to_ns) in [(10, 20), (20, 25), (30, 40), (50, 50)] {
            time.add(from_ns, to_ns);
        }
        assert_eq!(time.spans, [(10, 25), (30, 40)]);
        assert_eq!(time.sent(0, 100), 25);
        assert_eq!(time.sent(15, 35), 15);
        assert_eq!(time.sent(26, 29), 0);
        assert_eq!(time.spans, [(30, 40)], "an overload that never ends leaves no trail");
    }

    #[test]
    fn spans_are_kept_until_every_call_that_was_handed_out_is_sent() {
        let mut time = ThreadTime::default();
        time.add(10, 30);
        time.handed_out();
        time.handed_out();
        // The schedule has nothing more, and two calls are on their way.
        time.nothing_due();
        assert_eq!(time.sent(20, 31), 10);
        time.nothing_due();
        assert_eq!(time.sent(25, 32), 5);
        time.nothing_due();
        assert_eq!(time.sent(20, 40), 0);
    }
}
