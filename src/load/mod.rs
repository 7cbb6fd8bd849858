//! `tollgate load`: calls on a schedule that does not wait for answers, or as fast as so many in flight allow. This process
//! calls nothing; the generator is in the driver.

mod arguments;
mod shown;

pub(crate) use arguments::Arguments;

use crate::{
    drive::WRONG_FIRST,
    failure::{Code, Failure},
    fleet::{Behaviour, Driver, Fleet, OpenTo, Seats, Trouble},
    interrupt,
    lanes::Lanes,
    output::print,
    progress::Progress,
    protocol::{self, Loaded, Order},
    roster::{Known, Roster},
    workload::Workload,
};
use api::ErrorKind;
use arguments::Plan;
use reports::{
    load::{Asked, Counted, Load, Loop, Verdict},
    stats,
};
use std::{
    path::PathBuf,
    process::ExitCode,
    time::{Duration, Instant},
};

/// For the processes around a load.
const PATIENCE: Duration = Duration::from_secs(10);
/// Progress is shown, and Ctrl-C looked for, this often.
const GLANCE: Duration = Duration::from_millis(200);

/// Starts a callee and a driver, puts the load on, and prints what came of it.
pub(crate) fn load(lanes: &Lanes, arguments: &Arguments, program: PathBuf) -> Result<ExitCode, Failure> {
    let roster = Roster::new(lanes);
    let known = roster.available(&arguments.lane)?;
    let plan = Plan::new(arguments, known)?;
    interrupt::watch()?;
    let workload = Workload::load(&arguments.files)?;
    let fleet = Fleet::new(program, &workload)?;
    let golden = workload.golden(plan.engine, plan.order.max_results as i32);
    let golden = fleet.write_golden("golden.jsonl", &golden)?;
    let behaviour = Behaviour::plain(plan.engine);
    // A callee that was started lives until the load is over.
    let (endpoint, callee) = match &arguments.endpoint {
        Some(endpoint) => (endpoint.clone(), None),
        None => fleet.endpoint(known, behaviour, Seats::default())?,
    };
    let callee_pid = callee.as_ref().map(|callee| callee.process.pid()).or(arguments.callee_pid);
    let mut driver = fleet.driver(known, 0, Seats::default())?;
    let first_max_results = Some(plan.order.max_results);
    let to = OpenTo { behaviour, deadline: plan.deadline, golden: &golden, first_max_results, callee_pid };
    let open = fleet.open_order(plan.order.id, known, &endpoint, &to);
    driver.open(&open, plan.deadline * 2 + PATIENCE).map_err(|trouble| failed(known, &trouble))?;
    let loaded = put_on(&mut driver, &plan).map_err(|trouble| failed(known, &trouble))?;
    let load = Load::new(asked(known, &plan, arguments.endpoint.is_some()), &counted(&loaded)?);
    print(&match arguments.format.as_str() {
        "json" => shown::json(&load),
        _ => shown::human(&load),
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
                    "its driver (caller {}) takes no such load; choose a lane whose caller is this program, as `tollgate list` shows",
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

/// Gives the order and waits for its answer; Ctrl-C ends the load, not the wait for what was measured.
fn put_on(driver: &mut Driver, plan: &Plan) -> Result<Loaded, Trouble> {
    let duration = Duration::from_millis(plan.order.duration_ms);
    // Opening each connection, and the last answers, may take a deadline.
    let patience = plan.deadline * 2 + PATIENCE;
    driver.say(&Order::Load(plan.order.clone()))?;
    let mut progress = Progress::new(duration);
    progress.step("load", 0, 1);
    let begun = Instant::now();
    let mut until = begun + duration + patience;
    let mut told = false;
    let loaded = loop {
        let left = until.saturating_duration_since(Instant::now());
        if let Some(loaded) = driver.hear_within(left.min(GLANCE))? {
            break loaded;
        }
        if left.is_zero() {
            // Says how it died, if it did.
            break driver.hear(Duration::ZERO)?;
        }
        progress.advance(GLANCE, "calling");
        if interrupt::requested() && !std::mem::replace(&mut told, true) {
            driver.say(&Order::Stop)?;
            until = Instant::now() + patience;
        }
    };
    progress.finish();
    Ok(loaded)
}

fn asked(known: &Known, plan: &Plan, given_endpoint: bool) -> Asked {
    let order: &protocol::Load = &plan.order;
    let open = order.rate_per_s.is_some();
    Asked {
        lane: known.about.name.clone(),
        implementation: known.about.implementation.clone(),
        given_endpoint,
        engine: plan.engine.name().into(),
        max_results: order.max_results,
        discipline: if open { Loop::Open } else { Loop::Closed },
        arrivals: open.then(|| order.arrivals.clone()),
        rate_per_s: order.rate_per_s,
        duration_s: order.duration_ms as f64 / 1e3,
        connections: order.connections,
        in_flight: order.in_flight,
        seed: order.seed,
    }
}

fn counted(loaded: &Loaded) -> Result<Counted, Failure> {
    let read = |text: Option<&String>| match text {
        None => Ok(stats::histogram()),
        Some(text) => stats::histogram_from_base64(text)
            .map_err(|error| Failure::failed(format!("the driver's answer: {error}"))),
    };
    let words = |kind: &String| format!("{kind}: {}", loaded.detail.as_deref().unwrap_or_default());
    Ok(Counted {
        window_ns: loaded.window_ns,
        elapsed_ns: loaded.elapsed_ns,
        sent: loaded.sent,
        dropped: loaded.dropped,
        answered_in_window: loaded.answered_in_window,
        calls: loaded.calls,
        wrong: loaded.wrong,
        errors: loaded.errors,
        error: loaded.kind.as_ref().map(words),
        in_flight_most: loaded.in_flight_most,
        in_flight_call_ns: loaded.in_flight_call_ns,
        parts: loaded.parts.clone(),
        cpu_caller_ns: loaded.cpu_caller_ns,
        cpu_callee_ns: loaded.cpu_callee_ns,
        latency: read(loaded.latency.as_ref())?,
        service: read(Some(&loaded.service))?,
        lateness: read(loaded.lateness.as_ref())?,
        interrupted: interrupt::requested(),
    })
}
