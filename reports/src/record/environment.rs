//! What the figures of a record depend on besides the lanes: the machine, and the build of Tollgate.
//! It judges neither.

use serde::{Deserialize, Serialize};

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
        let changed = match &self.changed {
            Some(what) => format!(", with {what}"),
            None => String::new(),
        };
        let handicap = match &self.handicap {
            Some(ns) => format!(", with a handicap compiled in ({ns} ns)"),
            None => String::new(),
        };
        format!(
            "tollgate {}, {} build, {}{changed}{handicap}",
            self.version, self.profile, self.compiler
        )
    }
}
