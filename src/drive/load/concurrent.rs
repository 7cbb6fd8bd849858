//! Lanes that wait asynchronously: one future holds all calls in flight and sends what is due. While it waits for a call
//! to become due it yields to itself: a thread that slept or span would keep its own answers waiting.

use super::{
    Job, Measured, Place,
    account::Account,
    arrivals::{Call, Due, Pacer},
    one, one_in_flight,
};
use api::{CallError, Connection, Reply};
use futures_util::{StreamExt, stream::FuturesUnordered};
use std::{cell::RefCell, collections::VecDeque, future::poll_fn, task::Poll};

/// So many places, spread evenly over the connections.
pub(super) fn places<C: Connection>(
    connections: Vec<C>,
    in_flight: usize,
) -> Result<VecDeque<Place<C>>, CallError> {
    let shared = (connections.len()..in_flight).map(|at| connections[at % connections.len()].share());
    let shared: Option<Vec<C>> = shared.collect();
    let handles = connections.into_iter().chain(shared.ok_or_else(one_in_flight)?);
    Ok(handles.map(|connection| Place { connection, reply: Reply::default() }).collect())
}

/// Sends what is due as long as a place is free, until the load is over and everything is answered. A place whose
/// connection has ended is given up.
pub(super) async fn run<C: Connection>(mut free: VecDeque<Place<C>>, job: &Job<'_>) -> Measured {
    let account = RefCell::new(Account::new(job.shape.window_ns()));
    let pacer = RefCell::new(job.shape.pacer());
    let (books, schedule) = (&account, &pacer);
    let mut flying = FuturesUnordered::new();
    let mut over = false;
    poll_fn(|cx| {
        loop {
            while let Some(place) = free.pop_front() {
                match due(schedule, job) {
                    Due::Now(call) => flying.push(calls(place, call, job, schedule, books)),
                    waits => {
                        over = waits == Due::Over;
                        free.push_front(place);
                        break;
                    }
                }
            }
            match flying.poll_next_unpin(cx) {
                Poll::Ready(Some(place)) => free.extend(place),
                // Either nothing is left to do, or nobody to do it.
                Poll::Ready(None) if over || free.is_empty() => return Poll::Ready(()),
                Poll::Ready(None) | Poll::Pending => {
                    if !over && !free.is_empty() {
                        cx.waker().wake_by_ref();
                    }
                    return Poll::Pending;
                }
            }
        }
    })
    .await;
    drop(flying);
    job.finished(account.into_inner(), [pacer.into_inner()])
}

/// Makes this call, and every one that is due when the one before it is answered: what waits is sent at once, not when
/// all other answers of a turn have been read. Gives the place back while its connection lives.
async fn calls<C: Connection>(
    mut place: Place<C>,
    mut call: Call,
    job: &Job<'_>,
    schedule: &RefCell<Pacer>,
    books: &RefCell<Account>,
) -> Option<Place<C>> {
    while one(&mut place, call, job, books).await {
        match due(schedule, job) {
            Due::Now(next) => call = next,
            Due::At(_) | Due::Over => return Some(place),
        }
    }
    None
}

fn due(schedule: &RefCell<Pacer>, job: &Job<'_>) -> Due {
    let (mut pacer, now_ns) = (schedule.borrow_mut(), job.now_ns());
    if job.stopped() {
        pacer.end(now_ns);
    }
    pacer.take(now_ns)
}
