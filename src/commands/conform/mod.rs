//! The conformance suite of `transports/api` over real processes. Each case starts a driver and a
//! callee, or is given those of another case where they take long to start. `tests/conformance.rs`
//! makes one named test of each lane and case; a crate with a transport of its own does the same.

pub(crate) mod command;
pub(crate) mod cover;
pub(crate) mod ending;
pub(crate) mod selection;
pub(crate) mod shelf;
pub(crate) mod subject;
pub(crate) mod suite;
#[cfg(test)]
mod tests;
pub(crate) mod wait_until_busy;

pub(crate) use crate::commands::conform::command::{Arguments, conform};
pub use crate::commands::conform::{
    selection::{Extent, Selection},
    suite::{Conform, Subjected},
};
