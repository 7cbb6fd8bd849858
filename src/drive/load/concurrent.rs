//! Lanes that wait asynchronously: one future holds all calls in flight and sends what is due. While it waits for a call
//! to become due it yields to itself: a thread that slept or span would keep its own answers waiting.

use super::{
    Job, Measured, Place,
    account::Account,
    arrivals::{Call, Due, Pacer},
    lent::Lent,
    one, one_in_flight,
};
use api::{CallError, Connection, Reply};
use futures_util::{StreamExt, stream::FuturesUnordered};
use std::{
    cell::{Cell, RefCell},
    collections::VecDeque,
    future::poll_fn,
    task::Poll,
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

/// What all calls of a load share: its schedule, its books, and when the thread was the lane's.
struct Desk<'a> {
    job: &'a Job<'a>,
    pacer: RefCell<Pacer>,
    account: RefCell<Account>,
    /// None in a closed loop: no call is late there.
    lent: Option<RefCell<Lent>>,
    /// When the thread was given up while calls were in flight.
    left_ns: Cell<Option<u64>>,
}

impl<'a> Desk<'a> {
    fn new(job: &'a Job<'a>) -> Self {
        let pacer = job.shape.pacer();
        let lent = pacer.is_scheduled().then(RefCell::default);
        let account = RefCell::new(Account::new(job.shape.window_ns()));
        Self { job, pacer: RefCell::new(pacer), account, lent, left_ns: Cell::new(None) }
    }

    /// What there is to do now.
    fn due(&self) -> Due {
        let (mut pacer, now_ns) = (self.pacer.borrow_mut(), self.job.now_ns());
        if self.job.stopped() {
            pacer.end(now_ns);
        }
        let due = pacer.take(now_ns);
        if let (Due::At(_) | Due::Over, Some(lent)) = (&due, &self.lent) {
            lent.borrow_mut().clear();
        }
        due
    }

    /// The thread goes to the runtime.
    fn leave(&self, calls_in_flight: bool) {
        let lent = self.lent.is_some() && calls_in_flight;
        self.left_ns.set(lent.then(|| self.job.now_ns()));
    }

    /// The thread is back.
    fn back(&self) {
        if let (Some(left_ns), Some(lent)) = (self.left_ns.take(), &self.lent) {
            lent.borrow_mut().add(left_ns, self.job.now_ns());
        }
    }

    /// Makes this call, and every one that is due when the one before it is answered: what waits is sent at once, not when
    /// all other answers of a turn have been read. Gives the place back while its connection lives.
    async fn calls<C: Connection>(&self, mut place: Place<C>, mut call: Call) -> Option<Place<C>> {
        while one(&mut place, call, self.job, &self.account, self.lent.as_ref()).await {
            match self.due() {
                Due::Now(next) => call = next,
                Due::At(_) | Due::Over => return Some(place),
            }
        }
        None
    }
}

/// Sends what is due as long as a place is free, until the load is over and everything is answered. A place whose
/// connection has ended is given up.
pub(super) async fn run<C: Connection>(mut free: VecDeque<Place<C>>, job: &Job<'_>) -> Measured {
    let desk = Desk::new(job);
    let mut flying = FuturesUnordered::new();
    let mut over = false;
    poll_fn(|cx| {
        desk.back();
        loop {
            while let Some(place) = free.pop_front() {
                match desk.due() {
                    Due::Now(call) => flying.push(desk.calls(place, call)),
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
                    desk.leave(!flying.is_empty());
                    return Poll::Pending;
                }
            }
        }
    })
    .await;
    drop(flying);
    job.finished(desk.account.into_inner(), [desk.pacer.into_inner()])
}
