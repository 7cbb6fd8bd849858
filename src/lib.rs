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

/// What the benches in `benches/` need.
#[doc(hidden)]
pub use crate::commands::bench;
#[doc(hidden)]
pub use crate::measure::fuzzing;
pub use crate::{
    commands::conform,
    drive::{Measured, Shape, measure},
    lanes::{Lanes, lanes, register},
    machine::clock::Limits as ClockLimits,
};
/// The contract between Tollgate and a transport, for crates with a transport of their own.
pub use api;

use crate::shell::{failure::Code, interrupt, stderr};
use std::process::ExitCode;

/// Runs the command line over these lanes.
pub fn main(lanes: Lanes) -> ExitCode {
    let ended = interrupt::outlive_file_limits()
        .and_then(|()| lanes.check())
        .and_then(|()| commands::run(lanes));
    match ended {
        Ok(code) => code,
        Err(failure) if interrupt::requested() => {
            stderr::say(format_args!("tollgate: interrupted ({failure})"));
            Code::Interrupted.into()
        }
        Err(failure) => {
            stderr::say(format_args!("tollgate: {failure}"));
            failure.code()
        }
    }
}
