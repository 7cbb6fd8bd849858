//! What processes used, allocated and did under load, in version 1.

use crate::record::{
    AllocatedPart, Allocations, LaneLoads, Little, LoadPart, LoadPoint, LoadStart, Loads, Part,
    PartUse, Percentiles, ProcessUse, Resources, ResourcesStart, SearchStep, Verdict,
    read::version_1::before::{WORKLOAD, each},
};
use serde::Deserialize;

#[derive(Deserialize)]
pub(super) struct ResourcesV1 {
    lane: String,
    starts: Vec<ResourcesStartV1>,
}

#[derive(Deserialize)]
struct ResourcesStartV1 {
    start: u32,
    items: u64,
    caller: Option<ProcessUse>,
    callee: Option<ProcessUse>,
}

impl ResourcesV1 {
    pub(super) fn upgraded(self, placement: &str) -> Resources {
        Resources {
            lane: self.lane,
            placement: placement.to_owned(),
            starts: each(self.starts, ResourcesStartV1::upgraded),
        }
    }
}

impl ResourcesStartV1 {
    fn upgraded(self) -> ResourcesStart {
        let mut parts = Vec::new();
        for (part, used) in [(Part::Caller, self.caller), (Part::Callee, self.callee)] {
            parts.extend(used.map(|used| PartUse {
                part,
                seats: Vec::new(),
                memory_bytes: None,
                used: Some(used),
            }));
        }
        ResourcesStart { start: self.start, items: self.items, parts }
    }
}

#[derive(Deserialize)]
struct AllocatedV1 {
    per_call: f64,
    bytes_per_call: f64,
}

#[derive(Deserialize)]
pub(super) struct AllocationsV1 {
    lane: String,
    calls: u64,
    caller: Option<AllocatedV1>,
    callee: Option<AllocatedV1>,
}

impl AllocationsV1 {
    pub(super) fn upgraded(self) -> Allocations {
        let mut parts = Vec::new();
        for (part, by) in [(Part::Caller, self.caller), (Part::Callee, self.callee)] {
            parts.extend(by.map(|by| AllocatedPart {
                part,
                per_call: by.per_call,
                bytes_per_call: by.bytes_per_call,
            }));
        }
        Allocations { lane: self.lane, calls: self.calls, parts }
    }
}

#[derive(Deserialize)]
pub(super) struct LoadsV1 {
    engine: String,
    max_results: u32,
    arrivals: String,
    point_s: f64,
    step_s: f64,
    starts: u32,
    common_per_s: Vec<f64>,
    slowest: Option<String>,
    lanes: Vec<LaneLoadsV1>,
}

impl LoadsV1 {
    pub(super) fn upgraded(self, placement: &str) -> Loads {
        Loads {
            engine: self.engine,
            workload: WORKLOAD.to_owned(),
            size: self.max_results,
            placement: placement.to_owned(),
            arrivals: self.arrivals,
            point_s: self.point_s,
            step_s: self.step_s,
            starts: self.starts,
            common_per_s: self.common_per_s,
            slowest: self.slowest,
            lanes: each(self.lanes, LaneLoadsV1::upgraded),
        }
    }
}

#[derive(Deserialize)]
struct LaneLoadsV1 {
    lane: String,
    starts: Vec<LoadStartV1>,
    reason: Option<String>,
}

impl LaneLoadsV1 {
    fn upgraded(self) -> LaneLoads {
        LaneLoads {
            lane: self.lane,
            starts: each(self.starts, LoadStartV1::upgraded),
            reason: self.reason,
        }
    }
}

#[derive(Deserialize)]
struct LoadStartV1 {
    start: u32,
    search: Vec<SearchStepV1>,
    points: Vec<LoadPointV1>,
}

impl LoadStartV1 {
    fn upgraded(self) -> LoadStart {
        LoadStart {
            start: self.start,
            search: each(self.search, SearchStepV1::upgraded),
            points: each(self.points, LoadPointV1::upgraded),
        }
    }
}

/// CPU time for each call answered, ns.
#[derive(Deserialize)]
struct CpuV1 {
    cpu_caller_ns_per_call: Option<f64>,
    cpu_callee_ns_per_call: Option<f64>,
}

impl CpuV1 {
    fn parts(&self) -> Vec<LoadPart> {
        let mut parts = Vec::new();
        for (part, cpu_ns) in [
            (Part::Caller, self.cpu_caller_ns_per_call),
            (Part::Callee, self.cpu_callee_ns_per_call),
        ] {
            parts.extend(cpu_ns.map(|cpu_ns_per_call| LoadPart { part, cpu_ns_per_call }));
        }
        parts
    }
}

#[derive(Deserialize)]
struct SearchStepV1 {
    in_flight: u32,
    connections: u32,
    achieved_per_s: f64,
    service_ns: Option<Percentiles>,
    #[serde(flatten)]
    cpu: CpuV1,
    verdict: Verdict,
    reasons: Vec<String>,
}

impl SearchStepV1 {
    fn upgraded(self) -> SearchStep {
        SearchStep {
            in_flight: self.in_flight,
            connections: self.connections,
            achieved_per_s: self.achieved_per_s,
            service_ns: self.service_ns,
            parts: self.cpu.parts(),
            verdict: self.verdict,
            reasons: self.reasons,
        }
    }
}

#[derive(Deserialize)]
struct LoadPointV1 {
    share: Option<f64>,
    rate_per_s: f64,
    in_flight: u32,
    connections: u32,
    offered_per_s: f64,
    achieved_per_s: f64,
    sent: u64,
    answered: u64,
    dropped: u64,
    errors: u64,
    wrong: u64,
    in_flight_most: u64,
    little: Option<Little>,
    latency_ns: Option<Percentiles>,
    service_ns: Option<Percentiles>,
    lateness_ns: Option<Percentiles>,
    lateness_place_ns: Option<Percentiles>,
    lateness_thread_ns: Option<Percentiles>,
    lateness_generator_ns: Option<Percentiles>,
    #[serde(flatten)]
    cpu: CpuV1,
    verdict: Verdict,
    reasons: Vec<String>,
    latency: Option<String>,
}

impl LoadPointV1 {
    fn upgraded(self) -> LoadPoint {
        LoadPoint {
            parts: self.cpu.parts(),
            share: self.share,
            rate_per_s: self.rate_per_s,
            in_flight: self.in_flight,
            connections: self.connections,
            offered_per_s: self.offered_per_s,
            achieved_per_s: self.achieved_per_s,
            sent: self.sent,
            answered: self.answered,
            dropped: self.dropped,
            errors: self.errors,
            wrong: self.wrong,
            in_flight_most: self.in_flight_most,
            little: self.little,
            latency_ns: self.latency_ns,
            service_ns: self.service_ns,
            lateness_ns: self.lateness_ns,
            lateness_place_ns: self.lateness_place_ns,
            lateness_thread_ns: self.lateness_thread_ns,
            lateness_generator_ns: self.lateness_generator_ns,
            verdict: self.verdict,
            reasons: self.reasons,
            latency: self.latency,
        }
    }
}
