//! `tollgate run`: measures what its flags and the plan file say. Also the first look, which is
//! what `tollgate` does without a command.

use crate::{
    lanes::{Lanes, peers::known_peer::Built},
    measure::{
        addition,
        run::{self, dry_run::DryRun},
    },
    plan::{Flags, Plan},
    shell::{failure::Failure, output, program::this_program, stderr},
};
use api::Set;
use std::process::ExitCode;

/// What is measured.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Arguments {
    // Before the flags: behind them it would stand below their last heading.
    /// Measure nothing: print in five lines what would be measured, and how long it takes
    #[arg(long)]
    dry_run: bool,
    /// With --dry-run: print every cell, and what takes how long
    #[arg(long, requires = "dry_run")]
    full: bool,
    /// Open the HTML report in a browser at the end
    #[arg(long, conflicts_with = "dry_run")]
    open: bool,
    #[command(flatten)]
    pub(crate) flags: Flags,
}

/// The words after `tollgate run`.
#[derive(clap::Parser)]
#[command(no_binary_name = true)]
pub(crate) struct RunWords {
    #[command(flatten)]
    pub(crate) arguments: Arguments,
}

impl Arguments {
    /// True where nothing is to be measured.
    pub(crate) fn is_dry(&self) -> bool {
        self.dry_run
    }

    /// What of the plan is shown in the place of a measurement.
    fn dry(&self) -> Option<DryRun> {
        let shown = if self.full { DryRun::Full } else { DryRun::Summary };
        self.dry_run.then_some(shown)
    }
}

/// Measures, writes record and report, prints the table.
pub(crate) fn run(lanes: &Lanes, arguments: &Arguments) -> Result<ExitCode, Failure> {
    let plan = Plan::from_flags(&arguments.flags)?;
    let ended = if plan.change.is_asked() {
        addition::run(lanes, &plan, this_program()?, arguments.dry_run)?
    } else {
        run::run(lanes, &plan, this_program()?, arguments.dry())?
    };
    let Some(ended) = ended else {
        return Ok(ExitCode::SUCCESS);
    };
    let page = ended.report.filter(|_| arguments.open);
    // Measured and reported it is, with a browser or without.
    if let Some(Err(failure)) = page.map(|page| output::open(&page)) {
        stderr::say(format_args!("tollgate: {failure}"));
    }
    if plan.lanes.is_empty() {
        suggest_other_languages(lanes);
    }
    Ok(ended.code)
}

/// What a run of the default lanes, which are all in Rust, leaves to say where other languages are
/// here. On stderr, so that the report's path is the last line of stdout.
fn suggest_other_languages(lanes: &Lanes) {
    let peers = lanes.peers();
    let known = peers.known();
    let here = peers.entries().iter().filter_map(|peer| known.get(&peer.language));
    let here: Vec<_> = here.filter(|known| known.version.is_ok()).collect();
    if here.is_empty() {
        return;
    }
    let titles: Vec<String> = here.iter().map(|known| known.peer.title()).collect();
    let is_missing = here.iter().any(|known| known.built == Built::Missing);
    let first = if is_missing { "; first, once: `tollgate peers build`" } else { "" };
    stderr::say(format_args!(
        "{} here: `tollgate run --lanes {}` measures calls between languages{first}",
        if titles.len() == 1 {
            format!("{} is", titles[0])
        } else {
            format!("{} are", titles.join(" and "))
        },
        Set::Interop.name(),
    ));
}

/// What to type after a first look.
const NEXT: &str = "This was a first look. Next: `tollgate run` measures properly in about 5 \
minutes;\n\
    `tollgate run --batch 1,8,64` with your batch sizes; `tollgate list` shows all lanes.";

/// The default lanes and one batch size, in at most 20 seconds.
pub(crate) fn first_look(lanes: &Lanes) -> Result<ExitCode, Failure> {
    let ended = run::run(lanes, &Plan::first_look(), this_program()?, None)?;
    // On stderr, so that the report's path is the last line of stdout here too.
    stderr::say(NEXT);
    Ok(ended.map_or(ExitCode::SUCCESS, |ended| ended.code))
}
