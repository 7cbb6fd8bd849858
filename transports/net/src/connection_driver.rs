//! Drives a connection from the task of the call that uses it. It knows neither protocol nor
//! deadline.

use std::{
    future::{Future, poll_fn},
    pin::pin,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering::SeqCst},
    },
    task::{Context, Poll, Wake, Waker},
};

/// Runs `call` to its end and keeps `connection` going meanwhile, in one task: no second task has
/// to be woken for what this call sends or receives. `ended` makes the outcome of a call whose
/// connection ends first.
///
/// The connection is not driven between calls: what arrives then waits for the next one.
pub async fn drive_connection<C: Future + Unpin, T>(
    connection: &mut C,
    call: impl Future<Output = T>,
    ended: impl FnOnce(C::Output) -> T,
) -> T {
    let mut call = pin!(call);
    let mut ended = Some(ended);
    let bell = Arc::new(Bell::default());
    let waker = Waker::from(bell.clone());
    poll_fn(|task| {
        bell.begin_turn(task.waker());
        let cx = &mut Context::from_waker(&waker);
        // Call first: it queues what the connection sends.
        if let Poll::Ready(done) = call.as_mut().poll(cx) {
            return Poll::Ready(done);
        }
        bell.take_rung();
        let driven = pin!(&mut *connection).poll(cx);
        if driven.is_pending() && !bell.take_rung() {
            bell.end_turn();
            return Poll::Pending;
        }
        // The last bytes may have brought the answer, also those of a connection that ended.
        match (call.as_mut().poll(cx), driven) {
            (Poll::Ready(done), _) => Poll::Ready(done),
            (Poll::Pending, Poll::Ready(output)) => {
                ended.take().map_or(Poll::Pending, |ended| Poll::Ready(ended(output)))
            }
            (Poll::Pending, Poll::Pending) => {
                // Whichever of the two was meant by it: both have another turn, after the runtime
                // has had its own.
                bell.end_turn();
                task.waker().wake_by_ref();
                Poll::Pending
            }
        }
    })
    .await
}

/// The waker of both. A call wakes its connection when it queues something, and the connection its
/// call when it has read something. Within a turn that needs no waking: both are polled anyway, and
/// a task that wakes itself costs its runtime a look at the event queue, which is a system call for
/// each call.
struct Bell {
    task: Mutex<Waker>,
    in_turn: AtomicBool,
    rung: AtomicBool,
}

impl Default for Bell {
    fn default() -> Self {
        Self {
            task: Mutex::new(Waker::noop().clone()),
            in_turn: AtomicBool::new(false),
            rung: AtomicBool::new(false),
        }
    }
}

impl Bell {
    fn begin_turn(&self, waker: &Waker) {
        self.task.lock().unwrap_or_else(PoisonError::into_inner).clone_from(waker);
        self.in_turn.store(true, SeqCst);
    }

    /// From now on it wakes the task; also for what rang since the last look.
    fn end_turn(&self) {
        self.in_turn.store(false, SeqCst);
        if self.take_rung() {
            self.wake_task();
        }
    }

    fn take_rung(&self) -> bool {
        self.rung.swap(false, SeqCst)
    }

    fn wake_task(&self) {
        self.task.lock().unwrap_or_else(PoisonError::into_inner).wake_by_ref();
    }
}

impl Wake for Bell {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.rung.store(true, SeqCst);
        // In a turn it is looked at again before the task waits: see `end_turn`.
        if !self.in_turn.load(SeqCst) {
            self.wake_task();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{cell::RefCell, rc::Rc, sync::atomic::AtomicUsize};

    /// How often a task was woken.
    #[derive(Default)]
    struct Woken(AtomicUsize);

    impl Wake for Woken {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, SeqCst);
        }
    }

    /// What stands between a call and its connection: a question, an answer, and who waits for
    /// either.
    #[derive(Default)]
    struct Wire {
        question: bool,
        answer: bool,
        connection: Option<Waker>,
        call: Option<Waker>,
    }

    /// The far side answers when asked to.
    fn far_side_answers(wire: &Rc<RefCell<Wire>>) {
        let mut wire = wire.borrow_mut();
        wire.answer = true;
        wire.connection.take().expect("the connection waits").wake();
    }

    #[test]
    fn the_task_is_woken_by_the_far_side_alone() {
        let wire = Rc::new(RefCell::new(Wire::default()));
        let woken = Arc::new(Woken::default());
        let waker = Waker::from(woken.clone());
        let mut connection = poll_fn(|cx| {
            let mut wire = wire.borrow_mut();
            if wire.answer {
                wire.call.take().expect("the call waits").wake();
            }
            wire.connection = Some(cx.waker().clone());
            Poll::<()>::Pending
        });
        let call = poll_fn(|cx| {
            let mut wire = wire.borrow_mut();
            if wire.answer {
                return Poll::Ready("answer");
            }
            wire.question = true;
            wire.call = Some(cx.waker().clone());
            wire.connection.iter().for_each(Waker::wake_by_ref);
            Poll::Pending
        });
        let mut both = pin!(drive_connection(&mut connection, call, |()| "ended"));
        let cx = &mut Context::from_waker(&waker);
        assert!(both.as_mut().poll(cx).is_pending());
        assert!(both.as_mut().poll(cx).is_pending(), "a poll without a cause");
        assert!(wire.borrow().question);
        assert_eq!(woken.0.load(SeqCst), 0, "its own doings do not wake it");
        far_side_answers(&wire);
        assert_eq!(woken.0.load(SeqCst), 1);
        assert_eq!(both.as_mut().poll(cx), Poll::Ready("answer"));
    }

    #[test]
    fn a_connection_that_ends_first_makes_the_outcome() {
        let woken = Waker::noop();
        let mut connection = poll_fn(|_| Poll::Ready("closed"));
        let mut both = pin!(drive_connection(
            &mut connection,
            std::future::pending::<String>(),
            str::to_owned
        ));
        assert_eq!(
            both.as_mut().poll(&mut Context::from_waker(woken)),
            Poll::Ready("closed".to_owned())
        );
    }
}
