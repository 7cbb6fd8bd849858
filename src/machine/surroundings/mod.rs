//! What a run sees of the world beside its processes: the time, a request to stop, what the machine
//! does meanwhile. A trait, so that tests of the coordinator have a time that passes when they say.

pub(crate) mod noise;

use crate::{
    machine::{
        environment::CpuTicks,
        linux,
        surroundings::noise::{Before, Disturbance},
        topology::{ProcessSeat, Topology},
    },
    shell::interrupt,
};
use std::{
    io,
    sync::LazyLock,
    time::{Duration, Instant},
};

/// What a run sees beside its processes. What reads it is given one value of it, so that all of a
/// run has one time.
pub(crate) trait Surroundings: Send + Sync {
    /// The time.
    fn now(&self) -> Instant;

    /// True once the run was asked to stop.
    fn stop_requested(&self) -> bool;

    /// Looks at the machine before a visit. `lane` are the processes of the lane; `own_known` is
    /// false where one of them was started by the user.
    fn look(&self, lane: &[u32], own_known: bool) -> Box<dyn Look>;

    /// CPU time of all cores so far, where the system tells.
    fn cpu_ticks(&self) -> Option<CpuTicks>;

    /// CPU time of a process so far, ns, where the system tells.
    fn cpu_ns(&self, pid: u32) -> Option<u64>;

    /// The cores that this run may use.
    fn topology(&self) -> &Topology;

    /// Holds every thread of a process to the cores of this seat.
    ///
    /// # Errors
    /// It has gone, or the system refuses.
    fn move_process(&self, pid: u32, seat: ProcessSeat) -> io::Result<()>;

    /// Time since then.
    fn since(&self, began: Instant) -> Duration {
        self.now().saturating_duration_since(began)
    }
}

/// The cores that processes can be kept on; none where the system keeps them on none.
fn usable_cores() -> Vec<usize> {
    let cores = linux::cores();
    let kept = linux::on_core(cores.first().copied(), || ()).is_ok();
    if kept { cores } else { Vec::new() }
}

/// The machine as it was before a visit.
pub(crate) trait Look {
    /// Looks again, after the visit.
    fn after(self: Box<Self>) -> Disturbance;
}

/// This machine, its clock, and the signals of this process.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ThisMachine;

impl Surroundings for ThisMachine {
    fn now(&self) -> Instant {
        Instant::now()
    }

    fn stop_requested(&self) -> bool {
        interrupt::requested()
    }

    fn look(&self, lane: &[u32], own_known: bool) -> Box<dyn Look> {
        Box::new(Before::look(lane, own_known))
    }

    fn cpu_ticks(&self) -> Option<CpuTicks> {
        CpuTicks::now()
    }

    fn cpu_ns(&self, pid: u32) -> Option<u64> {
        linux::cpu_ns(pid)
    }

    fn topology(&self) -> &Topology {
        static HERE: LazyLock<Topology> = LazyLock::new(|| Topology::by_linux(&usable_cores()));
        &HERE
    }

    fn move_process(&self, pid: u32, seat: ProcessSeat) -> io::Result<()> {
        linux::move_process(pid, seat)
    }
}

impl Look for Before {
    fn after(self: Box<Self>) -> Disturbance {
        Self::after(*self)
    }
}
