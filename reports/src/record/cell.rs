//! What was measured of a lane: cells and their starts, visits, and the cold path.

use crate::record::{
    Noise,
    processes::part::{CellPart, Part, ReadyPart, of_part},
};
use serde::{Deserialize, Serialize};

/// One measured combination.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Cell {
    /// Full name of the lane.
    pub lane: String,
    /// `stub` or `catalog`; `none` for a workload that no engine answers.
    pub engine: String,
    /// What is asked: `recommendations`, `bytes`.
    pub workload: String,
    /// The size of each item, in the workload's unit: ids asked for, bytes each way.
    pub size: u32,
    /// `chatty`, `batched`, `pipelined`, `streamed`; `single` for n = 1, which all modes share.
    pub mode: String,
    /// Items per action.
    pub items: u32,
    /// `call`: a request that is answered.
    pub kind: String,
    /// Where its processes run: `free`, `one` (all on one core), `two` (a core each).
    pub placement: String,
    /// `measured`, `partial` (some starts are missing), `void` (wrong answers or errors),
    /// `missing`.
    pub status: String,
    /// Why it is not `measured`: the first cause, without names of files or hosts.
    pub reason: Option<String>,
    /// One entry for each start in which it was visited.
    pub starts: Vec<CellStart>,
}

/// What one cell gave in one start.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CellStart {
    /// Which start, from 0.
    pub start: u32,
    /// Visits made in this start.
    pub visits_done: u32,
    /// Visits planned in this start; a start that was cut short is no whole start.
    pub visits_planned: u32,
    /// Actions timed together as one sample, because one alone is too short for the clock.
    pub group: u32,
    /// Samples taken.
    pub samples: u64,
    /// Items timed: `samples * group * items per action`.
    pub items: u64,
    /// Sum of all samples, ns.
    pub elapsed_ns: u64,
    /// Mean time of one action, ns; absent without a sample.
    pub mean_ns: Option<f64>,
    /// Median time of one action, ns; absent without a sample.
    pub p50_ns: Option<f64>,
    /// Samples longer than the histogram tells (60 s). Each is held as 60 s there: a median of 60 s
    /// stands for all longer times. Sum and mean hold the times as they were.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub clipped: u64,
    /// HdrHistogram of *sample* times in ns (divide by `group`), V2 deflate, base64.
    pub histogram: String,
    /// Answers that were not the golden ones.
    pub wrong: u64,
    /// Calls that failed.
    pub errors: u64,
    /// What each process of the lane did.
    pub parts: Vec<CellPart>,
    /// Items that crossed while CPU time was read, lead-in included.
    pub cpu_items: u64,
    /// Items that crossed while bytes were counted, lead-in included.
    pub bytes_items: u64,
}

fn is_zero(number: &u64) -> bool {
    *number == 0
}

impl CellStart {
    /// CPU time of a process in the visits, ns; none where it could not be read, or the lane has no
    /// such process.
    pub fn cpu_ns(&self, part: Part) -> Option<u64> {
        of_part(&self.parts, part)?.cpu_ns
    }

    /// Bytes that the caller sent; none where they were not counted.
    pub fn bytes_out(&self) -> Option<u64> {
        of_part(&self.parts, Part::Caller)?.bytes_out
    }

    /// Bytes that the caller received; none where they were not counted.
    pub fn bytes_back(&self) -> Option<u64> {
        of_part(&self.parts, Part::Caller)?.bytes_back
    }
}

/// One short slice of time in which one cell was measured.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Visit {
    /// Index into `cells`.
    pub cell: u32,
    /// Which start, from 0.
    pub start: u32,
    /// Which block of the start, from 0.
    pub block: u32,
    /// Place in the run, from 0.
    pub order: u32,
    /// How long it was to last, lead-in included, ms; absent in records from before this was kept.
    #[serde(default)]
    pub limit_ms: Option<u64>,
    /// Sum of its samples, ns; absent likewise.
    #[serde(default)]
    pub elapsed_ns: Option<u64>,
    /// Samples taken.
    pub samples: u64,
    /// Mean time of one action, ns; absent without a sample.
    pub mean_ns: Option<f64>,
    /// Median time of one action, ns; absent without a sample.
    pub p50_ns: Option<f64>,
    /// Median time of one action in each 10 ms since the visit began, ns, 0 where none began in
    /// them; of single calls, where their driver tells.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub slices_p50_ns: Vec<f64>,
    /// What was odd: `error`, `wrong`, `stolen` (CPU time taken by the hypervisor), `others` (other
    /// processes kept a core busy), `throttled` (a core was slowed down because of heat).
    pub flags: Vec<String>,
    /// What the machine did meanwhile.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub noise: Option<Noise>,
    /// The `order` of the disturbed visit that this one repeats. If this one was not disturbed, it
    /// stands in the figures in the other's place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repeats: Option<u32>,
}

/// The cold path of a lane in one start.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Cold {
    /// Full name of the lane.
    pub lane: String,
    /// Which start, from 0.
    pub start: u32,
    /// Where its processes run, as a cell's.
    pub placement: String,
    /// How long each process but the caller took to be there; empty for in-process lanes.
    pub ready: Vec<ReadyPart>,
    /// From `open` to an open connection (load, connect, handshake), ns.
    pub open_ns: u64,
    /// The first call, ns: a single call of the plan's main size.
    pub first_call_ns: u64,
    /// What telling the time and calling take in its caller; absent where that does not tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub floor: Option<CallerFloor>,
}

/// What a caller's language takes to tell the time and to call, without any boundary.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct CallerFloor {
    /// One read of its clock, ns.
    pub clock_read_ns: f64,
    /// One call of a function that does nothing, ns.
    pub empty_call_ns: f64,
}
