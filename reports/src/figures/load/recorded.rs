//! How the figures of a load are written into a record.

use crate::{
    figures::load::Load,
    record::{LoadPart, LoadPoint, Part, SearchStep},
};

impl SearchStep {
    /// From the figures of a closed loop.
    pub fn of(load: Load) -> Self {
        let parts = parts(&load);
        Self {
            in_flight: load.asked.in_flight,
            connections: load.asked.connections,
            achieved_per_s: load.achieved_per_s,
            service_ns: load.service_ns,
            parts,
            verdict: load.verdict,
            reasons: load.reasons,
        }
    }
}

/// What a call takes of each process, as far as it is known.
fn parts(load: &Load) -> Vec<LoadPart> {
    let known = [
        (Part::Caller, load.cpu_caller_ns_per_call),
        (Part::Callee, load.cpu_callee_ns_per_call),
        (Part::Server, load.cpu_server_ns_per_call),
    ];
    let mut parts = Vec::new();
    for (part, cpu_ns_per_call) in known {
        parts.extend(cpu_ns_per_call.map(|cpu_ns_per_call| LoadPart { part, cpu_ns_per_call }));
    }
    parts
}

impl LoadPoint {
    /// From the figures of an open loop at this rate, and its histogram of latency as the driver
    /// encoded it.
    pub fn of(share: Option<f64>, rate_per_s: f64, load: Load, latency: Option<String>) -> Self {
        let parts = parts(&load);
        Self {
            share,
            rate_per_s,
            in_flight: load.asked.in_flight,
            connections: load.asked.connections,
            offered_per_s: load.offered_per_s.unwrap_or(rate_per_s),
            achieved_per_s: load.achieved_per_s,
            sent: load.sent,
            answered: load.answered,
            dropped: load.dropped,
            errors: load.errors,
            wrong: load.wrong_answers,
            in_flight_most: load.in_flight_max,
            little: load.little,
            latency: latency.filter(|_| load.latency_ns.is_some()),
            latency_ns: load.latency_ns,
            service_ns: load.service_ns,
            lateness_ns: load.lateness_ns,
            lateness_place_ns: load.lateness_place_ns,
            lateness_thread_ns: load.lateness_thread_ns,
            lateness_generator_ns: load.lateness_generator_ns,
            parts,
            verdict: load.verdict,
            reasons: load.reasons,
        }
    }
}
