//! Calls that wait for their answers, by number. Whoever reads gives each its own; when nothing
//! more comes, all that wait are told why.

use api::{CallError, ErrorKind};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use tokio::sync::oneshot;

/// The calls of one connection.
#[derive(Clone, Default)]
pub(crate) struct Waiting(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    /// Of the last call.
    last: u64,
    calls: HashMap<u64, oneshot::Sender<Vec<u8>>>,
    /// Why nothing more comes.
    ended: Option<CallError>,
}

impl Waiting {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A call begins to wait.
    ///
    /// # Errors
    /// Nothing more comes.
    pub(crate) fn begin(&self) -> Result<PendingCall, CallError> {
        let mut state = self.state();
        if let Some(error) = &state.ended {
            return Err(error.clone());
        }
        state.last += 1;
        let number = state.last;
        let (sender, answer) = oneshot::channel();
        state.calls.insert(number, sender);
        Ok(PendingCall { number, answer, waiting: self.clone() })
    }

    /// An answer has come. That of a call which waits no more is nobody's.
    pub(crate) fn give(&self, number: u64, message: Vec<u8>) {
        let call = self.state().calls.remove(&number);
        if let Some(call) = call {
            // It may have stopped waiting just now.
            drop(call.send(message));
        }
    }

    /// Nothing more comes: all that wait, and all that come later, are told so.
    pub(crate) fn end(&self, error: CallError) {
        let mut state = self.state();
        state.ended.get_or_insert(error);
        state.calls.clear();
    }

    fn why_ended(&self) -> CallError {
        let ended = self.state().ended.clone();
        ended.unwrap_or_else(|| CallError::new(ErrorKind::Gone, "nobody reads the answers"))
    }
}

/// A call that waits. When it is given up, it is forgotten.
pub(crate) struct PendingCall {
    pub(crate) number: u64,
    answer: oneshot::Receiver<Vec<u8>>,
    waiting: Waiting,
}

impl PendingCall {
    /// Waits for the answer; may be given up, and asked again.
    ///
    /// # Errors
    /// Why nothing more comes.
    pub(crate) async fn answer(&mut self) -> Result<Vec<u8>, CallError> {
        (&mut self.answer).await.map_err(|_| self.waiting.why_ended())
    }
}

impl Drop for PendingCall {
    fn drop(&mut self) {
        self.waiting.state().calls.remove(&self.number);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use net::Flavour;

    fn run<T>(work: impl Future<Output = T>) -> T {
        Flavour::CurrentThread.runtime().expect("a runtime").block_on(work)
    }

    #[test]
    fn each_call_gets_its_own_answer_whatever_their_order() {
        let waiting = Waiting::default();
        let (mut first, mut second) =
            (waiting.begin().expect("open"), waiting.begin().expect("open"));
        waiting.give(second.number, b"second".to_vec());
        waiting.give(first.number, b"first".to_vec());
        assert_eq!(run(second.answer()).expect("answered"), b"second");
        assert_eq!(run(first.answer()).expect("answered"), b"first");
    }

    #[test]
    fn an_end_fails_all_that_wait_and_all_that_come_later() {
        let waiting = Waiting::default();
        let (mut first, mut second) =
            (waiting.begin().expect("open"), waiting.begin().expect("open"));
        waiting.end(CallError::new(ErrorKind::Gone, "the server has gone"));
        waiting.end(CallError::new(ErrorKind::Internal, "another cause"));
        for outcome in [run(first.answer()), run(second.answer())] {
            let error = outcome.expect_err("nothing more comes");
            assert_eq!((error.kind(), error.detail()), (ErrorKind::Gone, "the server has gone"));
        }
        assert!(waiting.begin().is_err());
    }

    #[test]
    fn a_call_that_was_given_up_is_forgotten_and_its_late_answer_is_nobodys() {
        let waiting = Waiting::default();
        let number = waiting.begin().expect("open").number;
        assert!(waiting.state().calls.is_empty(), "it was dropped");
        waiting.give(number, b"late".to_vec());
        let mut next = waiting.begin().expect("open");
        assert_ne!(next.number, number);
        waiting.give(next.number, b"next".to_vec());
        assert_eq!(run(next.answer()).expect("answered"), b"next");
    }
}
