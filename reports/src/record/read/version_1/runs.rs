//! Plan, environment and stages of version 1.

use crate::record::{
    Environment, Ladder, LadderStart, MissingRung, ON_ONE_CORE, Plan, PlannedWorkload, Precision,
    read::version_1::before::{UNIT, WORKLOAD},
};
use serde::Deserialize;
use std::collections::BTreeMap;

#[derive(Deserialize)]
pub(super) struct PlanV1 {
    name: String,
    lanes: Vec<String>,
    batch: Vec<u32>,
    spread: Vec<u32>,
    max_results: Vec<u32>,
    modes: Vec<String>,
    engines: Vec<String>,
    starts: u32,
    blocks: u32,
    budget_s: f64,
    #[serde(default)]
    precision: Option<Precision>,
    #[serde(default)]
    order: Option<String>,
    deadline_ms: u64,
    #[serde(default)]
    service_time_ns: Option<u64>,
    #[serde(default)]
    calls_per_s: Option<f64>,
}

impl PlanV1 {
    pub(super) fn upgraded(self, placement: &str) -> Plan {
        let workload = PlannedWorkload {
            name: WORKLOAD.to_owned(),
            unit: UNIT.to_owned(),
            sizes: self.max_results,
        };
        Plan {
            name: self.name,
            lanes: self.lanes,
            also_measured: Vec::new(),
            batch: self.batch,
            spread: self.spread,
            workloads: vec![workload],
            placements: vec![placement.to_owned()],
            distances: BTreeMap::new(),
            modes: self.modes,
            engines: self.engines,
            starts: self.starts,
            blocks: self.blocks,
            budget_s: self.budget_s,
            precision: self.precision,
            order: self.order,
            visit_ms: None,
            deadline_ms: self.deadline_ms,
            service_time_ns: self.service_time_ns,
            calls_per_s: self.calls_per_s,
        }
    }
}

#[derive(Deserialize)]
pub(super) struct EnvironmentV1 {
    placement: String,
    #[serde(flatten)]
    machine: Environment,
}

impl EnvironmentV1 {
    /// The placement of the run, by the name that cells have it today.
    pub(super) fn placement_of_cells(&self) -> &'static str {
        match self.placement.as_str() {
            "same" => ON_ONE_CORE,
            "cross" => "two",
            _ => "free",
        }
    }

    pub(super) fn upgraded(self) -> Environment {
        self.machine
    }
}

#[derive(Deserialize)]
pub(super) struct LadderV1 {
    lane: String,
    engine: String,
    max_results: u32,
    carrier: Option<String>,
    floor: Option<String>,
    starts: Vec<LadderStart>,
    missing: Vec<MissingRung>,
}

impl LadderV1 {
    pub(super) fn upgraded(self, placement: &str) -> Ladder {
        Ladder {
            lane: self.lane,
            engine: self.engine,
            workload: WORKLOAD.to_owned(),
            size: self.max_results,
            placement: placement.to_owned(),
            carrier: self.carrier,
            floor: self.floor,
            starts: self.starts,
            missing: self.missing,
        }
    }
}
