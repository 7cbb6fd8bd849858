//! How long a call may take, and whether the connection can still be used.
//!
//! Not tonic's own timeout: that one ends with the reply's headers and leaves the body out, and like every timer of
//! tokio that is made for one call it wakes the runtime once more (a write to its event descriptor and a poll of it:
//! 3 us a call, seen on 2 cores). Here one alarm stays armed from call to call and is moved only when it goes off.

use api::{CallError, ErrorKind};
use std::{
    future::{Future, poll_fn},
    pin::{Pin, pin},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    task::Poll,
    time::Duration,
};
use tokio::time::{Instant, Sleep, sleep_until};

/// The life of one handle on a connection.
pub(crate) struct Life {
    deadline: Duration,
    /// Shared by all handles: what ends one of them ends the connection.
    dead: Arc<AtomicBool>,
    /// Never armed for later than the call that is running: all calls have the same deadline, later ones end later.
    alarm: Option<Pin<Box<Sleep>>>,
}

impl Life {
    pub(crate) fn new(deadline: Duration) -> Self {
        Self { deadline, dead: Arc::default(), alarm: None }
    }

    /// The life of a second handle.
    pub(crate) fn share(&self) -> Self {
        Self { deadline: self.deadline, dead: self.dead.clone(), alarm: None }
    }

    /// Does the work of one call.
    ///
    /// # Errors
    /// That of the work, `Deadline` when it takes too long, `Gone` after an error that ended the connection.
    pub(crate) async fn within<T>(&mut self, work: impl Future<Output = Result<T, CallError>>) -> Result<T, CallError> {
        if self.dead.load(Relaxed) {
            return Err(CallError::new(ErrorKind::Gone, "this connection ended with an earlier error"));
        }
        let outcome = self.until_due(work).await;
        if outcome.as_ref().is_err_and(|error| error.kind().ends_connection()) {
            self.dead.store(true, Relaxed);
        }
        outcome
    }

    async fn until_due<T>(&mut self, work: impl Future<Output = Result<T, CallError>>) -> Result<T, CallError> {
        let deadline = self.deadline;
        let due = Instant::now() + deadline;
        let alarm = self.alarm.get_or_insert_with(|| Box::pin(sleep_until(due)));
        let mut work = pin!(work);
        poll_fn(|cx| {
            if let Poll::Ready(outcome) = work.as_mut().poll(cx) {
                return Poll::Ready(outcome);
            }
            while alarm.as_mut().poll(cx).is_ready() {
                if Instant::now() >= due {
                    return Poll::Ready(Err(too_late(deadline)));
                }
                alarm.as_mut().reset(due);
            }
            Poll::Pending
        })
        .await
    }
}

#[cold]
fn too_late(deadline: Duration) -> CallError {
    CallError::new(ErrorKind::Deadline, format!("no answer within {deadline:?}"))
}
