//! `cargo bench --bench lanes [-- FLAGS OF tollgate run]`: the full run and the report. It runs the `tollgate` binary, so
//! that it links nothing; cargo runs benches in alphabetical order, and this one is last.

use std::process::{Command, ExitCode};

fn main() -> ExitCode {
    // cargo adds --bench to the flags of every bench.
    let flags = std::env::args().skip(1).filter(|flag| flag != "--bench");
    let status = Command::new(env!("CARGO_BIN_EXE_tollgate")).arg("run").args(flags).status();
    match status {
        Ok(status) => ExitCode::from(status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(1)),
        Err(error) => {
            eprintln!("lanes: cannot run {}: {error}", env!("CARGO_BIN_EXE_tollgate"));
            ExitCode::FAILURE
        }
    }
}
