//! Processes seen from outside, and the few ways into the kernel that a floor needs. Nothing of it
//! stands in a lane's timed path.

use reports::record::ProcessUse;
use rustix::{io::Errno, thread::futex};
use std::{fs, io, sync::atomic::AtomicU32};

/// What a process has used since it began: CPU time inside and outside the kernel, in the kernel's
/// steps, and context switches of the threads that it has now.
pub(crate) fn process_use(pid: u32) -> Option<ProcessUse> {
    let tick_ms = 1_000 / rustix::param::clock_ticks_per_second().max(1);
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let (user_ticks, kernel_ticks) = ticks_of(&stat)?;
    let (user_ms, kernel_ms) = (user_ticks * tick_ms, kernel_ticks * tick_ms);
    let mut used = ProcessUse {
        user_ms,
        kernel_ms,
        tick_ms,
        switches_voluntary: 0,
        switches_involuntary: 0,
    };
    for thread in fs::read_dir(format!("/proc/{pid}/task")).ok()? {
        // A thread may end while it is looked at: the sum over those that are left would be of
        // another process.
        let status = fs::read_to_string(thread.ok()?.path().join("status")).ok()?;
        let (voluntary, involuntary) = switches_of(&status)?;
        used.switches_voluntary += voluntary;
        used.switches_involuntary += involuntary;
    }
    Some(used)
}

/// The most memory that a process has had resident so far, bytes: `VmHWM` of /proc/PID/status
/// (proc(5)).
pub(crate) fn most_memory(pid: u32) -> Option<u64> {
    most_memory_of(&fs::read_to_string(format!("/proc/{pid}/status")).ok()?)
}

fn most_memory_of(status: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kib: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    kib.checked_mul(1_024)
}

/// `utime` and `stime` of a line of /proc/PID/stat (proc(5)): fields 14 and 15; a name in
/// parentheses, which may hold anything, is the second.
fn ticks_of(stat: &str) -> Option<(u64, u64)> {
    let mut fields = stat.rsplit_once(')')?.1.split_ascii_whitespace().skip(11);
    Some((fields.next()?.parse().ok()?, fields.next()?.parse().ok()?))
}

/// Voluntary and involuntary context switches of a /proc/PID/task/TID/status.
fn switches_of(status: &str) -> Option<(u64, u64)> {
    let of =
        |name: &str| status.lines().find_map(|line| line.strip_prefix(name))?.trim().parse().ok();
    Some((of("voluntary_ctxt_switches:")?, of("nonvoluntary_ctxt_switches:")?))
}

/// The least that entering the kernel takes: a system call that looks one number up.
pub(crate) fn enter_kernel() -> io::Result<()> {
    std::hint::black_box(rustix::process::getppid());
    Ok(())
}

/// Sleeps while the number is this one; may wake for no reason.
pub(crate) fn futex_wait(number: &AtomicU32, expected: u32) -> io::Result<()> {
    match futex::wait(number, futex::Flags::PRIVATE, expected, None) {
        Ok(()) | Err(Errno::AGAIN | Errno::INTR) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// Wakes who sleeps on the number.
pub(crate) fn futex_wake(number: &AtomicU32) -> io::Result<()> {
    futex::wake(number, futex::Flags::PRIVATE, 1)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_cpu_time_behind_a_name_that_looks_like_fields() {
        let stat = "77 (a) R 9 (b c) S 1 77 77 0 -1 4194560 150 0 0 0 31 42 0 0 20 0 3 0 100 1 1";
        assert_eq!(ticks_of(stat), Some((31, 42)));
        assert_eq!(ticks_of("77 (a) S 1"), None);
    }

    #[test]
    fn reads_the_most_memory_with_its_unit() {
        assert_eq!(most_memory_of("Name:\tx\nVmHWM:\t    2048 kB\n"), Some(2 << 20));
        assert_eq!(most_memory_of("VmHWM:\t12\n"), None);
        assert!(most_memory(std::process::id()).is_some_and(|bytes| bytes > 1 << 16));
    }

    #[test]
    fn reads_both_kinds_of_switches_and_tells_them_apart() {
        let status = "Name:\tx\nvoluntary_ctxt_switches:\t7\nnonvoluntary_ctxt_switches:\t3\n";
        assert_eq!(switches_of(status), Some((7, 3)));
        assert_eq!(switches_of("Name:\tx\n"), None);
    }

    #[test]
    fn counts_the_switches_of_this_very_process() {
        let used = process_use(std::process::id()).expect("it is there");
        std::thread::sleep(std::time::Duration::from_millis(2));
        let later = process_use(std::process::id()).expect("it is there");
        assert!(used.tick_ms > 0 && later.switches_voluntary > 0, "{later:?}");
        assert!(process_use(u32::MAX).is_none(), "no such process");
    }
}
