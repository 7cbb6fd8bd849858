//! The record that is to be changed, and its plan; or why it cannot be.

use crate::{
    drive::workload::Workload,
    machine::environment,
    measure::{
        addition::missing::{MOST_RESTARTS, Missing},
        run::prepare::criterion_estimates,
    },
    plan::{Plan, RerunFlags},
    shell::{failure::Failure, output, stderr},
};
use reports::{
    figures::withdrawn,
    record::{Environment, Record},
};
use std::path::Path;

/// What helps in every case.
const CURE: &str = "measure a plan of its own, with a list without + and -";
/// Numbers that restarts of a record may have.
const MOST_STARTS: u32 = 1_000;

/// A record and its plan.
pub(crate) struct Base {
    pub(crate) record: Record,
    pub(crate) plan: Plan,
}

impl Base {
    /// The latest record in the folder of the plan that was asked for, with what criterion has
    /// measured of the same build since.
    ///
    /// # Errors
    /// Usage: there is none, or it is not one of this machine, build and data that can be added to.
    pub(crate) fn load(
        asked: &Plan,
        workload: &Workload,
        here: &Environment,
    ) -> Result<Self, Failure> {
        let mut record = latest_record(asked)?;
        if let Some(why) = why_not(&record, here, &workload.about().digest) {
            return Err(refused(&output::latest(&asked.out), &why));
        }
        let plan = Plan::repeated(&record, &RerunFlags::of(asked))?;
        let estimates = criterion_estimates(asked, |line| stderr::say(line));
        if !estimates.is_empty() {
            record.criterion = estimates;
        }
        Ok(Self { record, plan })
    }
}

/// The latest record in the folder of this plan.
///
/// # Errors
/// Usage: there is none, or it cannot be read.
pub(crate) fn latest_record(asked: &Plan) -> Result<Record, Failure> {
    let path = output::latest(&asked.out);
    if !path.is_file() {
        return Err(Failure::usage(format!(
            "{} has no record to change: `tollgate run` measures one, and + and - change it then",
            asked.out.display()
        )));
    }
    output::load(&path).map_err(|failure| refused(&path, &format!("it cannot be read: {failure}")))
}

fn refused(path: &Path, why: &str) -> Failure {
    Failure::usage(format!("{} cannot be changed: {why}; {CURE}", path.display()))
}

/// Why nothing can be added to a record.
pub(crate) fn why_not(record: &Record, here: &Environment, digest: &str) -> Option<String> {
    let there = &record.environment;
    let machine = |one: &Environment| (one.fingerprint.clone(), one.logical_cores);
    let build = environment::build();
    if machine(there) != machine(here) || there.cpu_model != here.cpu_model {
        return Some("it is of another machine, or of other cores of this one".into());
    }
    if there.kernel != here.kernel {
        return Some("it was measured under another kernel".into());
    }
    if record.tollgate != build {
        let (it, this) = (record.tollgate.text(), build.text());
        return Some(format!("another build measured it ({it}; this is {this})"));
    }
    if record.data.digest != digest {
        return Some("it is over other data: give --products, --users and --trace as then".into());
    }
    if record.progress.interrupted || !record.progress.finished {
        let (done, planned) = (record.progress.starts_done, record.plan.starts);
        return Some(format!("it was cut short ({done} of {planned} restarts)"));
    }
    if record.against.is_some() {
        return Some("it sets two builds against each other".into());
    }
    if record.next_start() + 2 * MOST_RESTARTS >= MOST_STARTS {
        return Some("it has as many restarts as a record can have".into());
    }
    None
}

/// Refuses lanes that are to be asked and cannot be as they were.
///
/// # Errors
/// Usage: a lane was withdrawn, or its callee was started by the user then and is not named now.
pub(crate) fn check_lanes(
    record: &Record,
    plan: &Plan,
    missing: &Missing<'_>,
) -> Result<(), Failure> {
    for known in &missing.lanes {
        let (name, short) = (&known.about.name, &known.about.short);
        if let Some(lane) = withdrawn::of(record).iter().find(|lane| lane.lane == *name) {
            return Err(Failure::usage(format!(
                "{short} was withdrawn from the record ({}): take it out with --lanes -{short}, or \
                {CURE}",
                lane.reason
            )));
        }
        let there = record.plan.lanes.contains(name);
        let given = record.lanes.iter().any(|lane| lane.name == *name && lane.given_endpoint);
        if there && given != plan.endpoint_of(known).is_some() {
            let cure = if given { "name it again" } else { "leave it out" };
            return Err(Failure::usage(format!(
                "--endpoint {short}=ENDPOINT: {cure}, as when the record was measured"
            )));
        }
    }
    Ok(())
}
