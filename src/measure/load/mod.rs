//! Loads: how many calls a lane takes, and what a call takes at a rate.

pub(crate) mod capacity;
pub(crate) mod judged;
pub(crate) mod points;
pub(crate) mod request;
#[cfg(test)]
mod stops;
pub(crate) mod sweep;
pub(crate) mod times;
