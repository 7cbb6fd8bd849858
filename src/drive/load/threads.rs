//! Lanes that block: a thread for each connection. One thread at a time waits for the next call to
//! become due; the others make calls, or stand behind it. It sleeps until shortly before, since the
//! kernel wakes a sleeper late, and then yields its core again and again: who span would keep a
//! callee on the same core, or an answer, waiting.

use crate::drive::load::{
    arrivals::{Call, Due, Pacer},
    counts::Counts,
    erased::Make,
    job::{Job, Measured},
    one_call::{CallSlot, make_call, only_one_in_flight},
};
use api::{CallError, Open};
use std::{
    cell::RefCell,
    sync::{
        Barrier, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering::SeqCst},
    },
    thread,
    time::Duration,
};

/// A sleep ends so long before a call is due: the kernel adds up to 50 us by default, and waking
/// takes its time.
const YIELDING: Duration = Duration::from_micros(100);
/// One sleep, at most: between two it is seen whether the load is to end.
const NAP: Duration = Duration::from_millis(20);

/// Opens a connection in each thread, and begins when all are open.
pub(crate) fn run(make: Make<'_>, at: &Open<'_>, job: &Job<'_>) -> Result<Measured, CallError> {
    let connections = job.shape.connections;
    if job.shape.in_flight > connections {
        return Err(only_one_in_flight());
    }
    // A schedule has one order; a closed loop needs none, and no thread has to wait for another
    // there.
    let schedules = if job.shape.pacer().is_scheduled() { 1 } else { connections };
    let pacers: Vec<Mutex<Pacer>> = (0..schedules).map(|_| Mutex::new(job.shape.pacer())).collect();
    let gate = Gate {
        all_tried: Barrier::new(connections),
        failed: AtomicBool::new(false),
    };
    let mut sum = Counts::new(job.shape.window());
    for counts in in_threads(make, at, job, &pacers, &gate) {
        sum.add(counts?);
    }
    let pacers = pacers
        .into_iter()
        .map(|pacer| pacer.into_inner().unwrap_or_else(PoisonError::into_inner));
    Ok(job.finished(sum, pacers))
}

/// Where threads wait until each has opened its connection, or failed to.
struct Gate {
    all_tried: Barrier,
    failed: AtomicBool,
}

/// What each thread counted; thread by thread they take turns at the pacers.
fn in_threads(
    make: Make<'_>,
    at: &Open<'_>,
    job: &Job<'_>,
    pacers: &[Mutex<Pacer>],
    gate: &Gate,
) -> Vec<Result<Counts, CallError>> {
    thread::scope(|scope| {
        let mut threads = Vec::new();
        for pacer in pacers.iter().cycle().take(job.shape.connections) {
            threads.push(scope.spawn(move || work(make, at, job, pacer, gate)));
        }
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap_or_else(|_| Err(crashed())))
            .collect()
    })
}

/// One thread: opens its connection, and makes calls on it until none is left.
fn work(
    make: Make<'_>,
    at: &Open<'_>,
    job: &Job<'_>,
    pacer: &Mutex<Pacer>,
    gate: &Gate,
) -> Result<Counts, CallError> {
    let mut lane = make();
    let opened = lane.open(at);
    gate.failed.fetch_or(opened.is_err(), SeqCst);
    gate.all_tried.wait();
    let counts = RefCell::new(Counts::new(job.shape.window()));
    let mut slot = CallSlot::new(opened?);
    if !gate.failed.load(SeqCst) {
        lane.block_on(Box::pin(async {
            while let Some(call) = next(pacer, job)
                && make_call(&mut slot, call, job, &counts, None).await
            {}
        }));
    }
    Ok(counts.into_inner())
}

fn crashed() -> CallError {
    CallError::new(api::ErrorKind::Internal, "a thread of the caller panicked")
}

/// Waits for the next call and takes it; none when the load is over.
fn next(pacer: &Mutex<Pacer>, job: &Job<'_>) -> Option<Call> {
    let mut pacer = pacer.lock().unwrap_or_else(PoisonError::into_inner);
    loop {
        let now_ns = job.now_ns();
        if job.stopped() {
            pacer.end(now_ns);
        }
        match pacer.take(now_ns) {
            Due::Now(call) => return Some(call),
            Due::Over => return None,
            Due::At(at_ns) => match Duration::from_nanos(at_ns - now_ns).checked_sub(YIELDING) {
                Some(left) => thread::sleep(left.min(NAP)),
                None => thread::yield_now(),
            },
        }
    }
}
