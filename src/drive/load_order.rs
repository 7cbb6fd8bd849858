//! The order `load`: from words of the protocol to a load and back.

use crate::{
    drive::{
        closed::questions::Target,
        connection::Opening,
        load::{Job, Measured, Shape, arrivals::Pace},
    },
    protocol::{Load, Loaded},
};
use api::{CallError, ErrorKind};
use hdrhistogram::Histogram;
use quanta::Clock;
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
    opening: &mut Opening,
    order: &Load,
    clock: &Clock,
    stop: &AtomicBool,
) -> Result<Loaded, CallError> {
    let shape = shape_of(order)?;
    let target = Target::new(&opening.golden, 0, 1, order.max_results, opening.checked);
    let job = Job::new(&shape, &target, clock, opening.callee_pid, stop);
    let measured = opening.caller.load(&opening.place.at(), opening.waiting, &job)?;
    answer(&shape, &measured, stop.load(Relaxed))
}

fn shape_of(order: &Load) -> Result<Shape, CallError> {
    let wrong = |detail: String| Err(CallError::new(ErrorKind::InvalidArgument, detail));
    let (lead_in, duration) = (
        Duration::from_millis(order.lead_in_ms),
        Duration::from_millis(order.duration_ms),
    );
    if duration > LONGEST || lead_in >= duration {
        return wrong(format!(
            "a load lasts longer than its lead-in and at most {} s",
            LONGEST.as_secs()
        ));
    }
    if !(1..=MOST_CONNECTIONS).contains(&order.connections)
        || !(order.connections..=MOST_IN_FLIGHT).contains(&order.in_flight)
    {
        return wrong(format!(
            "connections are 1 to {MOST_CONNECTIONS}, calls in flight at least as many and at \
            most {MOST_IN_FLIGHT}"
        ));
    }
    let pace = match (order.rate_per_s, order.arrivals.as_str()) {
        (None, _) => Pace::Closed,
        // Not a number is neither.
        (Some(per_s), _) if !(per_s > 0.0 && per_s * duration.as_secs_f64() <= MOST_DUE) => {
            return wrong(format!(
                "{per_s} calls per second; above 0, and at most {MOST_DUE:e} in all"
            ));
        }
        (Some(per_s), "poisson") => Pace::Poisson { per_s },
        (Some(per_s), "constant") => Pace::Constant { per_s },
        (Some(_), other) => {
            return wrong(format!("arrivals `{other}`; they are poisson or constant"));
        }
    };
    Ok(Shape {
        pace,
        seed: order.seed,
        connections: order.connections as usize,
        in_flight: order.in_flight as usize,
        lead_in,
        duration,
    })
}

fn answer(shape: &Shape, measured: &Measured, stopped: bool) -> Result<Loaded, CallError> {
    let encoded = |histogram: &Histogram<u64>| {
        reports::stats::estimates::histogram_to_base64(histogram).map_err(|error| {
            CallError::new(ErrorKind::Internal, format!("cannot encode a histogram: {error}"))
        })
    };
    let open = |histogram: &Histogram<u64>| {
        (shape.pace != Pace::Closed).then(|| encoded(histogram)).transpose()
    };
    let account = &measured.account;
    let planned = shape.duration;
    let lasted = if stopped {
        planned.min(Duration::from_nanos(measured.elapsed_ns))
    } else {
        planned
    };
    let error = account.error.as_ref();
    Ok(Loaded {
        ok: true,
        elapsed_ns: measured.elapsed_ns.saturating_sub(shape.lead_in.as_nanos() as u64),
        window_ns: lasted.saturating_sub(shape.lead_in).as_nanos() as u64,
        sent: measured.sent,
        dropped: measured.dropped,
        answered_in_window: account.answered_in_window,
        calls: account.calls,
        wrong: account.wrong,
        errors: account.errors,
        kind: error.map(|error| error.kind().name().into()),
        detail: error.map(|error| error.detail().into()),
        in_flight_most: measured.in_flight_most,
        in_flight_call_ns: account.in_flight.call_ns as f64,
        parts: account
            .parts
            .iter()
            .map(|(count, ns)| (*count, if *count > 0 { *ns } else { 0 }))
            .collect(),
        cpu_caller_ns: measured.cpu_ns[0],
        cpu_callee_ns: measured.cpu_ns[1],
        latency: open(&account.latency)?,
        service: encoded(&account.service)?,
        lateness: open(&account.lateness)?,
        late_place: open(&account.late_place)?,
        late_thread: if account.late_thread.is_empty() {
            None
        } else {
            open(&account.late_thread)?
        },
        late_generator: open(&account.late_generator)?,
    })
}
