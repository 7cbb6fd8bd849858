//! When the caller's one thread was the lane's: in the lane's own code, or in its runtime while calls were in flight. A call that
//! was due meanwhile was late, and the generator was not. It reads no clock: times are given.

/// Spans of time, ns since the load began, in order. Those that can matter to no call any more are dropped.
#[derive(Default)]
pub(super) struct Lent {
    spans: Vec<(u64, u64)>,
}

impl Lent {
    /// The thread was the lane's from one time to the other.
    pub(super) fn add(&mut self, from_ns: u64, to_ns: u64) {
        match self.spans.last_mut() {
            Some((_, end_ns)) if *end_ns == from_ns => *end_ns = to_ns,
            _ if from_ns < to_ns => self.spans.push((from_ns, to_ns)),
            _ => {}
        }
    }

    /// How much of the time from one to the other was the lane's. Later questions are about later times.
    pub(super) fn between(&mut self, from_ns: u64, to_ns: u64) -> u64 {
        self.spans.retain(|(_, end_ns)| *end_ns > from_ns);
        let shared =
            |(begin_ns, end_ns): &(u64, u64)| (*end_ns).min(to_ns).saturating_sub((*begin_ns).max(from_ns));
        self.spans.iter().map(shared).sum()
    }

    /// No call is due: nothing that was can make one late.
    pub(super) fn clear(&mut self) {
        self.spans.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_what_lies_between_two_times_and_no_more() {
        let mut lent = Lent::default();
        for (from_ns, to_ns) in [(10, 20), (20, 25), (30, 40), (50, 50)] {
            lent.add(from_ns, to_ns);
        }
        assert_eq!(lent.spans, [(10, 25), (30, 40)]);
        assert_eq!(lent.between(0, 100), 25);
        assert_eq!(lent.between(15, 35), 15);
        assert_eq!(lent.between(26, 29), 0);
        assert_eq!(lent.spans, [(30, 40)], "what ended before is dropped");
        lent.clear();
        assert_eq!(lent.between(27, 100), 0);
    }
}
