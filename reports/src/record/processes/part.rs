//! The processes of a lane, which are a list of parts: who calls, who answers, and what stands
//! between them where a lane needs it.

use serde::{Deserialize, Serialize};

/// Which process of a lane.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Part {
    /// It calls: the driver.
    Caller,
    /// It answers.
    Callee,
    /// It stands between the two and is neither: a broker.
    Server,
}

/// What belongs to one part.
pub trait OfPart {
    /// Which.
    fn part(&self) -> Part;
}

/// What belongs to this part; none where the lane has no such process, or nothing was read of it.
pub fn of_part<T: OfPart>(parts: &[T], part: Part) -> Option<&T> {
    parts.iter().find(|one| one.part() == part)
}

macro_rules! belongs_to_part {
    ($($of:ty),*) => {
        $(impl OfPart for $of {
            fn part(&self) -> Part {
                self.part
            }
        })*
    };
}
belongs_to_part!(CellPart, PartUse, AllocatedPart, ReadyPart, LoadPart);

/// What one process did in the visits of a cell in one start.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CellPart {
    /// Which process.
    pub part: Part,
    /// CPU time in the visits, ns, checks of answers included.
    pub cpu_ns: Option<u64>,
    /// Bytes that it sent, framing included. Where no server stands between, those of the caller
    /// are counted, and the callee's are the same ones seen from the other end.
    pub bytes_out: Option<u64>,
    /// Bytes that it received, framing included.
    pub bytes_back: Option<u64>,
    /// Garbage collections in it, over the items of its CPU time; absent where nothing collects, or
    /// it does not tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gc_cycles: Option<u64>,
}

/// What one process used in one start.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartUse {
    /// Which process.
    pub part: Part,
    /// The cores that it was held to; empty where it ran on any.
    #[serde(default)]
    pub seats: Vec<u32>,
    /// The most memory that it had resident until its last visit, bytes.
    #[serde(default)]
    pub memory_bytes: Option<u64>,
    /// What the kernel tells of it in passing; absent where one visit could not be read.
    pub used: Option<ProcessUse>,
}

/// What a process used, from before each visit to after it, all threads.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProcessUse {
    /// CPU time outside the kernel, ms, in steps of [`ProcessUse::tick_ms`].
    pub user_ms: u64,
    /// CPU time in the kernel, ms, in the same steps.
    pub kernel_ms: u64,
    /// The kernel's step, ms.
    pub tick_ms: u64,
    /// Times that a thread gave up its core to wait.
    pub switches_voluntary: u64,
    /// Times that the kernel took a core from a thread.
    pub switches_involuntary: u64,
}

/// What one process asks of malloc in a call.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct AllocatedPart {
    /// Which process.
    pub part: Part,
    /// Calls of malloc, calloc, realloc and their like.
    pub per_call: f64,
    /// Bytes that they ask for.
    pub bytes_per_call: f64,
}

/// How long one process took to be there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadyPart {
    /// Which process.
    pub part: Part,
    /// From spawning it to its `ready` line, ns.
    pub ready_ns: u64,
}

/// What a call under load takes of one process.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct LoadPart {
    /// Which process.
    pub part: Part,
    /// CPU time for each call answered, ns; of the caller, waiting for the next call to become due
    /// included.
    pub cpu_ns_per_call: f64,
}
