//! The record: everything that one run measured, as versioned JSON. The harness writes it;
//! everything in this crate reads it and nothing else. `schema/record-v1.schema.json` says the same
//! for other programs.
//!
//! Units stand last in names. A value that was not measured is absent, never 0. No host name, user
//! name, path, environment value or credential belongs in a record.

pub(crate) mod allocations;
pub(crate) mod cell;
pub(crate) mod contrast;
pub(crate) mod controls;
pub(crate) mod environment;
pub(crate) mod lane;
pub(crate) mod loads;
pub(crate) mod noise;
pub(crate) mod precision;
pub mod read;
pub(crate) mod stages;

pub use crate::record::{
    allocations::{Allocated, Allocations},
    cell::{Cell, CellStart, Cold, Visit},
    contrast::{Contrast, ContrastStart},
    controls::{Controls, Settling, Uninterrupted},
    environment::{Build, Environment},
    lane::{Lane, Properties, Setting, equal},
    loads::{LaneLoads, LoadPoint, LoadStart, Loads, SearchStep},
    noise::Noise,
    precision::{PilotLane, Precision},
    stages::{
        Floor, FloorStart, Ladder, LadderStart, MissingRung, ProcessUse, Resources, ResourcesStart,
        RungStart, StampsMean,
    },
};
use serde::{Deserialize, Serialize};

/// The `format` field of every record.
pub const FORMAT: &str = "tollgate-record";
/// The version this program writes, and the newest it reads.
pub const VERSION: u32 = 1;

/// Everything that one run measured.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Record {
    /// Always [`FORMAT`].
    pub format: String,
    /// Format version, [`VERSION`].
    pub version: u32,
    /// What wrote it.
    pub tollgate: Build,
    /// The other build, where one was set against this one (contrasts of the kind `against`).
    #[serde(default)]
    pub against: Option<Build>,
    /// Start of the run, RFC 3339, UTC.
    pub started_at: String,
    /// From the first process started to the last stopped, seconds.
    pub elapsed_s: f64,
    /// The command that repeats the plan; files are left out.
    pub command: String,
    /// The seed of order, padding and request choice.
    pub seed: u64,
    /// What was planned.
    pub plan: Plan,
    /// What was asked.
    pub workload: Workload,
    /// How far the run came.
    pub progress: Progress,
    /// The machine.
    pub environment: Environment,
    /// Every lane that Tollgate knows, measured or not, tight to loose.
    pub lanes: Vec<Lane>,
    /// Every planned cell, measured or not.
    pub cells: Vec<Cell>,
    /// Pairs of lanes that were asked in turns, and lanes against themselves.
    #[serde(default)]
    pub contrasts: Vec<Contrast>,
    /// Parts of a call of each lane.
    #[serde(default)]
    pub ladders: Vec<Ladder>,
    /// What the processes of each lane used.
    #[serde(default)]
    pub resources: Vec<Resources>,
    /// Limits of this machine.
    #[serde(default)]
    pub floors: Vec<Floor>,
    /// What a call over each lane allocates.
    #[serde(default)]
    pub allocations: Vec<Allocations>,
    /// How each lane holds under load, where that was asked for.
    #[serde(default)]
    pub loads: Option<Loads>,
    /// What interleaving does to a call.
    #[serde(default)]
    pub controls: Option<Controls>,
    /// Every visit in the order in which they were made.
    pub visits: Vec<Visit>,
    /// The cold path of each lane and start.
    pub cold: Vec<Cold>,
    /// What a reader should know: a driver that died, a disturbed visit, an interruption.
    pub notes: Vec<Note>,
}

/// What was planned.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Plan {
    /// `default`, `quick`, `thorough`, `first look` or `custom`.
    pub name: String,
    /// Full names of the lanes to be measured.
    pub lanes: Vec<String>,
    /// Items per action of the batched cells (1 stands for a single call, which all modes share).
    pub batch: Vec<u32>,
    /// Items per action of the chatty, pipelined and streamed cells.
    pub spread: Vec<u32>,
    /// Ids asked for per item.
    pub max_results: Vec<u32>,
    /// Modes, as `chatty`, `batched`, `pipelined`, `streamed`.
    pub modes: Vec<String>,
    /// Engines, as `stub`, `catalog`.
    pub engines: Vec<String>,
    /// Fresh starts of every driver and callee.
    pub starts: u32,
    /// Blocks in a start; in each, every cell is visited. With `precision`: in a start after the
    /// pilot.
    pub blocks: u32,
    /// Time to be spent measuring, all starts together, seconds. With `precision`: time of the
    /// whole run, at most.
    pub budget_s: f64,
    /// The precision that was asked for.
    #[serde(default)]
    pub precision: Option<Precision>,
    /// `fixed` where each cell's visits were made one after another, lane by lane: the control of
    /// interleaving.
    #[serde(default)]
    pub order: Option<String>,
    /// The longest a call may take, ms.
    pub deadline_ms: u64,
    /// Time that the user's own callee works for an item, ns, where it was given: what the choice
    /// of a lane means for it is said.
    #[serde(default)]
    pub service_time_ns: Option<u64>,
    /// Single calls per second that the user's own system makes, where it was given: how many cores
    /// that keeps busy is said.
    #[serde(default)]
    pub calls_per_s: Option<f64>,
}

/// What was asked, so that records over different data are not compared in silence.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Workload {
    /// True when any file is the user's own.
    pub own_files: bool,
    /// Products in the catalog.
    pub products: u64,
    /// Users in the catalog.
    pub users: u64,
    /// Dimensions of both.
    pub dimensions: u64,
    /// Requests in the trace.
    pub requests: u64,
    /// FNV-1a 64 over catalog and trace, hexadecimal: runs over the same data share it.
    pub digest: String,
}

/// How far the run came.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Progress {
    /// Starts whose every block was done.
    pub starts_done: u32,
    /// True after Ctrl-C.
    pub interrupted: bool,
    /// False while the run goes on: the report is written after every start.
    pub finished: bool,
}

/// Something a reader should know.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Note {
    /// Which start, where it belongs to one.
    pub start: Option<u32>,
    /// Full name of the lane, where it belongs to one.
    pub lane: Option<String>,
    /// One sentence.
    pub text: String,
}
