//! Tollgate's harness: everything until the record is written.
//!
//! [`main`] is the whole command line over a registry of lanes. A crate outside this repository
//! that says `tollgate::main(tollgate::lanes().with(mine::lanes))` is a complete private Tollgate.
//! What is shown of a record is made by the `reports` crate, which never sees a live transport.

mod against;
mod allocations;
mod call;
mod cli;
mod clock;
mod compare;
mod doctor;
mod drive;
mod environment;
mod failure;
mod fleet;
mod floors;
mod grid;
mod handicap;
mod interrupt;
mod lanes;
mod lanes_file;
mod linux;
mod list;
mod load;
mod noise;
mod output;
mod pair;
mod peers;
mod placement;
mod plan;
mod process;
mod progress;
pub mod protocol;
mod recorder;
mod rerun;
mod roster;
mod run;
mod schedule;
mod selftest;
mod serve;
mod topology;
mod workload;

pub mod conform;

/// The contract between Tollgate and a transport, for crates with a transport of their own.
pub use api;
pub use clock::median_read_ns;
pub use drive::{Measured, Shape, measure};
pub use lanes::{Lanes, lanes, register};

use std::process::ExitCode;

/// Runs the command line over these lanes.
pub fn main(lanes: Lanes) -> ExitCode {
    match lanes.check().and_then(|()| cli::run(lanes)) {
        Ok(code) => code,
        Err(failure) => {
            eprintln!("tollgate: {failure}");
            failure.code()
        }
    }
}
