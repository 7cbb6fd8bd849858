//! `cargo bench --bench lanes [-- FLAGS OF tollgate run]`: the full run and the report. It runs the
//! `tollgate` binary, so that it links nothing; cargo runs benches in alphabetical order, and this
//! one is last.

#![allow(
    clippy::print_stderr,
    reason = "a program of its own, which may end with its reader"
)]

use std::{
    env,
    os::unix::process::CommandExt,
    path::{Path, PathBuf},
    process::Command,
};

fn main() {
    let program = env!("CARGO_BIN_EXE_tollgate");
    // Which words are meant for which bench is known there.
    let mut command = Command::new(program);
    command.arg("bench").arg("--criterion").arg(criterion_folder());
    command.arg("--").args(env::args_os().skip(1));
    // In the place of this process, so that Ctrl-C and the exit code are the binary's own.
    let error = command.exec();
    eprintln!("lanes: cannot run {program}: {error}");
    std::process::exit(1)
}

/// As in `benches/shared/mod.rs`, which this bench does not link.
fn criterion_folder() -> PathBuf {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap_or(Path::new("target"));
    env::var_os("CRITERION_HOME").map_or_else(|| target.join("criterion"), PathBuf::from)
}
