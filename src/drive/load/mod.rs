//! A load: calls that are due by a schedule, whether or not earlier ones are answered; or as fast
//! as so many in flight allow. Lanes that wait asynchronously share one thread (`concurrent`),
//! lanes that block have a thread for each connection (`threads`); both know a lane by its traits
//! alone (`lanes`).

pub(crate) mod arrivals;
pub(crate) mod concurrent;
pub(crate) mod counts;
pub(crate) mod erased;
pub(crate) mod thread_time;
pub(crate) mod threads;

use crate::{
    drive::{
        closed::questions::Target,
        load::{
            arrivals::{Arrivals, Call, Pace, Pacer},
            concurrent::Desk,
            counts::{Account, Late, Times},
            erased::{Calls, Make, Opens, Pending},
            thread_time::Lent,
        },
    },
    machine::linux,
};
use api::{CallError, ErrorKind, Open, Outcome, Reply, Waiting};
use quanta::Clock;
use std::{
    cell::RefCell,
    future::poll_fn,
    slice,
    sync::{
        OnceLock,
        atomic::{AtomicBool, AtomicU64, Ordering::Relaxed},
    },
    task::Poll,
    time::Duration,
};

/// What is to be done.
#[derive(Clone, Debug)]
pub(crate) struct Shape {
    pub(crate) pace: Pace,
    /// Seed of the schedule.
    pub(crate) seed: u64,
    /// Connections.
    pub(crate) connections: usize,
    /// Calls in flight, at most; at least as many as connections.
    pub(crate) in_flight: usize,
    /// From when calls are recorded.
    pub(crate) lead_in: Duration,
    /// How long calls are sent, lead-in included.
    pub(crate) duration: Duration,
}

impl Shape {
    /// From when calls are recorded, and when the load ends, ns since it began.
    fn window_ns(&self) -> (u64, u64) {
        (self.lead_in.as_nanos() as u64, self.duration.as_nanos() as u64)
    }

    fn pacer(&self) -> Pacer {
        Pacer::new(Arrivals::new(self.pace, self.seed), self.window_ns())
    }
}

/// A load that goes on.
pub(crate) struct Job<'a> {
    pub(crate) shape: &'a Shape,
    pub(crate) target: &'a Target,
    pub(crate) clock: &'a Clock,
    /// The process whose CPU time is read beside this one's.
    pub(crate) callee_pid: Option<u32>,
    /// Becomes true when the load is to end early.
    pub(crate) stop: &'a AtomicBool,
    begun: OnceLock<Begun>,
    in_flight: AtomicU64,
    in_flight_most: AtomicU64,
    /// Since when a place has been free, ns since the load began; where none is, since when one was
    /// the last time.
    free_since_ns: AtomicU64,
}

/// When it began, in the clock's own ticks, and what the CPU clocks said then.
struct Begun {
    ticks: u64,
    cpu_ns: CpuTimes,
}

/// CPU time of caller and callee, ns, where it is known.
pub(crate) type CpuTimes = [Option<u64>; 2];

impl<'a> Job<'a> {
    pub(crate) fn new(
        shape: &'a Shape,
        target: &'a Target,
        clock: &'a Clock,
        callee_pid: Option<u32>,
        stop: &'a AtomicBool,
    ) -> Self {
        Self {
            shape,
            target,
            clock,
            callee_pid,
            stop,
            begun: OnceLock::new(),
            in_flight: AtomicU64::new(0),
            in_flight_most: AtomicU64::new(0),
            free_since_ns: AtomicU64::new(0),
        }
    }

    fn cpu_ns(&self) -> CpuTimes {
        [linux::own_cpu_ns(), self.callee_pid.and_then(linux::cpu_ns)]
    }

    /// Time since the load began, ns; the first who asks begins it.
    fn now_ns(&self) -> u64 {
        let begin = || Begun { cpu_ns: self.cpu_ns(), ticks: self.clock.raw() };
        let begun = self.begun.get_or_init(begin);
        self.clock.delta_as_nanos(begun.ticks, self.clock.raw())
    }

    fn stopped(&self) -> bool {
        self.stop.load(Relaxed)
    }

    /// A place is taken.
    fn taken(&self) {
        self.in_flight_most.fetch_max(self.in_flight.fetch_add(1, Relaxed) + 1, Relaxed);
    }

    /// A place is free again.
    fn freed(&self, at_ns: u64) {
        if self.in_flight.fetch_sub(1, Relaxed) >= self.shape.in_flight as u64 {
            self.free_since_ns.store(at_ns, Relaxed);
        }
    }

    /// Why a call that was due is sent only now: for how long there was no place, and for how long
    /// the thread was the lane's.
    fn late(&self, due_ns: Option<u64>, sent_ns: u64, lent: Option<&RefCell<Lent>>) -> Late {
        let due_ns = due_ns.unwrap_or(sent_ns).min(sent_ns);
        let could_ns = self.free_since_ns.load(Relaxed).clamp(due_ns, sent_ns);
        let thread_ns = lent.map(|lent| lent.borrow_mut().sent(could_ns, sent_ns));
        Late { place_ns: could_ns - due_ns, thread_ns }
    }

    /// Everything was answered.
    fn finished(&self, account: Account, pacers: impl IntoIterator<Item = Pacer>) -> Measured {
        let elapsed_ns = self.now_ns();
        let before = self.begun.get().map_or([None; 2], |begun| begun.cpu_ns);
        let spent =
            |(before, after): (Option<u64>, Option<u64>)| Some(after?.saturating_sub(before?));
        let after = self.cpu_ns();
        let (mut sent, mut dropped) = (0, 0);
        for (taken, left) in pacers.into_iter().map(Pacer::taken_and_dropped) {
            sent += taken;
            dropped += left;
        }
        Measured {
            account,
            sent,
            dropped,
            in_flight_most: self.in_flight_most.load(Relaxed),
            elapsed_ns,
            cpu_ns: [spent((before[0], after[0])), spent((before[1], after[1]))],
        }
    }
}

/// What one load gave.
pub(crate) struct Measured {
    pub(crate) account: Account,
    /// Calls of the window that were sent.
    pub(crate) sent: u64,
    /// Calls that were due in the window and were not sent before it ended.
    pub(crate) dropped: u64,
    /// The largest number in flight.
    pub(crate) in_flight_most: u64,
    /// Until the last answer, ns.
    pub(crate) elapsed_ns: u64,
    /// CPU time of caller and callee from beginning to end, lead-in and checking included, ns.
    pub(crate) cpu_ns: CpuTimes,
}

/// Opens the connections of a load, puts it on them, and closes them.
///
/// # Errors
/// That of opening; `Unsupported` where a connection cannot have as many calls in flight. Errors of
/// calls are counted.
pub(crate) fn run(
    lane: &mut dyn Opens,
    make: Make<'_>,
    waiting: Waiting,
    at: &Open<'_>,
    job: &Job<'_>,
) -> Result<Measured, CallError> {
    if waiting != Waiting::Async {
        return threads::run(make, at, job);
    }
    let connections = (0..job.shape.connections)
        .map(|_| lane.open(at))
        .collect::<Result<Vec<_>, _>>()?;
    let places = concurrent::places(connections, job.shape.in_flight)?;
    let desk = Desk::new(job);
    lane.block_on(Box::pin(concurrent::run(places, &desk)));
    Ok(desk.finished())
}

/// What a lane answers that would need several calls in flight on one connection.
fn one_in_flight() -> CallError {
    let detail = "a connection of this lane has one call in flight: as many connections are \
    needed as calls in flight";
    CallError::new(ErrorKind::Unsupported, detail)
}

/// A place for one call in flight: a handle on a connection, and the memory of its answer.
pub(crate) struct Place {
    connection: Box<dyn Calls>,
    reply: Reply,
}

/// Makes one call; its answer is compared when its time has been taken. False where the connection
/// has ended. `lent`: where one thread sends all calls.
async fn one(
    place: &mut Place,
    call: Call,
    job: &Job<'_>,
    account: &RefCell<Account>,
    lent: Option<&RefCell<Lent>>,
) -> bool {
    let requests = &job.target.requests;
    let at = (call.number % requests.len() as u64) as usize;
    let sent_ns = job.now_ns();
    let late = job.late(call.due_ns, sent_ns, lent);
    job.taken();
    account.borrow_mut().sent(call.due_ns, sent_ns);
    let answer = place.connection.call(&requests[at], &mut place.reply);
    let outcome = match lent {
        Some(lent) => watched(answer, lent, job).await,
        None => answer.await,
    };
    let answered_ns = job.now_ns();
    job.freed(answered_ns);
    let alive = !outcome.as_ref().is_err_and(|error| error.kind().ends_connection());
    let answered = outcome.is_ok();
    let mut account = account.borrow_mut();
    account.came_back(Times { due_ns: call.due_ns, sent_ns, answered_ns, late }, outcome);
    if answered {
        account.wrong += job.target.wrong(at, slice::from_ref(&place.reply));
    }
    alive
}

/// The same future; while it is polled, and while what it leaves behind is cleared away, the thread
/// is the lane's.
async fn watched(answer: Pending<'_, Outcome>, lent: &RefCell<Lent>, job: &Job<'_>) -> Outcome {
    let mut answer = Some(answer);
    poll_fn(|context| {
        let from_ns = job.now_ns();
        let polled = answer.as_mut().map_or(Poll::Pending, |answer| answer.as_mut().poll(context));
        if polled.is_ready() {
            answer = None;
        }
        lent.borrow_mut().add(from_ns, job.now_ns());
        polled
    })
    .await
}
