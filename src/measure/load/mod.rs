//! Loads: how many calls a lane takes, and what a call takes at a rate.

pub(crate) mod ask;
pub(crate) mod capacity;
pub(crate) mod sweep;
