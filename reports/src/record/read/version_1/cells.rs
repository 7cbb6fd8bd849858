//! Cells, pairs in turns and the cold path of version 1.

use crate::record::{
    CALL, Cell, CellPart, CellStart, Cold, Contrast, ContrastStart, Part, ReadyPart,
    read::version_1::before::{WORKLOAD, each},
};
use serde::Deserialize;

#[derive(Deserialize)]
pub(super) struct CellV1 {
    lane: String,
    engine: String,
    mode: String,
    items: u32,
    max_results: u32,
    status: String,
    reason: Option<String>,
    starts: Vec<CellStartV1>,
}

impl CellV1 {
    pub(super) fn upgraded(self, placement: &str) -> Cell {
        Cell {
            lane: self.lane,
            engine: self.engine,
            workload: WORKLOAD.to_owned(),
            size: self.max_results,
            mode: self.mode,
            items: self.items,
            kind: CALL.to_owned(),
            placement: placement.to_owned(),
            status: self.status,
            reason: self.reason,
            starts: each(self.starts, CellStartV1::upgraded),
        }
    }
}

#[derive(Deserialize)]
struct CellStartV1 {
    start: u32,
    visits_done: u32,
    visits_planned: u32,
    group: u32,
    samples: u64,
    items: u64,
    elapsed_ns: u64,
    mean_ns: Option<f64>,
    p50_ns: Option<f64>,
    #[serde(default)]
    clipped: u64,
    histogram: String,
    wrong: u64,
    errors: u64,
    cpu_caller_ns: Option<u64>,
    cpu_callee_ns: Option<u64>,
    cpu_items: u64,
    bytes_out: Option<u64>,
    bytes_back: Option<u64>,
    bytes_items: u64,
}

impl CellStartV1 {
    fn upgraded(self) -> CellStart {
        CellStart {
            parts: self.parts(),
            start: self.start,
            visits_done: self.visits_done,
            visits_planned: self.visits_planned,
            group: self.group,
            samples: self.samples,
            items: self.items,
            elapsed_ns: self.elapsed_ns,
            mean_ns: self.mean_ns,
            p50_ns: self.p50_ns,
            clipped: self.clipped,
            histogram: self.histogram,
            wrong: self.wrong,
            errors: self.errors,
            cpu_items: self.cpu_items,
            bytes_items: self.bytes_items,
        }
    }

    /// The callee is a part where anything was read of it: version 1 does not tell a lane without
    /// one from one whose CPU time could not be read.
    fn parts(&self) -> Vec<CellPart> {
        let caller = CellPart {
            part: Part::Caller,
            cpu_ns: self.cpu_caller_ns,
            bytes_out: self.bytes_out,
            bytes_back: self.bytes_back,
            gc_cycles: None,
        };
        let callee = self.cpu_callee_ns.map(|cpu_ns| CellPart {
            part: Part::Callee,
            cpu_ns: Some(cpu_ns),
            bytes_out: None,
            bytes_back: None,
            gc_cycles: None,
        });
        [caller].into_iter().chain(callee).collect()
    }
}

#[derive(Deserialize)]
pub(super) struct ContrastV1 {
    kind: String,
    first: String,
    second: String,
    engine: String,
    max_results: u32,
    starts: Vec<ContrastStart>,
    reason: Option<String>,
    #[serde(default)]
    wrong: bool,
    #[serde(default)]
    work_ns: Option<u64>,
}

impl ContrastV1 {
    pub(super) fn upgraded(self, placement: &str) -> Contrast {
        Contrast {
            kind: self.kind,
            first: self.first,
            second: self.second,
            engine: self.engine,
            workload: WORKLOAD.to_owned(),
            size: self.max_results,
            placement: placement.to_owned(),
            starts: self.starts,
            reason: self.reason,
            wrong: self.wrong,
            work_ns: self.work_ns,
        }
    }
}

#[derive(Deserialize)]
pub(super) struct ColdV1 {
    lane: String,
    start: u32,
    callee_ready_ns: Option<u64>,
    open_ns: u64,
    first_call_ns: u64,
}

impl ColdV1 {
    pub(super) fn upgraded(self, placement: &str) -> Cold {
        let callee =
            self.callee_ready_ns.map(|ready_ns| ReadyPart { part: Part::Callee, ready_ns });
        Cold {
            lane: self.lane,
            start: self.start,
            placement: placement.to_owned(),
            ready: callee.into_iter().collect(),
            open_ns: self.open_ns,
            first_call_ns: self.first_call_ns,
            floor: None,
        }
    }
}
