//! What was asked of a load, and what its driver counted. Nothing of it is judged yet.

use crate::{record::Little, stats::estimates};
use hdrhistogram::Histogram;
use serde::{Deserialize, Serialize};

/// Who waits for whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Loop {
    /// Calls are due by a schedule that does not wait for answers.
    Open,
    /// A call is sent when an earlier one was answered. It does not see what a stall does to calls
    /// that come meanwhile.
    Closed,
}

/// What was asked for.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Asked {
    /// The full name of the lane.
    pub lane: String,
    /// What answers it: versions of libraries, as the lane says.
    pub implementation: String,
    /// True where the callee was there already, at an endpoint that the user named.
    pub given_endpoint: bool,
    /// On which cores both sides were: `free`, `same` (both on one), `cross` (one each).
    pub placement: String,
    /// `stub` or `catalog`.
    pub engine: String,
    /// Ids asked for in each call.
    pub max_results: u32,
    /// Open or closed.
    #[serde(rename = "loop")]
    pub discipline: Loop,
    /// `poisson` or `constant`; none in a closed loop.
    pub arrivals: Option<String>,
    /// Calls per second that were asked for; none in a closed loop.
    pub rate_per_s: Option<f64>,
    /// How long calls were to be sent, s, lead-in included.
    pub duration_s: f64,
    /// Connections.
    pub connections: u32,
    /// Calls in flight, at most.
    pub in_flight: u32,
    /// Seed of the schedule.
    pub seed: u64,
}

/// What the driver counted. Everything but `calls`, `wrong` and `errors` leaves the lead-in out.
#[derive(Clone, Debug)]
pub struct Counted {
    /// From the end of the lead-in to the end of the load, ns.
    pub window_ns: u64,
    /// From the end of the lead-in to the last answer, ns.
    pub elapsed_ns: u64,
    /// Calls sent.
    pub sent: u64,
    /// Calls that were due before the load ended, and not sent within a quarter of its time after.
    pub dropped: u64,
    /// Calls answered before the load ended.
    pub answered_in_window: u64,
    /// Calls answered, lead-in included.
    pub calls: u64,
    /// Wrong answers, lead-in included.
    pub wrong: u64,
    /// Failed calls, lead-in included.
    pub errors: u64,
    /// The first failure.
    pub error: Option<String>,
    /// The largest number in flight.
    pub in_flight_most: u64,
    /// Calls in flight, integrated over time, ns.
    pub in_flight_call_ns: f64,
    /// Calls answered of those due in each quarter of the window, and the shortest of their
    /// latencies, ns.
    pub parts: Vec<(u64, u64)>,
    /// CPU time of the caller, ns.
    pub cpu_caller_ns: Option<u64>,
    /// CPU time of the callee, ns.
    pub cpu_callee_ns: Option<u64>,
    /// CPU time of the server between the two, ns; none where there is none, or it is not ours.
    pub cpu_server_ns: Option<u64>,
    /// From the intended start; empty in a closed loop.
    pub latency: Histogram<u64>,
    /// From the actual start.
    pub service: Histogram<u64>,
    /// From the intended to the actual start; empty in a closed loop.
    pub lateness: Histogram<u64>,
    /// Of it, the time in which every place in flight was taken.
    pub late_place: Histogram<u64>,
    /// Of it, the time in which a place was free and the caller's one thread was the lane's; empty
    /// where each connection has a thread.
    pub late_thread: Histogram<u64>,
    /// Of it, the rest.
    pub late_generator: Histogram<u64>,
    /// It was ended early.
    pub interrupted: bool,
}

impl Counted {
    pub(crate) fn per_s(&self, calls: u64) -> f64 {
        calls as f64 * 1e9 / self.window_ns.max(1) as f64
    }

    /// By the calls answered; `None` where there are none.
    pub(crate) fn per_call(&self, ns: Option<u64>) -> Option<f64> {
        Some(ns? as f64 / self.calls as f64).filter(|ns| ns.is_finite())
    }

    /// Little's law. It is judged only where both of its sides count the same calls and the same
    /// times: `keeps_up` is false where calls queued up for as long as the load went on.
    pub(crate) fn little(&self, keeps_up: bool) -> Option<Little> {
        let service_sum_ns = self.service.mean() * self.service.len() as f64;
        let all_counted = self.errors == 0 && self.dropped == 0 && self.clipped() == 0;
        Some(Little {
            not_judged: !(keeps_up && all_counted),
            ..Little::new(self.in_flight_call_ns, service_sum_ns, self.elapsed_ns as f64)?
        })
    }

    /// Calls that took longer than a histogram tells, from the actual start.
    pub(crate) fn clipped(&self) -> u64 {
        estimates::clipped(&self.service)
    }
}
