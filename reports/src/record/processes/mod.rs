//! What the processes of a lane are, and what they use beside time.

pub(crate) mod allocations;
pub(crate) mod part;
