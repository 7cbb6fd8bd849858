//! What the benches in one process measure: batch sizes and ids of the plan, which is read as
//! `tollgate run` reads it.

use crate::{
    commands::{
        bench::words::Words,
        run::{self, RunWords},
    },
    measure::addition::{base, changed_plan},
    plan::{Flags, Plan, RerunFlags, keys::table},
    shell::{
        failure::{Code, Failure},
        stderr,
    },
};
use clap::Parser;
use fixtures::WorkloadKind;
use serde::{Deserialize, Serialize};
use std::ffi::{OsStr, OsString};
use std::{env, process::ExitCode};

/// Batch sizes for every bench of one `cargo bench`, as behind `--batch`.
const BATCH_VARIABLE: &str = "TOLLGATE_BATCH";
const BATCH: &str = "batch";

/// Batch sizes and ids.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Grid {
    /// Items in a batch, ascending.
    pub batch: Vec<u32>,
    /// Ids in a reply; the first are those of batches.
    pub sizes: Vec<u32>,
    /// True where only what would be measured is to be said.
    pub dry_run: bool,
}

impl Grid {
    /// Of these words, the environment and the plan file, in this order, over the defaults. What
    /// does not fit is said on stderr.
    ///
    /// # Errors
    /// The exit code: 2, or 0 where only help was asked for.
    pub fn of(words: &Words) -> Result<Self, ExitCode> {
        let arguments = run_words(words)?;
        let failed = |failure: Failure| {
            stderr::say(format_args!("tollgate: {failure}"));
            failure.code()
        };
        let flags = with_own_environment(arguments.flags.clone());
        let plan = flags.and_then(|flags| Plan::from_flags(&flags)).map_err(failed)?;
        let plan = if plan.change.is_asked() {
            latest_changed(&plan).map_err(failed)?
        } else {
            plan
        };
        Ok(Self { dry_run: arguments.is_dry(), ..Self::of_plan(plan) })
    }

    /// What the benches ask is a recommendation, also where a run sends bytes.
    fn of_plan(mut plan: Plan) -> Self {
        if !plan.workload.has_engine() {
            plan.ask(WorkloadKind::default());
        }
        plan.batch.sort_unstable();
        Self { batch: plan.batch, sizes: plan.sizes, dry_run: false }
    }
}

/// The plan of the latest record with the change that is asked.
///
/// # Errors
/// Usage: there is no record, it cannot be read, or nothing would change.
fn latest_changed(asked: &Plan) -> Result<Plan, Failure> {
    let record = base::latest_record(asked)?;
    let latest = Plan::repeated(&record, &RerunFlags::of(asked))?;
    Ok(changed_plan::changed(&latest, &asked.change, &record)?.plan)
}

/// The arguments of `tollgate run` among these words. clap says what is wrong with them.
///
/// # Errors
/// The exit code.
pub(crate) fn run_words(words: &Words) -> Result<run::Arguments, ExitCode> {
    RunWords::try_parse_from(&words.run)
        .map(|words| words.arguments)
        .map_err(|error| {
            let is_wrong = error.use_stderr();
            // Nobody can be told where this fails, which makes the words no less wrong.
            drop(error.print());
            if is_wrong { Code::Usage.into() } else { ExitCode::SUCCESS }
        })
}

/// Flags over the variable: it stands for a flag that was not given.
///
/// # Errors
/// Usage, naming the variable: what is in it does not fit.
pub(crate) fn with_environment(
    mut flags: Flags,
    variable: Option<&OsStr>,
) -> Result<Flags, Failure> {
    let Some(text) = variable.filter(|text| !text.is_empty()) else {
        return Ok(flags);
    };
    if flags.keys.values(BATCH).is_some() {
        return Ok(flags);
    }
    let Some(key) = table::keys().find(|key| key.flag == BATCH) else {
        return Ok(flags);
    };
    let values: Vec<OsString> = key.form.values(&text.to_string_lossy());
    key.take(&mut Plan::standard(), &values)
        .map_err(|failure| failure.found_at(&format!("the variable {BATCH_VARIABLE}:")))?;
    flags.keys.set(BATCH, values);
    Ok(flags)
}

/// The same from the environment of this process.
///
/// # Errors
/// As [`with_environment`].
pub(crate) fn with_own_environment(flags: Flags) -> Result<Flags, Failure> {
    with_environment(flags, env::var_os(BATCH_VARIABLE).as_deref())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flags(line: &str) -> Flags {
        Flags::from_words(line.split_whitespace()).expect("flags")
    }

    fn grid(line: &str, variable: Option<&str>) -> Grid {
        let flags = with_environment(flags(line), variable.map(OsStr::new)).expect("fits");
        Grid::of_plan(Plan::from_flags(&flags).expect("fits"))
    }

    #[test]
    fn a_flag_comes_before_the_variable_and_the_variable_before_the_default() {
        assert_eq!(grid("", None).batch, WorkloadKind::default().usual_batch());
        assert_eq!(grid("", Some("")).batch, WorkloadKind::default().usual_batch());
        assert_eq!(grid("", Some("64,8")).batch, [8, 64]);
        assert_eq!(grid("--batch 32", Some("64,8")).batch, [32]);
        assert_eq!(grid("--size 50", None).sizes, [50]);
    }

    #[test]
    fn a_change_is_of_the_latest_record_and_needs_one() {
        let changed = |line: &str| latest_changed(&Plan::from_flags(&flags(line)).expect("fits"));
        let sample = changed("--batch +32,-256 --out reports/sample").expect("a record");
        let mut expected = WorkloadKind::default().usual_batch().to_vec();
        expected.retain(|items| *items != 256);
        expected.push(32);
        expected.sort_unstable();
        assert_eq!(Grid::of_plan(sample).batch, expected);
        let none = changed("--batch +32 --out reports/schema").expect_err("no record");
        assert!(none.to_string().contains("reports/schema has no record to change"), "{none}");
        let there = changed("--batch +64 --out reports/sample").expect_err("nothing changes");
        assert!(there.to_string().contains("the latest record has it already"), "{there}");
    }

    #[test]
    fn benches_ask_for_recommendations_whatever_a_run_sends() {
        assert_eq!(grid("--workload bytes --size 64", None), grid("", None));
    }

    #[test]
    fn a_variable_that_does_not_fit_is_named_with_what_is_needed() {
        for (text, wrong) in [
            ("many", "batch many: whole numbers are needed, as in 1,8,64"),
            ("1,,8", "batch : whole numbers are needed"),
            ("0", "batch 0: it must be 1 to"),
            ("8,4000000", "batch 4000000: it must be 1 to"),
        ] {
            let refused = with_environment(Flags::default(), Some(OsStr::new(text)));
            let said = refused.expect_err(text).to_string();
            assert!(said.starts_with(&format!("the variable TOLLGATE_BATCH: {wrong}")), "{said}");
        }
    }
}
