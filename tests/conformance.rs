//! The conformance suite over every lane of the registry and of the peers: one named test for each
//! lane and case. A lane that cannot run here, a case from which a lane is exempt, and a case that
//! this run leaves out are shown as ignored with the reason.
//!
//! Of lanes between languages a run leaves some cases out, chosen by the day:
//! `TOLLGATE_CONFORMANCE=all` leaves none out, `TOLLGATE_CONFORMANCE_SEED=N` repeats another run.

#![allow(
    clippy::print_stderr,
    reason = "a program of its own, which may end with its reader"
)]

use api::conformance::{Case, cases};
use libtest_mimic::{Arguments, Failed, Trial};
use std::{
    env,
    process::ExitCode,
    sync::Arc,
    time::{SystemTime, UNIX_EPOCH},
};
use tollgate::conform::{Conform, Extent, Selection, Subjected};

const SECONDS_OF_A_DAY: u64 = 86_400;
/// What is behind `cargo test` for this suite with the features of this build.
const COMMAND: &str = if cfg!(feature = "ci") {
    "cargo test --test conformance --features ci"
} else {
    "cargo test --test conformance"
};

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let made = extent().and_then(|extent| {
        let conform = Conform::new(&tollgate::lanes(), env!("CARGO_BIN_EXE_tollgate").into())?;
        Ok((conform.selection(extent), conform))
    });
    let (selection, conform) = match made {
        Ok((selection, conform)) => (selection, Arc::new(conform)),
        Err(error) => {
            eprintln!("conformance: {error}");
            return ExitCode::FAILURE;
        }
    };
    let mut suite = Suite { conform, selection, trials: Vec::new(), left_out: 0 };
    for lane in suite.conform.lanes() {
        suite.add_lane(&lane);
    }
    if suite.trials.iter().all(|trial| trial.has_ignored_flag()) {
        eprintln!("conformance: no lane can run here: nothing would be tested");
        return ExitCode::FAILURE;
    }
    if !arguments.list {
        suite.say_what_is_left_out();
    }
    libtest_mimic::run(&arguments, suite.trials).exit_code()
}

/// How much is run: as the environment says, else what this day chooses.
fn extent() -> Result<Extent, String> {
    let word = |name: &str| env::var_os(name).map(|value| value.to_string_lossy().into_owned());
    let (all, seed) = (word("TOLLGATE_CONFORMANCE"), word("TOLLGATE_CONFORMANCE_SEED"));
    let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let day = since_1970.as_secs() / SECONDS_OF_A_DAY;
    Extent::from_words(all.as_deref(), seed.as_deref(), day)
}

/// The tests, as they are put together.
struct Suite {
    conform: Arc<Conform>,
    selection: Selection,
    trials: Vec<Trial>,
    left_out: usize,
}

impl Suite {
    /// A test for each case of the lane; and one that ends what they leave to each other, which
    /// begins after them.
    fn add_lane(&mut self, lane: &Subjected) {
        for case in cases() {
            let ignored = self.why_ignored(lane, &case);
            let (conform, name) = (self.conform.clone(), lane.name.clone());
            let run = move || conform.run(&name, &case).map_err(Failed::from);
            self.add(format!("{}::{}", lane.name, case.name), run, ignored);
        }
        if self.conform.shares(&lane.name) {
            let (conform, name) = (self.conform.clone(), lane.name.clone());
            let run = move || conform.end_shared(&name).map_err(Failed::from);
            self.add(format!("{}::{}", lane.name, Conform::END), run, unavailable(lane));
        }
    }

    fn add(
        &mut self,
        name: String,
        run: impl FnOnce() -> Result<(), Failed> + Send + 'static,
        ignored: Option<String>,
    ) {
        let trial = Trial::test(name, run);
        self.trials.push(match ignored {
            Some(reason) => trial.with_kind(reason).with_ignored_flag(true),
            None => trial,
        });
    }

    fn why_ignored(&mut self, lane: &Subjected, case: &Case) -> Option<String> {
        let exempt = || (case.exempt)(&lane.traits).map(|reason| format!("exempt: {reason}"));
        if let Some(reason) = unavailable(lane).or_else(exempt) {
            return Some(reason);
        }
        match self.selection.extent() {
            Extent::Seeded(seed) if !self.selection.holds(&lane.name, case.name) => {
                self.left_out += 1;
                Some(format!("left out: not of seed {seed}"))
            }
            _ => None,
        }
    }

    /// Which cases are left out, and how to run them.
    fn say_what_is_left_out(&self) {
        let (left_out, Extent::Seeded(seed)) = (self.left_out, self.selection.extent()) else {
            return;
        };
        if left_out > 0 {
            eprintln!(
                "conformance: {left_out} cases between languages are left out by seed {seed}.\n  \
                The same choice again: TOLLGATE_CONFORMANCE_SEED={seed} {COMMAND}\n  \
                Every case:            TOLLGATE_CONFORMANCE=all {COMMAND}"
            );
        }
    }
}

fn unavailable(lane: &Subjected) -> Option<String> {
    lane.unavailable.as_ref().map(|reason| format!("unavailable: {reason}"))
}
