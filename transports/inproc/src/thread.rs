//! The engine in a thread of its own. Questions go there through one bounded channel and answers
//! come back through another, in order. What travels is a [`Job`]: buffers that are moved and come
//! back to be used again, so that a warm call allocates nothing.

use crate::{client::stamped, dispatch::Answer};
use api::{CallError, Connection, ErrorKind, Lane, Open, Outcome, Reply, Request, Stamps};
use std::{
    mem, slice,
    sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel},
    thread,
    time::{Duration, Instant},
};

/// Calls in flight at once when pipelined, as many as each channel holds: neither side ever waits
/// for room.
const WINDOW: usize = 64;

/// The lane.
pub struct InprocThread;

/// A thread of one's own with an engine in it. The thread ends when this is dropped, after the call
/// it may be at.
pub struct ThreadConnection {
    /// None after an error that ended the connection.
    line: Option<Line>,
    idle: Vec<Job>,
    deadline: Duration,
}

/// Both channels. Without them the thread ends, and what it still answers reaches nobody.
struct Line {
    jobs: SyncSender<Job>,
    done: Receiver<Done>,
}

/// Questions, and memory for their answers.
#[derive(Default)]
struct Job {
    ask: Ask,
    /// The first `items` are asked; those behind them are memory for a larger batch.
    requests: Vec<Request>,
    items: usize,
    replies: Vec<Reply>,
}

/// Which method of the engine is wanted.
#[derive(Clone, Copy, Default)]
enum Ask {
    #[default]
    Call,
    Stamped,
    Batch,
}

/// A job that was worked on, and how that went.
struct Done {
    job: Job,
    outcome: Result<Stamps, CallError>,
}

impl Job {
    fn load(&mut self, ask: Ask, requests: &[Request], replies: &mut [Reply]) {
        (self.ask, self.items) = (ask, requests.len());
        if self.requests.len() < requests.len() {
            self.requests.resize_with(requests.len(), Request::default);
        }
        for (mine, request) in self.requests.iter_mut().zip(requests) {
            mine.user_id.clone_from(&request.user_id);
            mine.max_results = request.max_results;
        }
        self.replies.extend(replies.iter_mut().map(mem::take));
    }

    fn unload(&mut self, replies: &mut [Reply]) {
        for (reply, mine) in replies.iter_mut().zip(self.replies.drain(..)) {
            *reply = mine;
        }
    }

    fn run(&mut self, engine: &mut impl Answer) -> Result<Stamps, CallError> {
        match self.ask {
            Ask::Call => engine.answer(&self.requests[0], &mut self.replies[0])?,
            Ask::Stamped => return stamped(engine, &self.requests[0], &mut self.replies[0]),
            Ask::Batch => {
                engine.answer_batch(&self.requests[..self.items], &mut self.replies)?;
            }
        }
        Ok(Stamps::default())
    }
}

impl Lane for InprocThread {
    type Conn = ThreadConnection;

    fn open(&mut self, at: &Open<'_>) -> Result<ThreadConnection, CallError> {
        at.refuse_endpoint()?;
        ThreadConnection::new(at.engine.engine(), at.deadline)
    }
}

impl ThreadConnection {
    pub(crate) fn new(
        mut engine: impl Answer + 'static,
        deadline: Duration,
    ) -> Result<Self, CallError> {
        let (jobs, to_do) = sync_channel::<Job>(WINDOW);
        let (answered, done) = sync_channel(WINDOW);
        thread::Builder::new()
            .name("engine".into())
            .spawn(move || work(&mut engine, &to_do, &answered))
            .map_err(|error| {
                CallError::new(ErrorKind::Internal, format!("no thread for the engine: {error}"))
            })?;
        Ok(Self { line: Some(Line { jobs, done }), idle: Vec::new(), deadline })
    }

    fn send(&mut self, ask: Ask, requests: &[Request], replies: &mut [Reply]) -> Outcome {
        let Some(line) = &self.line else { return Err(gone()) };
        let mut job = self.idle.pop().unwrap_or_default();
        job.load(ask, requests, replies);
        let sent = line.jobs.send(job).map_err(|_| gone());
        self.keep(sent)
    }

    /// The answer to the oldest question in flight.
    fn receive(&mut self, patience: Duration, replies: &mut [Reply]) -> Result<Stamps, CallError> {
        let Some(line) = &self.line else { return Err(gone()) };
        let received = match line.done.recv_timeout(patience) {
            Ok(Done { mut job, outcome }) => {
                job.unload(replies);
                self.idle.push(job);
                outcome
            }
            Err(RecvTimeoutError::Timeout) => {
                Err(CallError::new(ErrorKind::Deadline, "no answer within the deadline"))
            }
            Err(RecvTimeoutError::Disconnected) => Err(gone()),
        };
        self.keep(received)
    }

    /// Ends the connection with an error that ends it.
    fn keep<T>(&mut self, result: Result<T, CallError>) -> Result<T, CallError> {
        if result.as_ref().is_err_and(|error| error.kind().ends_connection()) {
            self.line = None;
        }
        result
    }

    fn ask(
        &mut self,
        ask: Ask,
        requests: &[Request],
        replies: &mut [Reply],
    ) -> Result<Stamps, CallError> {
        self.send(ask, requests, replies)?;
        self.receive(self.deadline, replies)
    }
}

/// What the engine's thread does: jobs in their order, until nobody takes the answers.
fn work(engine: &mut impl Answer, jobs: &Receiver<Job>, done: &SyncSender<Done>) {
    while let Ok(mut job) = jobs.recv() {
        let outcome = job.run(engine);
        if done.send(Done { job, outcome }).is_err() {
            return;
        }
    }
}

#[cold]
fn gone() -> CallError {
    CallError::new(
        ErrorKind::Gone,
        "the engine's thread ended, or an earlier error ended this connection",
    )
}

impl Connection for ThreadConnection {
    async fn call(&mut self, request: &Request, reply: &mut Reply) -> Outcome {
        self.ask(Ask::Call, slice::from_ref(request), slice::from_mut(reply)).map(drop)
    }

    async fn batch(&mut self, requests: &[Request], replies: &mut [Reply]) -> Outcome {
        self.ask(Ask::Batch, requests, replies).map(drop)
    }

    /// One deadline for each window.
    async fn pipeline(&mut self, requests: &[Request], replies: &mut [Reply]) -> Outcome {
        let mut refused = Ok(());
        for (requests, replies) in requests.chunks(WINDOW).zip(replies.chunks_mut(WINDOW)) {
            let until = Instant::now() + self.deadline;
            for (request, reply) in requests.iter().zip(replies.iter_mut()) {
                self.send(Ask::Call, slice::from_ref(request), slice::from_mut(reply))?;
            }
            for reply in replies {
                let patience = until.saturating_duration_since(Instant::now());
                // One refused call does not take back those in flight behind it: their answers are
                // taken too.
                let outcome = self.receive(patience, slice::from_mut(reply)).map(drop);
                if self.line.is_none() {
                    return outcome;
                }
                refused = refused.and(outcome);
            }
        }
        refused
    }

    async fn call_stamped(
        &mut self,
        request: &Request,
        reply: &mut Reply,
    ) -> Result<Stamps, CallError> {
        self.ask(Ask::Stamped, slice::from_ref(request), slice::from_mut(reply))
    }
}
