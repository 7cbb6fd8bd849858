//! `tollgate load`: calls on a schedule that does not wait for answers, or as fast as so many in
//! flight allow. This process calls nothing; the generator is in the driver.

pub(crate) mod arguments;
pub(crate) mod placed_sides;
pub(crate) mod text;

pub(crate) use crate::commands::load::arguments::Arguments;
use crate::{
    commands::load::arguments::Plan,
    drive::{WRONG_FIRST, workload::Workload},
    fleet::{Behaviour, Fleet, OpenTo, Trouble},
    lanes::{
        Lanes,
        roster::{Known, Roster},
    },
    measure::load::ask::{self, Question},
    shell::{
        failure::{Code, Failure},
        interrupt,
        output::print,
        progress::Progress,
    },
};

use api::ErrorKind;
use reports::record::Verdict;
use std::{path::PathBuf, process::ExitCode, time::Duration};

/// Starts a callee and a driver, puts the load on, and prints what came of it.
pub(crate) fn load(
    lanes: &Lanes,
    arguments: &Arguments,
    program: PathBuf,
) -> Result<ExitCode, Failure> {
    let roster = Roster::new(lanes);
    let known = roster.available(&arguments.lane)?;
    let plan = Plan::new(arguments, known)?;
    interrupt::watch()?;
    let workload = Workload::load(&arguments.files)?;
    let fleet = Fleet::new(program, &workload)?;
    let golden = workload.golden(plan.engine, plan.order.max_results as i32);
    let golden = fleet.write_golden("golden.jsonl", &golden)?;
    let behaviour = Behaviour::plain(plan.engine);
    let seats = match arguments.endpoint {
        Some(_) => placed_sides::beside(arguments.placement, arguments.callee_pid)?,
        None => placed_sides::of_both(arguments.placement, plan.order.seed)?,
    };
    // A callee that was started lives until the load is over.
    let (endpoint, callee) = match &arguments.endpoint {
        Some(endpoint) => (endpoint.clone(), None),
        None => fleet.endpoint(known, behaviour, seats)?,
    };
    let callee_pid = callee.as_ref().map(|callee| callee.process.pid()).or(arguments.callee_pid);
    let mut driver = fleet.driver(known, 0, seats)?;
    let first_max_results = Some(plan.order.max_results);
    let to = OpenTo {
        behaviour,
        deadline: plan.deadline,
        golden: &golden,
        first_max_results,
        callee_pid,
    };
    let open = fleet.open_order(plan.order.id, known, &endpoint, &to);
    let patience = ask::patience(plan.deadline);
    driver.open(&open, patience).map_err(|trouble| failed(known, &trouble))?;
    let mut progress = Progress::new(Duration::from_millis(plan.order.duration_ms));
    progress.step("load", 0, 1);
    let question = Question {
        known,
        order: plan.order,
        engine: plan.engine,
        deadline: plan.deadline,
        given_endpoint: arguments.endpoint.is_some(),
        placement: arguments.placement,
    };
    let answer = question.ask(&mut driver, |time| progress.advance(time, "calling"));
    progress.finish();
    let load = answer.map_err(|trouble| failed(known, &trouble))?.load;
    print(&match arguments.format.as_str() {
        "json" => text::json(&load),
        _ => text::human(&load),
    })?;
    Ok(match load.verdict {
        _ if load.interrupted => Code::Interrupted.into(),
        Verdict::Untrustworthy => Code::Untrustworthy.into(),
        Verdict::Stable | Verdict::Unstable => ExitCode::SUCCESS,
    })
}

fn failed(known: &Known, trouble: &Trouble) -> Failure {
    let name = &known.about.name;
    match trouble {
        Trouble::Refused(error) if error.kind() == ErrorKind::Unsupported => {
            let cure = match known.is_own() {
                true => "give --connections as many as --in-flight".into(),
                false => format!(
                    "its driver (caller {}) takes no such load; choose a lane whose caller is \
                    this program, as `tollgate list` shows",
                    known.about.caller
                ),
            };
            Failure::new(Code::Unavailable, format!("{name}: {}; {cure}", error.detail()))
        }
        Trouble::Refused(error) if error.detail().starts_with(WRONG_FIRST) => {
            Failure::new(Code::Untrustworthy, format!("{name}: {}", error.detail()))
        }
        Trouble::Refused(error)
            if matches!(error.kind(), ErrorKind::InvalidArgument | ErrorKind::TooLarge) =>
        {
            Failure::usage(format!("{name}: {trouble}"))
        }
        _ => Failure::failed(format!("{name}: {trouble}")),
    }
}
