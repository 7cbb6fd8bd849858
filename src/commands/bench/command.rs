//! `tollgate bench`, which the bench `lanes` runs: `tollgate run` with the words behind
//! `cargo bench --` that are meant for it, and with criterion's estimates beside its own.

use crate::{
    commands::{
        bench::{grid, words::Words},
        run,
    },
    lanes::Lanes,
    shell::{failure::Failure, stderr},
};
use std::ffi::OsString;
use std::{path::PathBuf, process::ExitCode};

/// What cargo gave the bench.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Where criterion keeps what it measured
    #[arg(long, value_name = "DIR")]
    criterion: Option<PathBuf>,
    /// The words behind `cargo bench --`
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    words: Vec<OsString>,
}

/// Measures, unless the words ask for something of criterion's alone.
pub(crate) fn bench(lanes: &Lanes, arguments: Arguments) -> Result<ExitCode, Failure> {
    let words = Words::sorted(arguments.words);
    // A flag that nobody knows is refused before its value is taken for the name of a benchmark.
    let mut run = match grid::run_words(&words) {
        Ok(run) => run,
        Err(code) => return Ok(code),
    };
    if let Some(why) = left_out(&words) {
        stderr::say(format_args!("lanes: not run, {why}"));
        return Ok(ExitCode::SUCCESS);
    }
    run.flags = grid::with_own_environment(run.flags)?;
    if run.flags.keys.values("criterion").is_none() {
        run.flags.keys.set("criterion", arguments.criterion);
    }
    run::run(lanes, &run)
}

/// Why there is nothing to measure for this bench.
fn left_out(words: &Words) -> Option<String> {
    if let Some(name) = &words.filter {
        return Some(format!(
            "`{name}` names benchmarks of criterion: `cargo bench --bench lanes` runs it"
        ));
    }
    words.only_shows().then(|| {
        "nothing is to be measured: `cargo bench --bench lanes -- --dry-run` shows its plan".into()
    })
}
