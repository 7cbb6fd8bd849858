//! Pairs in the record that were asked in turns. What they say is in `figures::contrasts`.

use serde::{Deserialize, Serialize};

/// Two lanes, or one against itself, that were alive at once and asked for single calls in turns.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Contrast {
    /// `self` for a lane against itself, `variant` for a lane against the one from which it differs
    /// in one thing, `against` for a lane of this build against the same lane of another, which
    /// comes first, `placement` for a lane with free placement, which comes first, against itself
    /// with both of its processes on one core, `service_time` for a lane, which comes first,
    /// against itself with a callee that works for a while, `head to head` for two lanes of
    /// different roles or two that stand next to each other from tight to loose.
    pub kind: String,
    /// Full name of the first lane.
    pub first: String,
    /// Full name of the second lane.
    pub second: String,
    /// As a cell's.
    pub engine: String,
    /// What is asked, as a cell's.
    pub workload: String,
    /// Its size, as a cell's.
    pub size: u32,
    /// Where the processes of both run; of kind `placement` those of the first.
    pub placement: String,
    /// One entry for each fresh start of both.
    pub starts: Vec<ContrastStart>,
    /// Why it has no more starts, if something failed.
    pub reason: Option<String>,
    /// True when it ended because an answer was not the golden one.
    #[serde(default)]
    pub wrong: bool,
    /// What the callee of the second spins for each item, ns; of `service_time` only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub work_ns: Option<u64>,
}

/// What one fresh start of two sides gave.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct ContrastStart {
    /// In which restart of the run, from 0.
    pub start: u32,
    /// Natural logarithm of second by first.
    pub log_ratio: f64,
    /// Median call of the first, ns.
    pub first_p50_ns: f64,
    /// Median call of the second, ns.
    pub second_p50_ns: f64,
}
