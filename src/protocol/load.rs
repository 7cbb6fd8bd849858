//! The order `load` and its answer.

use crate::protocol::{
    bounded_lists,
    defaults::{call, is_call, recommendations},
};
use serde::{Deserialize, Serialize};

/// Send calls by a schedule for a while, on connections of its own.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Load {
    /// Which connection says where; it is closed.
    pub id: u32,
    /// What is asked; recommendations where absent.
    #[serde(default = "recommendations")]
    pub workload: String,
    /// Its size, in the workload's unit.
    pub size: u32,
    /// What becomes of an answer: [`call`] where absent, and nothing else so far.
    #[serde(default = "call", skip_serializing_if = "is_call")]
    pub kind: String,
    /// Calls due per second; none is the closed loop.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rate_per_s: Option<f64>,
    /// `poisson` or `constant`.
    pub arrivals: String,
    /// Seed of the schedule.
    pub seed: u64,
    /// Connections.
    pub connections: u32,
    /// Calls in flight, at most.
    pub in_flight: u32,
    /// Time before recording begins, ms.
    pub lead_in_ms: u64,
    /// Time in which calls are sent, lead-in included, ms.
    pub duration_ms: u64,
}

/// Answer to `load`. Everything but `calls`, `wrong` and `errors` leaves the lead-in out.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Loaded {
    /// Always true.
    pub ok: bool,
    /// From the end of the lead-in to the last answer, ns.
    pub elapsed_ns: u64,
    /// From the end of the lead-in until calls were no longer sent, ns.
    pub window_ns: u64,
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
    /// Kind of the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// Its words for a person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// The largest number of calls in flight.
    pub in_flight_most: u64,
    /// Calls in flight, integrated over time at each change, ns.
    pub in_flight_call_ns: f64,
    /// For each quarter of the window: calls answered of those that were due in it, and the
    /// shortest latency, ns.
    #[serde(deserialize_with = "bounded_lists::parts")]
    pub parts: Vec<(u64, u64)>,
    /// CPU time of the driver, ns.
    pub cpu_caller_ns: Option<u64>,
    /// CPU time of the callee, ns.
    pub cpu_callee_ns: Option<u64>,
    /// From the intended start: V2 deflate, base64. Absent in a closed loop.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub latency: Option<String>,
    /// From the actual start.
    pub service: String,
    /// From the intended to the actual start. Absent in a closed loop.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lateness: Option<String>,
    /// Of it, the time in which every place in flight was taken. Absent in a closed loop.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub late_place: Option<String>,
    /// Of it, the time in which a place was free and the driver's one thread was the lane's. Absent
    /// in a closed loop, and where each connection has a thread.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub late_thread: Option<String>,
    /// Of it, the rest. Absent in a closed loop.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub late_generator: Option<String>,
}
