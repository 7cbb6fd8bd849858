//! `tollgate load`: calls on a schedule that does not wait for answers, or as fast as so many in
//! flight allow. This process calls nothing; the generator is in the driver.

pub(crate) mod arguments;
pub(crate) mod placed_sides;
pub(crate) mod text;

pub(crate) use crate::commands::load::arguments::Arguments;
use crate::{
    drive::{WRONG_FIRST, WRONG_ON_PURPOSE, workload::Workload},
    fleet::{
        Fleet,
        callee::Behaviour,
        driver::DriverError,
        side::{GivenCallee, Side, SideError, SideSpec},
    },
    lanes::{
        Lanes,
        roster::{Known, Roster},
    },
    machine::placement::Seats,
    measure::load::request::{self, LoadRequest},
    protocol::Endpoint,
    shell::{
        failure::{Code, Failure},
        interrupt,
        output::print,
        progress::Progress,
        stderr,
    },
};
use api::{EngineKind, ErrorKind};
use fixtures::{WorkloadKind, WorkloadSize};
use reports::{figures::load::Load, record::Verdict};
use std::{path::PathBuf, process::ExitCode, time::Duration};

/// Starts a callee and a driver, puts the load on, and prints what came of it.
pub(crate) fn load(
    lanes: &Lanes,
    arguments: &Arguments,
    program: PathBuf,
) -> Result<ExitCode, Failure> {
    let roster = Roster::new(lanes);
    let known = roster.available(&arguments.lane)?;
    let request = arguments.request(known)?;
    arguments.check_given(known)?;
    interrupt::watch()?;
    // A callee that was started lives until the load is over.
    let workload = Workload::load(&arguments.files)?;
    let fleet = Fleet::new(program, &workload)?;
    if request.engine == EngineKind::Wrong {
        stderr::say(format_args!("tollgate: {WRONG_ON_PURPOSE}"));
    }
    let mut side = bring_up(&fleet, &workload, arguments, &request)?;
    let mut progress = Progress::new(Duration::from_millis(request.order.duration_ms));
    progress.step("load", 0, 1);
    let server = side.answering.server.as_ref().and_then(|server| server.pid);
    let answer = request.ask(&mut side.driver, server, |time| progress.advance(time, "calling"));
    progress.finish();
    let load = answer.map_err(|error| failed(known, &error))?.load;
    print(&match arguments.format.as_str() {
        "json" => text::json(&load),
        _ => text::human(&load),
    })?;
    Ok(exit_code(&load))
}

fn exit_code(load: &Load) -> ExitCode {
    if load.interrupted {
        return Code::Interrupted.into();
    }
    match load.verdict {
        Verdict::Untrustworthy => Code::Untrustworthy.into(),
        Verdict::Stable | Verdict::Unstable => ExitCode::SUCCESS,
    }
}

/// Both sides of the load, placed as it says.
fn bring_up(
    fleet: &Fleet,
    workload: &Workload,
    arguments: &Arguments,
    request: &LoadRequest<'_>,
) -> Result<Side, Failure> {
    let LoadRequest { known, order, engine, deadline, .. } = request;
    let golden = workload.golden(*engine, order.size as i32);
    let golden = fleet.write_golden("golden.jsonl", &golden)?;
    let given = arguments.endpoint.as_deref().map(Endpoint::parse);
    let spec = SideSpec {
        known,
        behaviour: Behaviour::plain(*engine),
        seats: seats(arguments, order.seed)?,
        given: given
            .as_ref()
            .map(|endpoint| GivenCallee { endpoint, pid: arguments.callee_pid }),
        deadline: *deadline,
        patience: request::patience(*deadline),
        golden: &golden,
        first: Some(WorkloadSize { workload: WorkloadKind::Recommendations, size: order.size }),
        callee_cpu: true,
    };
    Side::bring_up(fleet, &spec, order.id, || 0).map_err(|error| match error {
        SideError::NotStarted(failure) => failure,
        SideError::NotOpened(error) => failed(known, &error),
    })
}

fn seats(arguments: &Arguments, seed: u64) -> Result<Seats, Failure> {
    if arguments.endpoint.is_some() {
        placed_sides::beside(arguments.placement(), arguments.callee_pid)
    } else {
        placed_sides::of_both(arguments.placement(), seed)
    }
}

fn failed(known: &Known, error: &DriverError) -> Failure {
    let name = &known.about.name;
    match error {
        DriverError::Refused(refused) if refused.kind() == ErrorKind::Unsupported => {
            let cure = if known.takes_load {
                "give --connections as many as --in-flight".into()
            } else {
                format!(
                    "its driver (caller {}) takes no such load; choose a lane whose caller sends \
                    calls by a schedule, as those of Rust do",
                    known.about.caller
                )
            };
            Failure::new(Code::Unavailable, format!("{name}: {}; {cure}", refused.detail()))
        }
        DriverError::Refused(refused) if refused.detail().starts_with(WRONG_FIRST) => {
            Failure::new(Code::Untrustworthy, format!("{name}: {}", refused.detail()))
        }
        DriverError::Refused(refused)
            if matches!(refused.kind(), ErrorKind::InvalidArgument | ErrorKind::TooLarge) =>
        {
            Failure::usage(format!("{name}: {error}"))
        }
        _ => Failure::failed(format!("{name}: {error}")),
    }
}
