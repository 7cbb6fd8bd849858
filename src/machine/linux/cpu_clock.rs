//! CPU clocks of processes.

use nix::time::{ClockId, clock_getcpuclockid, clock_gettime};

/// CPU time of this process, ns.
pub(crate) fn own_cpu_ns() -> Option<u64> {
    read(ClockId::CLOCK_PROCESS_CPUTIME_ID)
}

/// CPU time of a process, all of its threads, ns.
pub(crate) fn cpu_ns(pid: u32) -> Option<u64> {
    let pid = nix::unistd::Pid::from_raw(i32::try_from(pid).ok()?);
    read(clock_getcpuclockid(pid).ok()?)
}

fn read(clock: ClockId) -> Option<u64> {
    let time = clock_gettime(clock).ok()?;
    Some(time.tv_sec() as u64 * 1_000_000_000 + time.tv_nsec() as u64)
}
