//! `tollgate compare OLD NEW`: what changed between two records, and a gate for CI.

use crate::{
    failure::{Code, Failure},
    output::print,
};
use reports::{
    between::{self, Change, Gate},
    read,
    record::Record,
    units::{time, times_with_interval},
};
use serde_json::json;
use std::{
    fmt::Write,
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
};

/// Where records with a name are kept.
const BASELINES: &str = "reports/baselines";

/// What is compared.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The earlier record (or report), and the later one; the earlier one alone is left out with --baseline
    #[arg(required = true, num_args = 1..=2, value_name = "RECORD")]
    records: Vec<PathBuf>,
    /// Take the record that `tollgate run --save NAME` kept as the earlier one
    #[arg(long, value_name = "NAME")]
    baseline: Option<String>,
    /// Exit with 3 if a lane became slower by more than this, whatever its interval leaves open
    #[arg(long, value_name = "PERCENT", value_parser = percent)]
    fail_if_slower: Option<f64>,
    /// Exit with 4 where the intervals leave the gate open
    #[arg(long, requires = "fail_if_slower")]
    strict: bool,
    /// Compare records of different machines, or over different data
    #[arg(long)]
    force: bool,
    #[arg(long, default_value = "human", value_parser = ["human", "markdown", "json"])]
    format: String,
}

fn percent(text: &str) -> Result<f64, String> {
    let number = text.trim().trim_end_matches('%').trim().parse::<f64>().ok();
    let share =
        number.filter(|percent| percent.is_finite() && *percent >= 0.0).map(|percent| percent / 100.0);
    share.ok_or_else(|| "a percentage is needed, as in 10%".into())
}

/// Compares, prints, and answers with the gate's code.
pub(crate) fn compare(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let (old, new) = match (&arguments.baseline, arguments.records.as_slice()) {
        (Some(name), [new]) => (load(&baseline(name)?)?, load(new)?),
        (None, [old, new]) => (load(old)?, load(new)?),
        (Some(_), _) => return Err(Failure::usage("with --baseline one record is compared: the later one")),
        (None, _) => {
            return Err(Failure::usage("two records are compared: OLD NEW, or NEW and --baseline NAME"));
        }
    };
    let changes = between::changes(&old, &new, arguments.force)
        .map_err(|mismatch| Failure::usage(format!("not compared: {}", mismatch.text())))?;
    let gate = arguments.fail_if_slower.map(|limit| (limit, between::gate(&changes, limit)));
    let caveat = caveat(&old, &new);
    print(&match arguments.format.as_str() {
        "json" => as_json(&changes, gate, &caveat),
        "markdown" => as_markdown(&changes, gate, &caveat),
        _ => as_text(&changes, gate, &caveat),
    })?;
    Ok(match gate {
        Some((_, Gate::Failed)) => Code::GateFailed.into(),
        Some((_, Gate::CannotTell)) if arguments.strict => Code::Untrustworthy.into(),
        _ => ExitCode::SUCCESS,
    })
}

fn load(path: &Path) -> Result<Record, Failure> {
    read::load(path).map_err(|error| Failure::usage(format!("{}: {error}", path.display())))
}

fn baseline(name: &str) -> Result<PathBuf, Failure> {
    let path = path_of(name)?;
    match path.exists() {
        true => Ok(path),
        false => Err(Failure::usage(format!(
            "there is no baseline `{name}`: make it with `tollgate run --save {name}`"
        ))),
    }
}

/// The file of a baseline.
fn path_of(name: &str) -> Result<PathBuf, Failure> {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    if name.is_empty() || name.starts_with('.') || !name.chars().all(plain) {
        return Err(Failure::usage(format!(
            "`{name}` is no name for a baseline: letters, digits, - _ and . are"
        )));
    }
    Ok(Path::new(BASELINES).join(format!("{name}.json")))
}

/// Keeps a record under a name.
pub(crate) fn save(record: &Path, name: &str) -> Result<PathBuf, Failure> {
    let path = path_of(name)?;
    let kept = fs::create_dir_all(BASELINES).and_then(|()| fs::copy(record, &path));
    kept.map_err(|error| Failure::failed(format!("cannot keep the record as {}: {error}", path.display())))?;
    Ok(path)
}

/// The name is checked before anything is measured.
pub(crate) fn check_name(name: &str) -> Result<(), Failure> {
    path_of(name).map(drop)
}

/// What a reader should know of the two records.
fn caveat(old: &Record, new: &Record) -> Vec<String> {
    let mut said = Vec::new();
    if old.environment.fingerprint != new.environment.fingerprint {
        said.push("The records are from different machines: a difference may be theirs.".to_owned());
    }
    if old.workload.digest != new.workload.digest {
        said.push("The records are over different data.".to_owned());
    }
    if old.environment.placement != new.environment.placement {
        said.push("The records have different placements.".to_owned());
    }
    said.push(
        "Two runs are never alike: what the machine did in between is in every figure. `tollgate run --against` puts both builds into one run."
            .to_owned(),
    );
    said
}

fn verdict(gate: Option<(f64, Gate)>) -> Option<String> {
    let (limit, gate) = gate?;
    let limit = limit * 100.0;
    Some(match gate {
        Gate::Passed => format!("Gate passed: no lane is slower by {limit} % or more."),
        Gate::Failed => format!("Gate failed: at least one lane is slower by more than {limit} %."),
        Gate::CannotTell => {
            format!("Cannot tell whether a lane is slower by {limit} %: run with more restarts (--starts).")
        }
    })
}

fn as_text(changes: &[Change], gate: Option<(f64, Gate)>, caveat: &[String]) -> String {
    let mut text = format!("{:26} {:22} {:>9} {:>9}  new : old, 99 % interval\n", "", "", "old", "new");
    for change in changes {
        let (old, new) = (time(change.old_ns), time(change.new_ns));
        let ratio = times_with_interval(&change.comparison.ratio);
        let Change { lane, what, .. } = change;
        let _ = writeln!(text, "{lane:26} {what:22} {old:>9} {new:>9}  {ratio}: {}", between::words(change));
    }
    text.push('\n');
    for line in verdict(gate).iter().chain(caveat) {
        let _ = writeln!(text, "{line}");
    }
    text
}

/// Most rows: with the lines around them at most 60.
const MOST_ROWS: usize = 45;

fn as_markdown(changes: &[Change], gate: Option<(f64, Gate)>, caveat: &[String]) -> String {
    let mut text = "## What changed\n\n".to_string();
    if let Some(verdict) = verdict(gate) {
        let _ = writeln!(text, "**{verdict}**\n");
    }
    text.push_str("| lane | | old | new | new : old (99 % interval) | |\n|---|---|--:|--:|--:|---|\n");
    for change in changes.iter().take(MOST_ROWS) {
        let _ = writeln!(
            text,
            "| `{}` | {} | {} | {} | {} | {} |",
            change.lane.replace(['|', '`', '\n'], " "),
            change.what,
            time(change.old_ns),
            time(change.new_ns),
            times_with_interval(&change.comparison.ratio),
            between::words(change)
        );
    }
    if changes.len() > MOST_ROWS {
        let _ = writeln!(text, "\nand {} more", changes.len() - MOST_ROWS);
    }
    let _ = writeln!(text, "\n{}", caveat.join(" "));
    text
}

fn as_json(changes: &[Change], gate: Option<(f64, Gate)>, caveat: &[String]) -> String {
    let change = |change: &Change| {
        let interval = change.comparison.ratio.interval;
        json!({"lane": change.lane, "what": change.what, "old_ns": change.old_ns, "new_ns": change.new_ns,
            "ratio": change.comparison.ratio.value, "low": interval.map(|i| i.low), "high": interval.map(|i| i.high),
            "detected": change.detected, "verdict": between::words(change)})
    };
    let gate = gate.map(|(limit, gate)| {
        let outcome = match gate {
            Gate::Passed => "passed",
            Gate::Failed => "failed",
            Gate::CannotTell => "cannot tell",
        };
        json!({"limit": limit, "outcome": outcome})
    });
    let whole =
        json!({"changes": changes.iter().map(change).collect::<Vec<_>>(), "gate": gate, "caveats": caveat});
    serde_json::to_string_pretty(&whole).expect("text and numbers are always JSON") + "\n"
}
