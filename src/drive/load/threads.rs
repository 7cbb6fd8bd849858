//! Lanes that block: a thread for each connection. One thread at a time waits for the next call to
//! become due; the others make calls, or stand behind it. It sleeps until shortly before, since the
//! kernel wakes a sleeper late, and then yields its core again and again: who span would keep a
//! callee on the same core, or an answer, waiting.

use crate::drive::load::{
    Job, Measured, Place,
    arrivals::{Call, Due, Pacer},
    counts::Account,
    erased::Make,
    one, one_in_flight,
};
use api::{CallError, Open, Reply};
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
        return Err(one_in_flight());
    }
    // A schedule has one order; a closed loop needs none, and no thread has to wait for another
    // there.
    let scheduled = job.shape.pacer().is_scheduled();
    let pacers: Vec<Mutex<Pacer>> = (0..if scheduled { 1 } else { connections })
        .map(|_| Mutex::new(job.shape.pacer()))
        .collect();
    let (all_tried, failed) = (Barrier::new(connections), AtomicBool::new(false));
    let work = |pacer: &Mutex<Pacer>| {
        let mut lane = make();
        let opened = lane.open(at);
        failed.fetch_or(opened.is_err(), SeqCst);
        all_tried.wait();
        let account = RefCell::new(Account::new(job.shape.window_ns()));
        let mut place = Place { connection: opened?, reply: Reply::default() };
        if !failed.load(SeqCst) {
            lane.block_on(Box::pin(async {
                while let Some(call) = next(pacer, job)
                    && one(&mut place, call, job, &account, None).await
                {}
            }));
        }
        Ok(account.into_inner())
    };
    let accounts: Vec<Result<Account, CallError>> = thread::scope(|scope| {
        let work = &work;
        let threads: Vec<_> = pacers
            .iter()
            .cycle()
            .take(connections)
            .map(|pacer| scope.spawn(move || work(pacer)))
            .collect();
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap_or_else(|_| Err(crashed())))
            .collect()
    });
    let mut sum = Account::new(job.shape.window_ns());
    for account in accounts {
        sum.add(account?);
    }
    let pacers = pacers
        .into_iter()
        .map(|pacer| pacer.into_inner().unwrap_or_else(PoisonError::into_inner));
    Ok(job.finished(sum, pacers))
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
