//! A load: calls that are due by a schedule, whether or not earlier ones are answered; or as fast
//! as so many in flight allow. Lanes that wait asynchronously share one thread (`concurrent`),
//! lanes that block have a thread for each connection (`threads`); both know a lane by its traits
//! alone (`erased`).

pub(crate) mod arrivals;
pub(crate) mod concurrent;
pub(crate) mod counts;
pub(crate) mod erased;
pub(crate) mod in_flight;
pub(crate) mod job;
pub(crate) mod one_call;
pub(crate) mod shape;
pub(crate) mod thread_time;
pub(crate) mod threads;

use crate::drive::load::{
    concurrent::Shared,
    erased::{Make, Opens},
    job::{Job, Measured},
};
use api::{CallError, Open, Waiting};

/// Opens the connections of a load, puts it on them, and closes them.
///
/// # Errors
/// That of opening; `Unsupported` where a connection cannot have as many calls in flight. Errors of
/// calls are counted.
pub(crate) fn run(
    lane: &mut dyn Opens,
    make: Make<'_>,
    waiting: Waiting,
    at: &Open<'_>,
    job: &Job<'_>,
) -> Result<Measured, CallError> {
    if waiting != Waiting::Async {
        return threads::run(make, at, job);
    }
    let connections = (0..job.shape.connections)
        .map(|_| lane.open(at))
        .collect::<Result<Vec<_>, _>>()?;
    let slots = concurrent::slots(connections, job.shape.in_flight)?;
    let shared = Shared::new(job);
    lane.block_on(Box::pin(concurrent::run(slots, &shared)));
    Ok(shared.finished())
}
