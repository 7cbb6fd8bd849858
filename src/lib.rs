//! Tollgate's harness: everything until the record is written.
//!
//! [`main`] is the whole command line over a registry of lanes. A crate outside this repository
//! that says `tollgate::main(tollgate::lanes().with(mine::lanes))` is a complete private Tollgate.
//! What is shown of a record is made by the `reports` crate, which never sees a live transport.

mod commands;
mod drive;
mod fleet;
mod lanes;
mod machine;
mod measure;
mod plan;
pub mod protocol;
mod recorder;
mod shell;

#[doc(hidden)]
pub use crate::measure::fuzzing;
pub use crate::{
    commands::conform,
    drive::{Measured, Shape, measure},
    lanes::{Lanes, lanes, register},
    machine::clock::median_read_ns,
};
/// The contract between Tollgate and a transport, for crates with a transport of their own.
pub use api;

use std::process::ExitCode;

/// Runs the command line over these lanes.
pub fn main(lanes: Lanes) -> ExitCode {
    match lanes.check().and_then(|()| commands::run(lanes)) {
        Ok(code) => code,
        Err(failure) => {
            eprintln!("tollgate: {failure}");
            failure.code()
        }
    }
}
