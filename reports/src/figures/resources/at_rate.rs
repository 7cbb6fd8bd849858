//! What both sides of a lane keep busy at a rate of the user's own: CPU time of a call times calls
//! per second. It measures nothing beyond the run: a rate at which a lane was really asked is the
//! affair of `figures::load`.

use crate::{figures::row::Row, stats::estimates::Estimate};

/// Cores that one lane keeps busy, 1.0 for a whole one.
#[derive(Clone, Copy, Debug)]
pub struct Cores {
    /// The calling process, without what the harness itself takes where that was measured.
    pub caller: Option<Estimate>,
    /// The answering process; absent for in-process lanes.
    pub callee: Option<Estimate>,
    /// All processes of the lane, a server between the two included.
    pub both: Option<Estimate>,
    /// Calls in flight, on average, that the rate needs: rate times the mean of a single call
    /// (Little's law). Above 1, one caller that waits for each answer does not reach it.
    pub in_flight: Option<f64>,
}

impl Cores {
    /// Of a lane at this many calls in a second.
    pub fn of(row: &Row, calls_per_s: f64) -> Self {
        let call_ns = row.single.as_ref().map(|single| single.item.value);
        Self {
            caller: row.cpu.caller.map(|cpu_ns| kept_busy(cpu_ns, calls_per_s)),
            callee: row.cpu.callee.map(|cpu_ns| kept_busy(cpu_ns, calls_per_s)),
            both: row.cpu.both.map(|cpu_ns| kept_busy(cpu_ns, calls_per_s)),
            in_flight: call_ns.map(|ns| ns * calls_per_s / 1e9),
        }
    }
}

/// ns of CPU for a call, times calls in a second, is ns of CPU in a second: 1e9 of them are one
/// core.
fn kept_busy(cpu_ns: Estimate, calls_per_s: f64) -> Estimate {
    cpu_ns.scaled(calls_per_s / 1e9)
}
