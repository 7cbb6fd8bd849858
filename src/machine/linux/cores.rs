//! On which cores a process may run.

use rustix::{
    process::Pid,
    thread::{CpuSet, sched_getaffinity, sched_setaffinity},
};
use std::io;

/// The cores that this process may run on.
pub(crate) fn cores() -> Vec<usize> {
    sched_getaffinity(None).map_or_else(|_| Vec::new(), |set| listed(&set))
}

/// The cores on which the main thread of another process may run; none where it is not known.
pub(crate) fn cores_of(pid: u32) -> Vec<usize> {
    let pid = i32::try_from(pid).ok().and_then(Pid::from_raw);
    let set = pid.and_then(|pid| sched_getaffinity(Some(pid)).ok());
    set.map_or_else(Vec::new, |set| listed(&set))
}

fn listed(set: &CpuSet) -> Vec<usize> {
    (0..CpuSet::MAX_CPU).filter(|core| set.is_set(*core)).collect()
}

/// Does something on one core, such as starting a process: that and every thread begun
/// meanwhile stays there. None: wherever.
pub(crate) fn on_core<T>(core: Option<usize>, work: impl FnOnce() -> T) -> io::Result<T> {
    let Some(core) = core else { return Ok(work()) };
    let before = sched_getaffinity(None)?;
    let mut one = CpuSet::new();
    one.set(core);
    // Of this thread; a child has those of the thread that starts it.
    sched_setaffinity(None, &one)?;
    let done = work();
    sched_setaffinity(None, &before)?;
    Ok(done)
}
