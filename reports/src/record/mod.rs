//! The record: everything that one run measured, as versioned JSON. The harness writes it;
//! everything in this crate reads it and nothing else. `schema/record-v1.schema.json` says the same
//! for other programs.
//!
//! Units stand last in names. A value that was not measured is absent, never 0. No host name, user
//! name, path, environment value or credential belongs in a record.

pub(crate) mod allocations;
pub(crate) mod contrast;
pub(crate) mod controls;
pub(crate) mod lane;
pub(crate) mod loads;
pub(crate) mod noise;
pub(crate) mod precision;
pub mod read;
pub(crate) mod stages;

pub use crate::record::{
    allocations::{Allocated, Allocations},
    contrast::{Contrast, ContrastStart},
    controls::{Controls, Settling, Uninterrupted},
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

/// A build of Tollgate.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Build {
    /// Version of Tollgate.
    pub version: String,
    /// `release` or `debug`; figures from a debug build are not trustworthy.
    pub profile: String,
    /// The compiler, as `rustc 1.95.0`.
    pub compiler: String,
    /// What was changed in the sources before this build was made of them, as `tonic 0.14.9 ->
    /// 0.14.5`.
    #[serde(default)]
    pub changed: Option<String>,
    /// A handicap that was compiled in, as `uds=200` (ns more for a single call): such a build is
    /// there to be found out.
    #[serde(default)]
    pub handicap: Option<String>,
}

impl Build {
    /// In words, as `tollgate 0.1.0, release build, rustc 1.95.0, with tonic 0.14.9 -> 0.14.5`.
    pub fn text(&self) -> String {
        let changed =
            self.changed.as_ref().map_or_else(String::new, |what| format!(", with {what}"));
        let handicap = self.handicap.as_ref();
        let handicap = handicap
            .map_or_else(String::new, |ns| format!(", with a handicap compiled in ({ns} ns)"));
        format!(
            "tollgate {}, {} build, {}{changed}{handicap}",
            self.version, self.profile, self.compiler
        )
    }
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

/// The machine, as far as it bears on the figures.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Environment {
    /// What the user calls this machine (`--label`); never its host name unless they say so.
    #[serde(default)]
    pub label: Option<String>,
    /// `linux`.
    pub os: String,
    /// Kernel release, absent where it is not known.
    pub kernel: Option<String>,
    /// `x86_64`, `aarch64`.
    pub arch: String,
    /// CPU model as the kernel names it.
    pub cpu_model: Option<String>,
    /// Logical cores this process may use.
    pub logical_cores: u32,
    /// Memory, bytes.
    pub memory_bytes: Option<u64>,
    /// Hypervisor or container, where one is visible.
    pub virtualization: Option<String>,
    /// The kernel's clock source, for example `tsc`.
    pub clock_source: Option<String>,
    /// Median cost of one clock read, ns.
    pub clock_read_ns: f64,
    /// The smallest step of the clock that was seen between two reads, ns.
    #[serde(default)]
    pub clock_step_ns: Option<f64>,
    /// Cores that other processes kept busy while visits were made, on average; from the kernel's
    /// ticks, so that short-lived processes count too.
    #[serde(default)]
    pub others_cores: Option<f64>,
    /// CPU frequency governor.
    pub governor: Option<String>,
    /// One-minute load average when the run began.
    pub load_average_1m: Option<f64>,
    /// Share of CPU time stolen by the hypervisor during the run, 0 to 1.
    pub steal_share: Option<f64>,
    /// Placement of drivers and callees on cores: `free`, `same` (both on one), `cross` (one each).
    pub placement: String,
    /// A hash over model, cores, kernel and clock: records of one machine share it.
    pub fingerprint: String,
}

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
