//! The conformance suite of `transports/api` over real processes: each case starts a driver and a
//! callee of its own. `tests/conformance.rs` makes one named test of each lane and case; a crate
//! with a transport of its own does the same.

pub(crate) mod command;
pub(crate) mod subject;
pub(crate) mod suite;
pub(crate) mod wait_until_busy;

pub(crate) use crate::commands::conform::command::{Arguments, conform};
pub use crate::commands::conform::suite::{Conform, Subjected};
