//! Lanes that wait asynchronously: one future holds all calls in flight and sends what is due. While it waits for a call
//! to become due it yields to itself: a thread that slept or span would keep its own answers waiting.

use super::{Job, Measured, Place, account::Account, arrivals::Due, one, one_in_flight};
use api::{CallError, Connection, Reply};
use futures_util::{StreamExt, stream::FuturesUnordered};
use std::{
    cell::RefCell,
    collections::VecDeque,
    future::poll_fn,
    task::{Context, Poll},
};

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
    let mut pacer = job.shape.pacer();
    let mut flying = FuturesUnordered::new();
    let mut over = false;
    let turn = |cx: &mut Context<'_>| loop {
        if job.stopped() {
            pacer.end(job.now_ns());
        }
        while !over && let Some(mut place) = free.pop_front() {
            let Due::Now(call) = (match pacer.take(job.now_ns()) {
                Due::Over => {
                    over = true;
                    Due::Over
                }
                due => due,
            }) else {
                free.push_front(place);
                break;
            };
            let account = &account;
            flying.push(async move { one(&mut place, call, job, account).await.then_some(place) });
        }
        match flying.poll_next_unpin(cx) {
            Poll::Ready(Some(place)) => free.extend(place),
            Poll::Ready(None) if over || free.is_empty() => return Poll::Ready(()),
            Poll::Ready(None) | Poll::Pending => {
                if !over && !free.is_empty() {
                    cx.waker().wake_by_ref();
                }
                return Poll::Pending;
            }
        }
    };
    poll_fn(turn).await;
    drop(flying);
    job.finished(account.into_inner(), [pacer])
}
