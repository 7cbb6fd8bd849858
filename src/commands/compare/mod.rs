//! `tollgate compare OLD NEW`: what changed between two records, and a gate for CI.

pub(crate) mod text;

use crate::{
    commands::compare::text::Shown,
    shell::{
        baselines,
        failure::{Code, Failure},
        output::{self, print},
        percent,
    },
};
use reports::{
    judge::{
        comparison::{self, Between},
        gate::records::{self, Gate},
    },
    record::Record,
};
use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

/// How a comparison is shown.
pub(crate) const FORMATS: [&str; 4] = ["human", "html", "markdown", "json"];

/// What is compared.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Two records or reports: the earlier one, then the later one. With --baseline, the later one
    /// alone
    #[arg(required = true, num_args = 1..=2, value_name = "RECORD")]
    records: Vec<PathBuf>,
    /// The earlier record: the one that `tollgate run --save NAME` kept
    #[arg(long, value_name = "NAME")]
    baseline: Option<String>,
    /// Exit with 3 if a lane is shown to be slower by more than this, or is missing; with 4 if
    /// intervals are too wide to decide, or a record must not be used
    #[arg(long, value_name = "PERCENT", value_parser = percent::share)]
    fail_if_slower: Option<f64>,
    /// Exit with 0 if intervals are too wide to decide
    #[arg(long, requires = "fail_if_slower")]
    lenient: bool,
    /// The default, from when it was none
    #[arg(long, requires = "fail_if_slower", hide = true)]
    strict: bool,
    /// Compare also if machine, data or build profile differ
    #[arg(long)]
    force: bool,
    #[arg(long, default_value = "human", value_parser = FORMATS)]
    format: String,
}

/// Compares, prints, and answers with the gate's code.
pub(crate) fn compare(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let (old, new) = match (&arguments.baseline, arguments.records.as_slice()) {
        (Some(name), [new]) => (output::load(&baselines::find(name)?)?, output::load(new)?),
        (None, [old, new]) => (output::load(old)?, output::load(new)?),
        (Some(_), _) => {
            return Err(Failure::usage("with --baseline one record is compared: the later one"));
        }
        (None, _) => {
            return Err(Failure::usage(
                "two records are compared: OLD NEW, or NEW and --baseline NAME",
            ));
        }
    };
    let between = changes(&old, &new, arguments.force)?;
    let gate = arguments.fail_if_slower.map(|limit| (limit, records::gate(&between, limit)));
    let outcome = gate.as_ref().map(|(_, gated)| gated.outcome);
    let shown = Shown::new([&old, &new], &between, gate);
    print(&match arguments.format.as_str() {
        "html" => page(&old, &new, &between)?,
        "json" => shown.json(),
        "markdown" => shown.markdown(),
        _ => shown.text(),
    })?;
    Ok(match outcome {
        Some(Gate::Failed) => Code::GateFailed.into(),
        Some(Gate::Untrustworthy) => Code::Untrustworthy.into(),
        Some(Gate::CannotTell) if arguments.strict || !arguments.lenient => {
            Code::Untrustworthy.into()
        }
        _ => ExitCode::SUCCESS,
    })
}

/// One record against an earlier one, without a gate: for `tollgate report --against`.
pub(crate) fn against(
    new: &Path,
    old: &Path,
    format: &str,
    force: bool,
) -> Result<ExitCode, Failure> {
    if !FORMATS.contains(&format) {
        let formats = FORMATS.join(", ");
        return Err(Failure::usage(format!(
            "--against has no format {format}: take one of {formats}"
        )));
    }
    let records = vec![old.to_owned(), new.to_owned()];
    let format = format.to_owned();
    compare(&Arguments {
        records,
        baseline: None,
        fail_if_slower: None,
        lenient: false,
        strict: false,
        force,
        format,
    })
}

/// Two runs of one plan: what changed as text, and as a page. That they are from two machines is
/// said, not refused.
pub(crate) fn shown(old: &Record, new: &Record) -> Result<(String, String), Failure> {
    let between = changes(old, new, true)?;
    Ok((Shown::new([old, new], &between, None).text(), page(old, new, &between)?))
}

fn changes(old: &Record, new: &Record, force: bool) -> Result<Between, Failure> {
    comparison::changes(old, new, force)
        .map_err(|mismatch| Failure::usage(format!("not compared: {}", mismatch.text())))
}

fn page(old: &Record, new: &Record, between: &Between) -> Result<String, Failure> {
    reports::comparison_page(old, new, between)
        .map_err(|error| Failure::failed(format!("cannot make the comparison: {error}")))
}
