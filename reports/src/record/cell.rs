//! What was measured of a lane: cells and their starts, visits, and the cold path.

use crate::{record::Noise, stats::units::count};
use serde::{Deserialize, Serialize};

/// One measured combination.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Cell {
    /// Full name of the lane.
    pub lane: String,
    /// `stub` or `catalog`.
    pub engine: String,
    /// `chatty`, `batched`, `pipelined`, `streamed`; `single` for n = 1, which all modes share.
    pub mode: String,
    /// Items per action.
    pub items: u32,
    /// Ids asked for per item.
    pub max_results: u32,
    /// `measured`, `partial` (some starts are missing), `void` (wrong answers or errors),
    /// `missing`.
    pub status: String,
    /// Why it is not `measured`: the first cause, without names of files or hosts.
    pub reason: Option<String>,
    /// One entry for each start in which it was visited.
    pub starts: Vec<CellStart>,
}

impl Cell {
    /// In words, as `batched, n = 64, 10 ids, stub`.
    pub fn describe(&self) -> String {
        let (mode, n, ids) = (&self.mode, count(self.items.into()), self.max_results);
        format!("{mode}, n = {n}, {ids} ids, {}", self.engine)
    }
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
    /// CPU time of the driver's process in the visits, ns, checks of answers included.
    pub cpu_caller_ns: Option<u64>,
    /// CPU time of the callee's process in the visits, ns.
    pub cpu_callee_ns: Option<u64>,
    /// Items that crossed while CPU time was read, lead-in included.
    pub cpu_items: u64,
    /// Bytes from caller to callee, framing included.
    pub bytes_out: Option<u64>,
    /// Bytes from callee to caller, framing included.
    pub bytes_back: Option<u64>,
    /// Items that crossed while bytes were counted, lead-in included.
    pub bytes_items: u64,
}

fn is_zero(number: &u64) -> bool {
    *number == 0
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
    /// Samples taken.
    pub samples: u64,
    /// Mean time of one action, ns; absent without a sample.
    pub mean_ns: Option<f64>,
    /// Median time of one action, ns; absent without a sample.
    pub p50_ns: Option<f64>,
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
    /// From spawning the callee to its `ready` line, ns; absent for in-process lanes.
    pub callee_ready_ns: Option<u64>,
    /// From `open` to an open connection (load, connect, handshake), ns.
    pub open_ns: u64,
    /// The first call, ns: a single call with the plan's first `max_results`.
    pub first_call_ns: u64,
}
