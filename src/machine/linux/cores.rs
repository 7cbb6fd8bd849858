//! On which cores a process may run.

use crate::machine::topology::ProcessSeat;
use rustix::io::Errno;
use rustix::{
    process::Pid,
    thread::{CpuSet, sched_getaffinity, sched_setaffinity},
};
use std::{fs, io};

/// A process whose threads come and go for so many looks in a row cannot be moved.
const MOST_LOOKS: usize = 100;

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

/// Holds every thread of a running process to the cores of this seat. A thread that begins
/// meanwhile is where the one was that began it: it is looked again until no other has come.
///
/// # Errors
/// The process has gone, or the system refuses.
pub(crate) fn move_process(pid: u32, seat: ProcessSeat) -> io::Result<()> {
    let mut known = Vec::new();
    for _ in 0..MOST_LOOKS {
        let threads = threads_of(pid)?;
        if threads.iter().all(|thread| known.contains(thread)) {
            return Ok(());
        }
        for &thread in &threads {
            let is_main = thread == pid;
            let core = if is_main { seat.main_thread } else { seat.other_threads };
            match hold(thread, core) {
                // Others than the main one may end at any time.
                Err(Errno::SRCH) if !is_main => {}
                held => held?,
            }
        }
        known = threads;
    }
    Err(io::Error::other("its threads come and go too fast"))
}

fn threads_of(pid: u32) -> io::Result<Vec<u32>> {
    let mut threads = Vec::new();
    for entry in fs::read_dir(format!("/proc/{pid}/task"))? {
        threads.extend(entry?.file_name().to_str().and_then(|name| name.parse::<u32>().ok()));
    }
    Ok(threads)
}

fn hold(thread: u32, core: usize) -> Result<(), Errno> {
    let thread = i32::try_from(thread).ok().and_then(Pid::from_raw).ok_or(Errno::SRCH)?;
    let mut one = CpuSet::new();
    one.set(core);
    sched_setaffinity(Some(thread), &one)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::process::{Command, Stdio};

    #[test]
    fn every_thread_of_a_process_is_moved_and_one_that_has_gone_is_an_error() {
        // Of this very process no test may move the threads: others run in it.
        let mut child = Command::new("cat").stdin(Stdio::piped()).spawn().expect("it is there");
        for core in cores() {
            let seat = ProcessSeat { main_thread: core, other_threads: core };
            move_process(child.id(), seat).expect("it is ours");
            assert_eq!(cores_of(child.id()), [core]);
        }
        child.kill().expect("it runs");
        child.wait().expect("it ends");
        let seat = ProcessSeat { main_thread: 0, other_threads: 0 };
        assert!(move_process(child.id(), seat).is_err());
    }
}
