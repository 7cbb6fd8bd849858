//! Allocations of a call in the record: counted in processes of their own, which time nothing.

use crate::record::processes::part::{AllocatedPart, Part, of_part};
use serde::{Deserialize, Serialize};

/// What a single call of the plan's main engine and reply size asks of malloc, on one lane.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Allocations {
    /// Full name of the lane.
    pub lane: String,
    /// Calls by which the longer of two visits exceeded the shorter: the counts are means over
    /// them.
    pub calls: u64,
    /// What each process of the lane asks for; the caller is the only one of an in-process lane.
    pub parts: Vec<AllocatedPart>,
}

impl Allocations {
    /// What this process asks for.
    pub fn of(&self, part: Part) -> Option<&AllocatedPart> {
        of_part(&self.parts, part)
    }
}
