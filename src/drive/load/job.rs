//! A load that goes on: its clock, its places in flight, and what it gave when it is over.

use crate::drive::{
    closed::questions::Questions,
    cpu_clocks::CpuClocks,
    load::{
        arrivals::Pacer,
        counts::{Counts, Late},
        shape::Shape,
        thread_time::ThreadTime,
    },
};
use quanta::Clock;
use std::{
    cell::RefCell,
    sync::{
        OnceLock,
        atomic::{AtomicBool, AtomicU64, Ordering::Relaxed},
    },
};

/// A load that goes on.
pub(crate) struct Job<'a> {
    pub(crate) shape: &'a Shape,
    pub(crate) questions: &'a Questions,
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
    cpu: CpuClocks,
}

impl<'a> Job<'a> {
    pub(crate) fn new(
        shape: &'a Shape,
        questions: &'a Questions,
        clock: &'a Clock,
        callee_pid: Option<u32>,
        stop: &'a AtomicBool,
    ) -> Self {
        Self {
            shape,
            questions,
            clock,
            callee_pid,
            stop,
            begun: OnceLock::new(),
            in_flight: AtomicU64::new(0),
            in_flight_most: AtomicU64::new(0),
            free_since_ns: AtomicU64::new(0),
        }
    }

    /// Time since the load began, ns; the first who asks begins it.
    #[inline]
    pub(crate) fn now_ns(&self) -> u64 {
        let begun = self.begun.get_or_init(|| Begun {
            cpu: CpuClocks::now(self.callee_pid),
            ticks: self.clock.raw(),
        });
        self.clock.delta_as_nanos(begun.ticks, self.clock.raw())
    }

    #[inline]
    pub(crate) fn stopped(&self) -> bool {
        self.stop.load(Relaxed)
    }

    /// A place is taken.
    #[inline]
    pub(crate) fn taken(&self) {
        self.in_flight_most.fetch_max(self.in_flight.fetch_add(1, Relaxed) + 1, Relaxed);
    }

    /// A place is free again.
    #[inline]
    pub(crate) fn freed(&self, at_ns: u64) {
        if self.in_flight.fetch_sub(1, Relaxed) >= self.shape.in_flight as u64 {
            self.free_since_ns.store(at_ns, Relaxed);
        }
    }

    /// Why a call that was due is sent only now: for how long there was no place, and for how long
    /// the thread was the lane's.
    #[inline]
    pub(crate) fn late(
        &self,
        due_ns: Option<u64>,
        sent_ns: u64,
        thread_time: Option<&RefCell<ThreadTime>>,
    ) -> Late {
        let due_ns = due_ns.unwrap_or(sent_ns).min(sent_ns);
        let could_ns = self.free_since_ns.load(Relaxed).clamp(due_ns, sent_ns);
        let thread_ns = thread_time.map(|time| time.borrow_mut().sent(could_ns, sent_ns));
        Late { place_ns: could_ns - due_ns, thread_ns }
    }

    /// Everything was answered.
    pub(crate) fn finished(
        &self,
        counts: Counts,
        pacers: impl IntoIterator<Item = Pacer>,
    ) -> Measured {
        let elapsed_ns = self.now_ns();
        let now = CpuClocks::now(self.callee_pid);
        let cpu = self.begun.get().map(|begun| now.since(&begun.cpu)).unwrap_or_default();
        let (mut sent, mut dropped) = (0, 0);
        for (taken, left) in pacers.into_iter().map(Pacer::taken_and_dropped) {
            sent += taken;
            dropped += left;
        }
        Measured {
            counts,
            sent,
            dropped,
            in_flight_most: self.in_flight_most.load(Relaxed),
            elapsed_ns,
            cpu,
        }
    }
}

/// What one load gave.
pub(crate) struct Measured {
    pub(crate) counts: Counts,
    /// Calls of the window that were sent.
    pub(crate) sent: u64,
    /// Calls that were due in the window and were not sent before it ended.
    pub(crate) dropped: u64,
    /// The largest number in flight.
    pub(crate) in_flight_most: u64,
    /// Until the last answer, ns.
    pub(crate) elapsed_ns: u64,
    /// CPU time of caller and callee from beginning to end, lead-in and checking included, ns.
    pub(crate) cpu: CpuClocks,
}
