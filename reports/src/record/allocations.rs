//! Allocations of a call in the record: counted in processes of their own, which time nothing.

use serde::{Deserialize, Serialize};

/// What a single call of the plan's main engine and reply size asks of malloc, on one lane.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Allocations {
    /// Full name of the lane.
    pub lane: String,
    /// Calls by which the longer of two visits exceeded the shorter: the counts are means over
    /// them.
    pub calls: u64,
    /// The calling process, which for in-process lanes is the only one.
    pub caller: Option<Allocated>,
    /// The answering process; absent for in-process lanes.
    pub callee: Option<Allocated>,
}

/// What one process asks for in a call.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Allocated {
    /// Calls of malloc, calloc, realloc and their like.
    pub per_call: f64,
    /// Bytes that they ask for.
    pub bytes_per_call: f64,
}
