//! CPU clocks of processes.

use nix::time::{ClockId, clock_getcpuclockid, clock_gettime};

/// CPU time of this process, ns.
pub(crate) fn own_cpu_ns() -> Option<u64> {
    read(ClockId::CLOCK_PROCESS_CPUTIME_ID)
}

/// The largest number that Linux gives a process (`PID_MAX_LIMIT`). A clock's number has 29 bits
/// for it: a larger one would read the clock of another process.
const LARGEST_PID: i32 = 1 << 22;

/// CPU time of a process, all of its threads, ns. Of 0 there is none: the system would take it for
/// the process that asks.
pub(crate) fn cpu_ns(pid: u32) -> Option<u64> {
    let pid = i32::try_from(pid).ok().filter(|pid| (1..=LARGEST_PID).contains(pid))?;
    let pid = nix::unistd::Pid::from_raw(pid);
    read(clock_getcpuclockid(pid).ok()?)
}

fn read(clock: ClockId) -> Option<u64> {
    let time = clock_gettime(clock).ok()?;
    Some(time.tv_sec() as u64 * 1_000_000_000 + time.tv_nsec() as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_that_is_not_there_has_no_time_and_0_is_not_this_one() {
        assert!(cpu_ns(std::process::id()).is_some());
        // The last but one has the number of this process in its lower 29 bits.
        for pid in [0, u32::MAX, (1 << 29) + std::process::id(), i32::MAX as u32] {
            assert_eq!(cpu_ns(pid), None, "{pid}");
        }
    }
}
