//! `tollgate run`: measures what its flags and the plan file say. Also the first look, which is
//! what `tollgate` does without a command.

use crate::{
    lanes::Lanes,
    measure::run,
    plan::{Flags, Plan},
    shell::{failure::Failure, program::this_program, stderr},
};
use std::process::ExitCode;

/// What is measured.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Arguments {
    // Before the flags: behind them it would stand below their last heading.
    /// Print the cells and the predicted time, and measure nothing
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    flags: Flags,
}

/// Measures, writes record and report, prints the table.
pub(crate) fn run(lanes: &Lanes, arguments: &Arguments) -> Result<ExitCode, Failure> {
    let plan = Plan::from_flags(&arguments.flags)?;
    let ended = run::run(lanes, &plan, this_program()?, arguments.dry_run)?;
    Ok(ended.map_or(ExitCode::SUCCESS, |ended| ended.code))
}

/// What to type after a first look.
const NEXT: &str = "This was a first look. Next: `tollgate run` measures properly in under 4 \
minutes;\n\
    `tollgate run --batch 1,8,64` with your batch sizes; `tollgate list` shows what else there \
    is.";

/// The default lanes and one batch size, in 20 seconds.
pub(crate) fn first_look(lanes: &Lanes) -> Result<ExitCode, Failure> {
    let ended = run::run(lanes, &Plan::first_look(), this_program()?, false)?;
    // On stderr, so that the report's path is the last line of stdout here too.
    stderr::say(NEXT);
    Ok(ended.map_or(ExitCode::SUCCESS, |ended| ended.code))
}
