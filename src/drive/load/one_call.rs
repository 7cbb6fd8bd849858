//! One call of a load, from its sending to the check of its answer.

use crate::drive::load::{
    arrivals::Call,
    counts::{Counts, Times},
    erased::{Calls, Pending},
    job::Job,
    thread_time::ThreadTime,
};
use api::{CallError, ErrorKind, Outcome, Reply};
use std::{cell::RefCell, future::poll_fn, slice, task::Poll};

/// A place for one call in flight: a handle on a connection, and the memory of its answer.
pub(crate) struct CallSlot {
    connection: Box<dyn Calls>,
    reply: Reply,
}

impl CallSlot {
    pub(crate) fn new(connection: Box<dyn Calls>) -> Self {
        Self { connection, reply: Reply::default() }
    }
}

/// Makes one call; its answer is compared when its time has been taken. False where the connection
/// has ended. `thread_time`: where one thread sends all calls.
pub(crate) async fn make_call(
    slot: &mut CallSlot,
    call: Call,
    job: &Job<'_>,
    counts: &RefCell<Counts>,
    thread_time: Option<&RefCell<ThreadTime>>,
) -> bool {
    let requests = &job.questions.requests;
    let at = (call.number % requests.len() as u64) as usize;
    let sent_ns = job.now_ns();
    let late = job.late(call.due_ns, sent_ns, thread_time);
    job.taken();
    counts.borrow_mut().sent(call.due_ns, sent_ns);
    let answer = slot.connection.call(&requests[at], &mut slot.reply);
    let outcome = match thread_time {
        Some(time) => watched(answer, time, job).await,
        None => answer.await,
    };
    let answered_ns = job.now_ns();
    job.freed(answered_ns);
    let alive = !outcome.as_ref().is_err_and(|error| error.kind().ends_connection());
    let answered = outcome.is_ok();
    let mut counts = counts.borrow_mut();
    counts.came_back(Times { due_ns: call.due_ns, sent_ns, answered_ns, late }, outcome);
    if answered {
        counts.wrong += job.questions.wrong(at, slice::from_ref(&slot.reply));
    }
    alive
}

/// The same future; while it is polled, and while what it leaves behind is cleared away, the thread
/// is the lane's.
async fn watched(
    answer: Pending<'_, Outcome>,
    thread_time: &RefCell<ThreadTime>,
    job: &Job<'_>,
) -> Outcome {
    let mut answer = Some(answer);
    poll_fn(|context| {
        let from_ns = job.now_ns();
        let polled = answer.as_mut().map_or(Poll::Pending, |answer| answer.as_mut().poll(context));
        if polled.is_ready() {
            answer = None;
        }
        thread_time.borrow_mut().add(from_ns, job.now_ns());
        polled
    })
    .await
}

/// What a lane answers that would need several calls in flight on one connection.
pub(crate) fn only_one_in_flight() -> CallError {
    let detail = "a connection of this lane has one call in flight: as many connections are \
    needed as calls in flight";
    CallError::new(ErrorKind::Unsupported, detail)
}
