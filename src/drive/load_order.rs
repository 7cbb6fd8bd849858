//! The order `load`: from words of the protocol to a load and back.

use crate::{
    drive::{
        closed::questions::Questions,
        load::{
            arrivals::Pace,
            job::{Job, Measured},
            shape::Shape,
        },
        open_connection::OpenConnection,
        visit_order,
    },
    protocol::{Load, Loaded},
};
use api::{CallError, ErrorKind};
use fixtures::WorkloadKind;
use hdrhistogram::Histogram;
use quanta::Clock;
use reports::stats::estimates;
use std::{
    sync::atomic::{AtomicBool, Ordering::Relaxed},
    time::Duration,
};

/// Bounds of one load. (Every wait and every queue has one.)
pub(crate) const MOST_CONNECTIONS: u32 = 256;
pub(crate) const MOST_IN_FLIGHT: u32 = 1_024;
pub(crate) const LONGEST: Duration = Duration::from_secs(600);
/// Calls that a schedule may hold: those that were not sent are counted one by one when the load is
/// over.
pub(crate) const MOST_DUE: f64 = 1e9;

/// Does what the order asks, on the connection that says where.
pub(crate) fn run(
    connection: &mut OpenConnection,
    order: &Load,
    clock: &Clock,
    stop: &AtomicBool,
) -> Result<Loaded, CallError> {
    let asked = visit_order::asked(&order.workload, order.size, &order.kind)?;
    if asked.workload != WorkloadKind::Recommendations {
        let detail = format!("loads of workload `{}` are not made here", order.workload);
        return Err(CallError::new(ErrorKind::Unsupported, detail));
    }
    let shape = shape_of(order)?;
    let questions = Questions::new(&connection.golden, 0, 1, order.size, connection.checked);
    let job = Job::new(&shape, &questions, clock, connection.callee_pid, stop);
    let (at, waiting) = (connection.options.as_open(), connection.waiting);
    let measured = connection.caller.load(&at, waiting, &job)?;
    loaded(&shape, &measured, stop.load(Relaxed))
}

/// What is asked of the lane; refuses what no load can be.
fn shape_of(order: &Load) -> Result<Shape, CallError> {
    let lead_in = Duration::from_millis(order.lead_in_ms);
    let duration = Duration::from_millis(order.duration_ms);
    if duration > LONGEST || lead_in >= duration {
        return Err(invalid(format!(
            "a load lasts longer than its lead-in and at most {} s",
            LONGEST.as_secs()
        )));
    }
    if !(1..=MOST_CONNECTIONS).contains(&order.connections)
        || !(order.connections..=MOST_IN_FLIGHT).contains(&order.in_flight)
    {
        return Err(invalid(format!(
            "connections are 1 to {MOST_CONNECTIONS}, calls in flight at least as many and at \
            most {MOST_IN_FLIGHT}"
        )));
    }
    Ok(Shape {
        pace: pace_of(order, duration)?,
        seed: order.seed,
        connections: order.connections as usize,
        in_flight: order.in_flight as usize,
        lead_in,
        duration,
    })
}

fn pace_of(order: &Load, duration: Duration) -> Result<Pace, CallError> {
    let Some(per_s) = order.rate_per_s else { return Ok(Pace::Closed) };
    // What is not a number fails both.
    let fits = per_s > 0.0 && per_s * duration.as_secs_f64() <= MOST_DUE;
    if !fits {
        return Err(invalid(format!(
            "{per_s} calls per second; above 0, and at most {MOST_DUE:e} in all"
        )));
    }
    match order.arrivals.as_str() {
        "poisson" => Ok(Pace::Poisson { per_s }),
        "constant" => Ok(Pace::Constant { per_s }),
        other => Err(invalid(format!("arrivals `{other}`; they are poisson or constant"))),
    }
}

fn invalid(detail: String) -> CallError {
    CallError::new(ErrorKind::InvalidArgument, detail)
}

/// What is answered. In a closed loop no call is late, and none has an intended start.
fn loaded(shape: &Shape, measured: &Measured, stopped: bool) -> Result<Loaded, CallError> {
    let counts = &measured.counts;
    let mut lasted = shape.duration;
    if stopped {
        lasted = lasted.min(Duration::from_nanos(measured.elapsed_ns));
    }
    let error = counts.error.as_ref();
    let mut answer = Loaded {
        ok: true,
        elapsed_ns: measured.elapsed_ns.saturating_sub(shape.lead_in.as_nanos() as u64),
        window_ns: lasted.saturating_sub(shape.lead_in).as_nanos() as u64,
        sent: measured.sent,
        dropped: measured.dropped,
        answered_in_window: counts.answered_in_window,
        calls: counts.calls,
        wrong: counts.wrong,
        errors: counts.errors,
        kind: error.map(|error| error.kind().name().into()),
        detail: error.map(|error| error.detail().into()),
        in_flight_most: measured.in_flight_most,
        in_flight_call_ns: counts.in_flight.call_ns as f64,
        parts: counts.parts.iter().copied().map(told_part).collect(),
        cpu_caller_ns: measured.cpu.caller_ns,
        cpu_callee_ns: measured.cpu.callee_ns,
        service: encoded(&counts.service)?,
        ..Loaded::default()
    };
    if shape.pace != Pace::Closed {
        answer.latency = Some(encoded(&counts.latency)?);
        answer.lateness = Some(encoded(&counts.lateness)?);
        answer.late_place = Some(encoded(&counts.late_place)?);
        answer.late_generator = Some(encoded(&counts.late_generator)?);
        if !counts.late_thread.is_empty() {
            answer.late_thread = Some(encoded(&counts.late_thread)?);
        }
    }
    Ok(answer)
}

/// Calls of a part of the window, and the shortest latency; 0 where there was no call.
fn told_part(part: (u64, u64)) -> (u64, u64) {
    let (calls, shortest_ns) = part;
    (calls, if calls > 0 { shortest_ns } else { 0 })
}

fn encoded(histogram: &Histogram<u64>) -> Result<String, CallError> {
    estimates::histogram_to_base64(histogram).map_err(|error| {
        CallError::new(ErrorKind::Internal, format!("cannot encode a histogram: {error}"))
    })
}
