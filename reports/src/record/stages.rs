//! Where the time of a call goes, what it burns and how fast this machine can be at all: ladders,
//! resources and floors in the record. What they say is in `stages` and `resources`.

use crate::record::processes::part::{Part, PartUse, ProcessUse, of_part};
use serde::{Deserialize, Serialize};

/// The rungs of one lane, of the plan's main single call: the whole call, R4, is its cell.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Ladder {
    /// Full name of the lane.
    pub lane: String,
    /// `stub` or `catalog`.
    pub engine: String,
    /// What is asked, as a cell's.
    pub workload: String,
    /// Its size, as a cell's.
    pub size: u32,
    /// Where its processes run, as a cell's.
    pub placement: String,
    /// Full name of the lane whose echo is the bare carrier; absent where nothing carries bytes.
    pub carrier: Option<String>,
    /// Name of the floor that bounds the lane; absent where it neither waits nor carries.
    pub floor: Option<String>,
    /// One entry for each start in which rungs were visited.
    pub starts: Vec<LadderStart>,
    /// Rungs without figures, and why.
    pub missing: Vec<MissingRung>,
}

/// The rungs of a lane in one start.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct LadderStart {
    /// Which start, from 0.
    pub start: u32,
    /// How long each visit of a rung was to last, lead-in included, ms: as long as a visit of a
    /// whole call; absent in records from before this was kept.
    #[serde(default)]
    pub limit_ms: Option<u64>,
    /// R0: the engine alone, in the driver's process.
    pub compute: Option<RungStart>,
    /// R1: both sides of the codec, in the driver's process; of a lane without one whose callee
    /// writes into the caller's buffers, the check of what is in them.
    pub codec: Option<RungStart>,
    /// R2: the bare carrier's echo of as many bytes as cross in a call.
    pub carrier: Option<RungStart>,
    /// R3: the echo of the lane's own framework, of as many bytes as cross in a call.
    pub framework: Option<RungStart>,
    /// Whole calls whose callee reported its durations.
    pub stamped: Option<RungStart>,
    /// What it reported.
    pub stamps: Option<StampsMean>,
}

/// One rung in one start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct RungStart {
    /// Calls timed.
    pub calls: u64,
    /// Mean of a call, ns.
    pub mean_ns: f64,
    /// Bytes of a call from caller to callee, as the carrier counts them.
    pub bytes_out: Option<f64>,
    /// Bytes of a call from callee to caller, as the carrier counts them.
    pub bytes_back: Option<f64>,
    /// Visits that it was measured in.
    #[serde(default)]
    pub visits: u32,
    /// Of these, visits that were disturbed and that no undisturbed repeat replaced.
    #[serde(default)]
    pub disturbed: u32,
}

/// Means of what a callee reported of its parts of a call, by its own clock; each includes about
/// one clock read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct StampsMean {
    /// Bytes to request, ns; 0 where nothing is decoded.
    pub decode_ns: f64,
    /// The engine, ns.
    pub compute_ns: f64,
    /// Reply to bytes, ns; 0 where nothing is encoded.
    pub encode_ns: f64,
}

/// A rung without figures.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MissingRung {
    /// `compute`, `codec`, `carrier`, `framework`, `stamped`.
    pub rung: String,
    /// Why, without names of files or hosts.
    pub reason: String,
}

/// What the processes of a lane used in the visits of its main single call.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Resources {
    /// Full name of the lane.
    pub lane: String,
    /// Where its processes run, as a cell's.
    pub placement: String,
    /// One entry for each start.
    pub starts: Vec<ResourcesStart>,
}

/// The same in one start.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct ResourcesStart {
    /// Which start, from 0.
    pub start: u32,
    /// Items that crossed meanwhile, lead-in included.
    pub items: u64,
    /// Its processes.
    pub parts: Vec<PartUse>,
}

impl ResourcesStart {
    /// What a process used; none where one visit could not be read, or there is no such process.
    pub fn used(&self, part: Part) -> Option<ProcessUse> {
        of_part(&self.parts, part)?.used
    }
}

/// A limit of this machine, measured in the same run.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Floor {
    /// `cache_line`, `syscall`, `futex`, `pipe`, `loopback`: a mean time; `memcpy`: bytes in a
    /// second.
    pub name: String,
    /// One entry for each start.
    pub starts: Vec<FloorStart>,
    /// Why it has no more starts, if something failed.
    pub reason: Option<String>,
}

/// A floor in one start.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct FloorStart {
    /// Which start, from 0.
    pub start: u32,
    /// There and back, ns; of `syscall` one call.
    pub mean_ns: Option<f64>,
    /// Bytes copied in a second.
    pub bytes_per_s: Option<f64>,
}
