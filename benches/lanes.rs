//! `cargo bench --bench lanes [-- FLAGS OF tollgate run]`: the full run and the report. It runs the
//! `tollgate` binary, so that it links nothing; cargo runs benches in alphabetical order, and this
//! one is last.

#![allow(
    clippy::print_stderr,
    reason = "a program of its own, which may end with its reader"
)]

use std::{os::unix::process::CommandExt, process::Command};

fn main() {
    // cargo adds --bench to the flags of every bench.
    let flags = std::env::args().skip(1).filter(|flag| flag != "--bench");
    // In the place of this process, so that Ctrl-C and the exit code are the binary's own.
    let error = Command::new(env!("CARGO_BIN_EXE_tollgate")).arg("run").args(flags).exec();
    eprintln!("lanes: cannot run {}: {error}", env!("CARGO_BIN_EXE_tollgate"));
    std::process::exit(1)
}
