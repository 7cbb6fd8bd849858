//! What a load asks of a lane: which calls, over how many connections, for how long.

use crate::drive::load::arrivals::{Arrivals, Pace, Pacer, Window};
use std::time::Duration;

/// What is to be done.
#[derive(Clone, Debug)]
pub(crate) struct Shape {
    pub(crate) pace: Pace,
    /// Seed of the schedule.
    pub(crate) seed: u64,
    /// Connections.
    pub(crate) connections: usize,
    /// Calls in flight, at most; at least as many as connections.
    pub(crate) in_flight: usize,
    /// From when calls are recorded.
    pub(crate) lead_in: Duration,
    /// How long calls are sent, lead-in included.
    pub(crate) duration: Duration,
}

impl Shape {
    /// When its calls are recorded.
    pub(crate) fn window(&self) -> Window {
        Window {
            from_ns: self.lead_in.as_nanos() as u64,
            until_ns: self.duration.as_nanos() as u64,
        }
    }

    /// A fresh schedule of its calls.
    pub(crate) fn pacer(&self) -> Pacer {
        Pacer::new(Arrivals::new(self.pace, self.seed), self.window())
    }
}
