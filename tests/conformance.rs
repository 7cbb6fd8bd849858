//! The conformance suite over every lane of the registry and of the peers: one named test for each
//! lane and case. A lane that cannot run here, and a case from which a lane is exempt, are shown as
//! ignored with the reason.

#![allow(
    clippy::print_stderr,
    reason = "a program of its own, which may end with its reader"
)]

use api::conformance::cases;
use libtest_mimic::{Arguments, Failed, Trial};
use std::{process::ExitCode, sync::Arc};
use tollgate::conform::Conform;

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let conform = match Conform::new(&tollgate::lanes(), env!("CARGO_BIN_EXE_tollgate").into()) {
        Ok(conform) => Arc::new(conform),
        Err(error) => {
            eprintln!("conformance: {error}");
            return ExitCode::FAILURE;
        }
    };
    let mut trials = Vec::new();
    for lane in conform.lanes() {
        for case in cases() {
            let name = format!("{}::{}", lane.name, case.name);
            let unavailable =
                lane.unavailable.as_ref().map(|reason| format!("unavailable: {reason}"));
            let exempt = (case.exempt)(&lane.traits).map(|reason| format!("exempt: {reason}"));
            let (suite, lane) = (conform.clone(), lane.name.clone());
            let trial = Trial::test(name, move || suite.run(&lane, &case).map_err(Failed::from));
            trials.push(match unavailable.or(exempt) {
                Some(reason) => trial.with_kind(reason).with_ignored_flag(true),
                None => trial,
            });
        }
    }
    if trials.iter().all(|trial| trial.has_ignored_flag()) {
        eprintln!("conformance: no lane can run here: nothing would be tested");
        return ExitCode::FAILURE;
    }
    libtest_mimic::run(&arguments, trials).exit_code()
}
