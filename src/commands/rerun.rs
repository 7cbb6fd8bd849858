//! `tollgate rerun FILE`: the plan of a record once more, here and now, and both runs side by side.
//! What was found then and now is said by `compare`; this module sees that the same is asked.

use crate::{
    commands::compare,
    drive::workload::Workload,
    lanes::{Lanes, roster::Roster},
    measure::run::{self, dry_run::DryRun},
    plan::{Plan, RerunFlags},
    shell::{
        failure::{Code, Failure},
        output, stderr,
    },
};
use reports::record::{Lane, Record};
use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

/// What is repeated, and what is different this time.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Arguments {
    /// A record, or a report that carries one
    record: PathBuf,
    #[command(flatten)]
    own: RerunFlags,
    /// Print the cells and the predicted time, and measure nothing
    #[arg(long)]
    dry_run: bool,
    /// Open both runs side by side in a browser
    #[arg(long)]
    open: bool,
}

/// Measures, writes record and report, and sets the earlier record beside the new one.
pub(crate) fn rerun(
    lanes: &Lanes,
    arguments: &Arguments,
    program: PathBuf,
) -> Result<ExitCode, Failure> {
    let old = output::load(&arguments.record)?;
    let plan = repeated(&Roster::new(lanes), &old, &arguments.own)?;
    if old.against.is_some() {
        stderr::say(
            "tollgate: the record also holds another build, which is left out: `tollgate run \
            --against` names it again",
        );
    }
    let dry = arguments.dry_run.then_some(DryRun::Full);
    let Some(ended) = run::run(lanes, &plan, program, dry)? else {
        return Ok(ExitCode::SUCCESS);
    };
    if ended.record.progress.starts_done == 0 {
        // Nothing to compare, and an earlier page stays.
        return Ok(ended.code);
    }
    side_by_side(&old, &ended.record, &plan.out, arguments.open)?;
    Ok(ended.code)
}

/// The plan of the record, as far as it can be made here; an error says what is missing.
fn repeated(roster: &Roster, old: &Record, own: &RerunFlags) -> Result<Plan, Failure> {
    let mut plan = Plan::repeated(old, own)?;
    if own.lanes.is_empty() {
        let here = lanes_here(roster, &named(old))?;
        // The command's own words stay where they stand for the same lanes on this machine.
        let chosen = roster.select(&plan.lanes).unwrap_or_default();
        let same =
            chosen.len() == here.len() && chosen.iter().all(|lane| here.contains(&lane.about.name));
        if !same {
            plan = Plan::repeated(old, &own.over(here))?;
        }
    }
    let chosen = roster.select(&plan.lanes)?;
    for lane in old.lanes.iter().filter(|lane| lane.given_endpoint) {
        let asked = chosen.iter().find(|known| known.about.name == lane.name);
        if asked.is_some_and(|known| plan.endpoint_of(known).is_none()) {
            return Err(without_endpoint(lane));
        }
    }
    same_data(old, &plan)?;
    Ok(plan)
}

/// The lanes of the record without those that nobody named: its plan comes to them by itself.
fn named(old: &Record) -> Vec<String> {
    let plan = &old.plan;
    let named = plan.lanes.iter().filter(|lane| !plan.also_measured.contains(lane));
    named.cloned().collect()
}

/// The lanes of the record by their full names, if every one can run here.
fn lanes_here(roster: &Roster, wanted: &[String]) -> Result<Vec<String>, Failure> {
    let (mut here, mut away) = (Vec::new(), Vec::new());
    for name in wanted {
        match roster.find(name).map(|lane| (lane, &lane.about.reason)) {
            None => {
                away.push(format!(
                    "{name} is not known here (a lane of your own needs its --lanes-file)"
                ));
            }
            Some((lane, reason)) if !lane.about.available => {
                let reason = reason.as_deref().unwrap_or("it is not available");
                away.push(format!("{} cannot run here: {reason}", lane.about.name));
            }
            Some((lane, _)) => here.push(lane.about.name.clone()),
        }
    }
    if away.is_empty() {
        return Ok(here);
    }
    let others = if here.is_empty() {
        "none of its lanes can run here".to_owned()
    } else {
        format!("the others are repeated with --lanes {}", here.join(","))
    };
    Err(Failure::new(Code::Unavailable, format!("{}; {others}", away.join("; "))))
}

fn without_endpoint(lane: &Lane) -> Failure {
    let short = &lane.short;
    Failure::usage(format!(
        "the callee of {short} was named by its user, and a record does not hold its address: \
        name it again with \
         --endpoint {short}=ENDPOINT, or leave the lane out with --lanes"
    ))
}

/// A record names the data it was measured over by their digest alone.
fn same_data(old: &Record, plan: &Plan) -> Result<(), Failure> {
    if !old.data.own_files {
        return Ok(());
    }
    let (then, now) = (&old.data.digest, Workload::load(&plan.files)?.about().digest);
    if *then == now {
        return Ok(());
    }
    Err(Failure::usage(format!(
        "the record was measured with other data (digest {then}; here {now}), and does not hold \
        them: name the same files with --products, --users and --trace"
    )))
}

/// Prints what changed and writes the page that shows it.
fn side_by_side(old: &Record, new: &Record, folder: &Path, open: bool) -> Result<(), Failure> {
    let page = folder.join("comparison.html");
    match compare::shown(old, new) {
        Ok((text, html)) => {
            output::write_page(&page, html.as_bytes())?;
            output::print(&format!("\n{text}\n{}\n", page.display()))?;
            if open { output::open(&page) } else { Ok(()) }
        }
        // Measured it is, and reported: only the comparison is missing.
        Err(why) => {
            stderr::say(format_args!("tollgate: {why}"));
            Ok(())
        }
    }
}
