//! Lanes that wait asynchronously: one future holds all calls in flight and sends what is due.
//! While it waits for a call to become due it yields to itself: a thread that slept or span would
//! keep its own answers waiting.

use crate::drive::load::{
    Job, Measured, Place,
    arrivals::{Call, Due, Pacer},
    counts::Account,
    erased::Calls,
    one, one_in_flight,
    thread_time::Lent,
};
use api::{CallError, Reply};
use futures_util::{StreamExt, stream::FuturesUnordered};
use std::{
    cell::{Cell, RefCell},
    collections::VecDeque,
    future::poll_fn,
    task::Poll,
};

/// So many places, spread evenly over the connections.
pub(crate) fn places(
    connections: Vec<Box<dyn Calls>>,
    in_flight: usize,
) -> Result<VecDeque<Place>, CallError> {
    let shared =
        (connections.len()..in_flight).map(|at| connections[at % connections.len()].share());
    let shared: Option<Vec<Box<dyn Calls>>> = shared.collect();
    let handles = connections.into_iter().chain(shared.ok_or_else(one_in_flight)?);
    Ok(handles
        .map(|connection| Place { connection, reply: Reply::default() })
        .collect())
}

/// What all calls of a load share: its schedule, its books, and when the thread was the lane's.
pub(crate) struct Desk<'a> {
    job: &'a Job<'a>,
    pacer: RefCell<Pacer>,
    account: RefCell<Account>,
    /// None in a closed loop: no call is late there.
    lent: Option<RefCell<Lent>>,
    /// When the thread was given to the runtime, where that had something to do.
    left_ns: Cell<Option<u64>>,
    /// True where calls were in flight when it was given up before.
    was_flying: Cell<bool>,
}

impl<'a> Desk<'a> {
    pub(crate) fn new(job: &'a Job<'a>) -> Self {
        let pacer = job.shape.pacer();
        let lent = pacer.is_scheduled().then(RefCell::default);
        let account = RefCell::new(Account::new(job.shape.window_ns()));
        Self {
            job,
            pacer: RefCell::new(pacer),
            account,
            lent,
            left_ns: Cell::new(None),
            was_flying: Cell::new(false),
        }
    }

    /// What there is to do now.
    fn due(&self) -> Due {
        let (mut pacer, now_ns) = (self.pacer.borrow_mut(), self.job.now_ns());
        if self.job.stopped() {
            pacer.end(now_ns);
        }
        let due = pacer.take(now_ns);
        if let Some(lent) = &self.lent {
            match &due {
                Due::Now(_) => lent.borrow_mut().handed_out(),
                Due::At(_) | Due::Over => lent.borrow_mut().nothing_due(),
            }
        }
        due
    }

    /// The thread goes to the runtime. It has something to do while calls are in flight, and once
    /// more when all have come back: what they leave behind.
    fn leave(&self, flying: bool) {
        let lent = self.lent.is_some() && (self.was_flying.replace(flying) || flying);
        self.left_ns.set(lent.then(|| self.job.now_ns()));
    }

    /// The thread is back.
    fn back(&self) {
        if let (Some(left_ns), Some(lent)) = (self.left_ns.take(), &self.lent) {
            lent.borrow_mut().add(left_ns, self.job.now_ns());
        }
    }

    /// Makes this call, and every one that is due when the one before it is answered: what waits is
    /// sent at once, not when all other answers of a turn have been read. Gives the place back
    /// while its connection lives.
    async fn calls(&self, mut place: Place, mut call: Call) -> Option<Place> {
        while one(&mut place, call, self.job, &self.account, self.lent.as_ref()).await {
            match self.due() {
                Due::Now(next) => call = next,
                Due::At(_) | Due::Over => return Some(place),
            }
        }
        None
    }

    /// Everything was answered.
    pub(crate) fn finished(self) -> Measured {
        self.job.finished(self.account.into_inner(), [self.pacer.into_inner()])
    }
}

/// Sends what is due as long as a place is free, until the load is over and everything is answered.
/// A place whose connection has ended is given up.
pub(crate) async fn run(mut free: VecDeque<Place>, desk: &Desk<'_>) {
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
}
