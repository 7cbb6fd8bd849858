//! `tollgate conform LANE`: the suite on some lanes, case by case, for whoever writes a lane.

use crate::{
    commands::conform::suite::{Conform, Subjected},
    lanes::{Lanes, roster::Roster},
    shell::{
        failure::{Code, Failure},
        interrupt,
        output::print,
        stderr,
    },
};
use api::conformance::{Case, cases};
use std::{path::PathBuf, process::ExitCode, time::Instant};

/// What is held to the suite.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Lanes by name; or a group such as `grpc*`, a role such as rpc, a set such as ci, or all
    #[arg(required = true, value_name = "LANE")]
    lanes: Vec<String>,
    /// Only cases with this in their name
    #[arg(long, value_name = "TEXT", default_value = "")]
    case: String,
}

/// Runs the cases one after another. Fails when one fails.
pub(crate) fn conform(
    lanes: &Lanes,
    arguments: &Arguments,
    program: PathBuf,
) -> Result<ExitCode, Failure> {
    let roster = Roster::new(lanes);
    let names: Vec<String> = roster
        .select(&arguments.lanes)?
        .iter()
        .map(|lane| lane.about.name.clone())
        .collect();
    let cases: Vec<Case> =
        cases().into_iter().filter(|case| case.name.contains(&arguments.case)).collect();
    if cases.is_empty() {
        let names: Vec<&str> = api::conformance::cases().iter().map(|case| case.name).collect();
        let (wanted, names) = (&arguments.case, names.join(", "));
        return Err(Failure::usage(format!(
            "no case has `{wanted}` in its name; there are {names}"
        )));
    }
    interrupt::watch()?;
    let suite = Conform::new(lanes, program).map_err(Failure::failed)?;
    let mut all = true;
    for lane in suite.lanes().iter().filter(|lane| names.contains(&lane.name)) {
        all &= one_lane(&suite, lane, &cases)?;
    }
    if interrupt::requested() {
        stderr::say("tollgate: interrupted; the cases above were checked before");
        return Ok(Code::Interrupted.into());
    }
    Ok(if all { ExitCode::SUCCESS } else { Code::Failed.into() })
}

/// True when no case failed. After Ctrl-C there is no further case, and the one that was cut short
/// is none.
fn one_lane(suite: &Conform, lane: &Subjected, cases: &[Case]) -> Result<bool, Failure> {
    if interrupt::requested() {
        return Ok(true);
    }
    print(&format!("{}\n", lane.name))?;
    let mut counts = Counts::default();
    for case in cases {
        if let Some(reason) = (case.exempt)(&lane.traits) {
            counts.exempt += 1;
            print(&format!("  exempt  {}: {reason}\n", case.name))?;
            continue;
        }
        counts.check(case.name, || suite.run(&lane.name, case))?;
        if interrupt::requested() {
            break;
        }
    }
    if suite.shares(&lane.name) && !interrupt::requested() {
        counts.check(Conform::END, || suite.end_shared(&lane.name))?;
    }
    let Counts { passed, exempt, failed } = counts;
    print(&format!("{}: {passed} passed, {exempt} exempt, {failed} failed\n", lane.name))?;
    Ok(failed == 0)
}

/// What became of the cases of a lane.
#[derive(Default)]
struct Counts {
    passed: u32,
    exempt: u32,
    failed: u32,
}

impl Counts {
    /// Runs a case and says what became of it, unless Ctrl-C cut it short.
    fn check(
        &mut self,
        name: &str,
        run: impl FnOnce() -> Result<(), String>,
    ) -> Result<(), Failure> {
        let began = Instant::now();
        let outcome = run();
        if interrupt::requested() {
            return Ok(());
        }
        let said = match outcome {
            Ok(()) => {
                self.passed += 1;
                format!("  ok      {name} ({:.1} s)", began.elapsed().as_secs_f64())
            }
            Err(what) => {
                self.failed += 1;
                format!("  FAILED  {name}: {what}")
            }
        };
        print(&format!("{said}\n"))
    }
}
