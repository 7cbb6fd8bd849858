//! Records of version 1: read as they were written, and made into what they would be today. That
//! version knew one workload, one placement for a whole run, and two processes of a lane, the
//! caller and the callee.

mod before;
mod cells;
mod lanes;
mod processes;
mod runs;

use crate::record::{
    Build, Controls, Floor, Note, Progress, Record, VERSION, Visit,
    read::version_1::{
        before::each,
        cells::{CellV1, ColdV1, ContrastV1},
        lanes::LaneV1,
        processes::{AllocationsV1, LoadsV1, ResourcesV1},
        runs::{EnvironmentV1, LadderV1, PlanV1},
    },
    run::data::Data,
};
use serde::Deserialize;

/// Reads a record of version 1.
pub(crate) fn read(json: &[u8]) -> Result<Record, serde_json::Error> {
    serde_json::from_slice::<RecordV1>(json).map(RecordV1::upgraded)
}

#[derive(Deserialize)]
struct RecordV1 {
    format: String,
    tollgate: Build,
    #[serde(default)]
    against: Option<Build>,
    started_at: String,
    elapsed_s: f64,
    command: String,
    seed: u64,
    plan: PlanV1,
    workload: Data,
    progress: Progress,
    environment: EnvironmentV1,
    lanes: Vec<LaneV1>,
    cells: Vec<CellV1>,
    #[serde(default)]
    contrasts: Vec<ContrastV1>,
    #[serde(default)]
    ladders: Vec<LadderV1>,
    #[serde(default)]
    resources: Vec<ResourcesV1>,
    #[serde(default)]
    floors: Vec<Floor>,
    #[serde(default)]
    allocations: Vec<AllocationsV1>,
    #[serde(default)]
    loads: Option<LoadsV1>,
    #[serde(default)]
    controls: Option<Controls>,
    visits: Vec<Visit>,
    cold: Vec<ColdV1>,
    notes: Vec<Note>,
}

impl RecordV1 {
    fn upgraded(self) -> Record {
        let placement = self.environment.placement_of_cells();
        Record {
            format: self.format,
            version: VERSION,
            tollgate: self.tollgate,
            against: self.against,
            started_at: self.started_at,
            elapsed_s: self.elapsed_s,
            command: self.command,
            seed: self.seed,
            plan: self.plan.upgraded(placement),
            data: self.workload,
            progress: self.progress,
            environment: self.environment.upgraded(),
            lanes: each(self.lanes, LaneV1::upgraded),
            cells: each(self.cells, |cell| cell.upgraded(placement)),
            contrasts: each(self.contrasts, |contrast| contrast.upgraded(placement)),
            ladders: each(self.ladders, |ladder| ladder.upgraded(placement)),
            resources: each(self.resources, |resources| resources.upgraded(placement)),
            floors: self.floors,
            allocations: each(self.allocations, AllocationsV1::upgraded),
            loads: self.loads.map(|loads| loads.upgraded(placement)),
            controls: self.controls,
            // All lanes of a start were alive together.
            groups: Vec::new(),
            criterion: Vec::new(),
            additions: Vec::new(),
            under_way: None,
            visits: self.visits,
            cold: each(self.cold, |cold| cold.upgraded(placement)),
            notes: self.notes,
        }
    }
}
