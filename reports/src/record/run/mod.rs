//! What a run was: its build, its plan and data, how far it came, and the machine.

pub(crate) mod additions;
pub(crate) mod controls;
pub(crate) mod criterion;
pub(crate) mod data;
pub(crate) mod head;
pub(crate) mod placements;
pub(crate) mod precision;

use crate::{record::Precision, stats::resolution::ClockStep};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Two hardware threads of one core, in [`Plan::distances`].
const THREADS: &str = "threads";

/// A build of Tollgate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
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
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Plan {
    /// `default`, `quick`, `thorough`, `first look` or `custom`.
    pub name: String,
    /// Full names of the lanes to be measured.
    pub lanes: Vec<String>,
    /// Of `lanes`, those that nobody named: every run measures what tolls and CPU time are counted
    /// from.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub also_measured: Vec<String>,
    /// Items per action of the batched cells (1 stands for a single call, which all modes share).
    pub batch: Vec<u32>,
    /// Items per action of the chatty, pipelined and streamed cells.
    pub spread: Vec<u32>,
    /// What is asked; the first is the main one.
    pub workloads: Vec<PlannedWorkload>,
    /// Where processes run: `free`, `one` (all of a lane on one core), `two` (a core each), `far`
    /// (a core each, as far apart as this machine has them). The first is the main one.
    pub placements: Vec<String>,
    /// What lies between the cores of a placement, by its name: `threads` (hardware threads of one
    /// core), `same cache`, `other cache`, `other socket`; absent where it is not told.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub distances: BTreeMap<String, String>,
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
    /// How long every visit was to last, ms, where the plan said so.
    #[serde(default)]
    pub visit_ms: Option<u64>,
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

/// One workload of a plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedWorkload {
    /// `recommendations`, `bytes`.
    pub name: String,
    /// What a size counts: `ids`, `bytes`.
    pub unit: String,
    /// Sizes of its items; the first is the main one.
    pub sizes: Vec<u32>,
}

impl Plan {
    /// The workload that the main cells ask.
    pub fn main_workload(&self) -> &str {
        self.workloads.first().map_or("", |workload| workload.name.as_str())
    }

    /// The size of the main cells; none where the plan has none.
    pub fn main_size(&self) -> Option<u32> {
        self.workloads.first()?.sizes.first().copied()
    }

    /// The place of a size among those planned of its workload.
    pub(crate) fn place_of(&self, workload: &str, size: u32) -> Option<(usize, usize)> {
        let at = self.workloads.iter().position(|planned| planned.name == workload)?;
        let place = self.workloads[at].sizes.iter().position(|planned| *planned == size)?;
        Some((at, place))
    }

    /// Where processes run, in words of the plan: `free`, or `one, two`.
    pub fn placement(&self) -> String {
        self.placements.join(", ")
    }

    /// The same in a sentence, as `on two cores` or `with free placement`.
    pub fn placement_phrase(&self, placement: &str) -> String {
        let preposition = if placement == "free" { "with" } else { "on" };
        format!("{preposition} {}", self.placement_title(placement))
    }

    /// What its placements are called, as `one core, two cores`.
    pub fn placement_titles(&self) -> String {
        let titles = self.placements.iter().map(|placement| self.placement_title(placement));
        titles.collect::<Vec<_>>().join(", ")
    }

    /// What a placement is called wherever its figures stand, as `two cores`; one that is not known
    /// by its own name.
    pub fn placement_title(&self, placement: &str) -> String {
        let title = match placement {
            "one" => "one core",
            "two" if self.distances.get(placement).is_some_and(|apart| apart == THREADS) => {
                "two threads"
            }
            "two" => "two cores",
            "far" => "far cores",
            "free" => "free placement",
            unknown => unknown,
        };
        title.to_owned()
    }
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

/// What a run that goes on expects. A page of its record follows it until nothing more can come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct UnderWay {
    /// Until the run ends, seconds: about, or at most where a precision is wanted.
    pub left_s: f64,
    /// Until record and page are written again, seconds.
    pub next_write_s: f64,
}

/// What the system allows a run, and what it took back while it went on. What is not limited, or
/// not told, is absent.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Limits {
    /// Logical cores of the machine, whether or not this process may use them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub machine_cores: Option<u32>,
    /// CPU time by wall time that the control groups of the run and of its callees allow, in cores:
    /// the tightest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quota_cores: Option<f64>,
    /// Periods of the quota in which all threads of caller or callee were stopped during visits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub throttled_periods: Option<u64>,
    /// Time for which their threads were stopped by the quota during visits, ms; that of all cores
    /// together.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub throttled_ms: Option<f64>,
    /// Memory that the control groups allow, bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub memory_limit_bytes: Option<u64>,
    /// Memory of the same group that was used when the run began, without files that the kernel may
    /// drop, bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub memory_used_bytes: Option<u64>,
    /// The nice value, -20 to 19: above 0, others go first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nice: Option<i32>,
    /// What the processor is told to prefer, as `power`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub energy_preference: Option<String>,
    /// True where the machine ran on its battery when the run began.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub on_battery: Option<bool>,
    /// Hardware threads kept busy, on average, that share a core with one this process may use and
    /// that it may not use itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub siblings_busy: Option<f64>,
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
    /// The step in which the clock moves, ns; [`Environment::clock_step`] says whether it can be
    /// believed.
    #[serde(default)]
    pub clock_step_ns: Option<f64>,
    /// Cores that other processes kept busy while visits were made, on average; from the kernel's
    /// ticks, so that short-lived processes count too.
    #[serde(default)]
    pub others_cores: Option<f64>,
    /// What the system allows this run, and took back.
    #[serde(default)]
    pub limits: Limits,
    /// CPU frequency governor.
    pub governor: Option<String>,
    /// One-minute load average when the run began.
    pub load_average_1m: Option<f64>,
    /// Share of CPU time stolen by the hypervisor during the run, 0 to 1.
    pub steal_share: Option<f64>,
    /// A hash over model, cores, kernel and clock: records of one machine share it.
    pub fingerprint: String,
}

impl Environment {
    /// The step of the clock; not known where the record has none, or one that no clock has.
    pub fn clock_step(&self) -> ClockStep {
        ClockStep::recorded(self.clock_step_ns)
    }
}
