//! Lanes that wait asynchronously: one future holds all calls in flight and sends what is due.
//! While it waits for a call to become due it yields to itself: a thread that slept or span would
//! keep its own answers waiting.

use crate::drive::load::{
    arrivals::{Call, Due, Pacer},
    counts::Counts,
    erased::Calls,
    job::{Job, Measured},
    one_call::{CallSlot, make_call, only_one_in_flight},
    thread_time::ThreadTime,
};
use api::CallError;
use futures_util::{StreamExt, stream::FuturesUnordered};
use std::{
    cell::{Cell, RefCell},
    collections::VecDeque,
    future::poll_fn,
    task::Poll,
};

/// So many slots, spread evenly over the connections.
pub(crate) fn slots(
    mut connections: Vec<Box<dyn Calls>>,
    in_flight: usize,
) -> Result<VecDeque<CallSlot>, CallError> {
    let opened = connections.len();
    for at in opened..in_flight {
        let another = connections[at % opened].share().ok_or_else(only_one_in_flight)?;
        connections.push(another);
    }
    Ok(connections.into_iter().map(CallSlot::new).collect())
}

/// What all calls of a load share: its schedule, its counts, and when the thread was the lane's.
pub(crate) struct Shared<'a> {
    job: &'a Job<'a>,
    pacer: RefCell<Pacer>,
    counts: RefCell<Counts>,
    /// None in a closed loop: no call is late there.
    thread_time: Option<RefCell<ThreadTime>>,
    /// When the thread was given to the runtime, where that had something to do.
    left_ns: Cell<Option<u64>>,
    /// True where calls were in flight when it was given up before.
    was_flying: Cell<bool>,
}

impl<'a> Shared<'a> {
    pub(crate) fn new(job: &'a Job<'a>) -> Self {
        let pacer = job.shape.pacer();
        let thread_time = pacer.is_scheduled().then(RefCell::default);
        let counts = RefCell::new(Counts::new(job.shape.window()));
        Self {
            job,
            pacer: RefCell::new(pacer),
            counts,
            thread_time,
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
        if let Some(time) = &self.thread_time {
            match &due {
                Due::Now(_) => time.borrow_mut().handed_out(),
                Due::At(_) | Due::Over => time.borrow_mut().nothing_due(),
            }
        }
        due
    }

    /// The thread goes to the runtime. It has something to do while calls are in flight, and once
    /// more when all have come back: what they leave behind.
    fn leave(&self, flying: bool) {
        let busy = self.thread_time.is_some() && (self.was_flying.replace(flying) || flying);
        self.left_ns.set(busy.then(|| self.job.now_ns()));
    }

    /// The thread is back.
    fn back(&self) {
        if let (Some(left_ns), Some(time)) = (self.left_ns.take(), &self.thread_time) {
            time.borrow_mut().add(left_ns, self.job.now_ns());
        }
    }

    /// Makes this call, and every one that is due when the one before it is answered: what waits is
    /// sent at once, not when all other answers of a turn have been read. Gives the slot back
    /// while its connection lives.
    async fn calls(&self, mut slot: CallSlot, mut call: Call) -> Option<CallSlot> {
        while make_call(&mut slot, call, self.job, &self.counts, self.thread_time.as_ref()).await {
            match self.due() {
                Due::Now(next) => call = next,
                Due::At(_) | Due::Over => return Some(slot),
            }
        }
        None
    }

    /// Everything was answered.
    pub(crate) fn finished(self) -> Measured {
        self.job.finished(self.counts.into_inner(), [self.pacer.into_inner()])
    }
}

/// Sends what is due as long as a slot is free, until the load is over and everything is answered.
/// A slot whose connection has ended is given up.
pub(crate) async fn run(mut free: VecDeque<CallSlot>, shared: &Shared<'_>) {
    let mut flying = FuturesUnordered::new();
    let mut over = false;
    poll_fn(|cx| {
        shared.back();
        loop {
            while let Some(slot) = free.pop_front() {
                match shared.due() {
                    Due::Now(call) => flying.push(shared.calls(slot, call)),
                    waits => {
                        over = waits == Due::Over;
                        free.push_front(slot);
                        break;
                    }
                }
            }
            match flying.poll_next_unpin(cx) {
                Poll::Ready(Some(slot)) => free.extend(slot),
                // Either nothing is left to do, or nobody to do it.
                Poll::Ready(None) if over || free.is_empty() => return Poll::Ready(()),
                Poll::Ready(None) | Poll::Pending => {
                    if !over && !free.is_empty() {
                        cx.waker().wake_by_ref();
                    }
                    shared.leave(!flying.is_empty());
                    return Poll::Pending;
                }
            }
        }
    })
    .await;
}
