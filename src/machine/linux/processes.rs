//! CPU time of every process that can be seen, exact to the ns, so that a visit can tell its own
//! work from somebody else's. Short-lived processes that came and went between two looks are not
//! seen; nor are those outside a container.

use crate::machine::{
    linux::{cores, cpu_clock, ending_signal::EndingSignal},
    topology,
};
use nix::unistd::{Pid, getpgid};
use std::{
    collections::{HashMap, HashSet},
    fs,
    path::Path,
};

/// CPU time of every process, by its number, ns.
pub(crate) struct CpuOfAll(HashMap<u32, u64>);

/// CPU time between two looks, ns.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct CpuSplit {
    /// Of the processes named and of what they started.
    pub(crate) own_ns: u64,
    /// Of all others.
    pub(crate) others_ns: u64,
}

impl CpuOfAll {
    /// As it is now.
    pub(crate) fn now() -> Option<Self> {
        let pids = fs::read_dir("/proc")
            .ok()?
            .flatten()
            .filter_map(|entry| entry.file_name().to_str()?.parse().ok());
        Some(Self(pids.filter_map(|pid| Some((pid, cpu_clock::cpu_ns(pid)?))).collect()))
    }

    /// What ran since `before`. A child of the project has a process group of its own, which tells
    /// what it started itself.
    pub(crate) fn since(&self, before: &Self, own: &[u32]) -> CpuSplit {
        let mut split = CpuSplit::default();
        let usable = cores::cores();
        for (pid, now) in &self.0 {
            let spent = now.saturating_sub(before.0.get(pid).copied().unwrap_or(0));
            if spent > 0 && is_of(*pid, own) {
                split.own_ns += spent;
            } else if may_disturb(*pid, &usable) {
                split.others_ns += spent;
            }
        }
        split
    }
}

/// True where the process, or that which leads its group, is one of these.
fn is_of(pid: u32, own: &[u32]) -> bool {
    own.contains(&pid) || group_of(pid).is_some_and(|group| own.contains(&group))
}

/// True where it may have run on a core that this process may use: what runs on others takes none
/// of its time. Known is where its main thread ran last.
fn may_disturb(pid: u32, usable: &[usize]) -> bool {
    usable.len() >= topology::online().len()
        || last_core(pid).is_none_or(|core| usable.contains(&core))
}

/// Field 39 of /proc/PID/stat (proc(5)), the 37th after the name in parentheses.
fn last_core(pid: u32) -> Option<usize> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    stat.rsplit_once(')')?.1.split_ascii_whitespace().nth(36)?.parse().ok()
}

/// The nice value of this process: above 0, others go first.
pub(crate) fn nice() -> Option<i32> {
    rustix::process::getpriority_process(None).ok()
}

/// Kernel threads are of group 0, which is nobody's.
fn group_of(pid: u32) -> Option<u32> {
    let group = getpgid(Some(Pid::from_raw(i32::try_from(pid).ok()?))).ok()?;
    u32::try_from(group.as_raw()).ok()
}

/// Times that threads of these processes were taken off a core while they had work, since they
/// began.
pub(crate) fn involuntary_switches(own: &[u32]) -> Option<u64> {
    own.iter().map(|pid| of_process(*pid)).sum()
}

/// `/proc/PID/status` counts the main thread only: each thread has its own.
fn of_process(pid: u32) -> Option<u64> {
    let threads = fs::read_dir(format!("/proc/{pid}/task")).ok()?.flatten();
    Some(threads.filter_map(|thread| of_thread(&thread.path())).sum())
}

fn of_thread(folder: &Path) -> Option<u64> {
    let status = fs::read_to_string(folder.join("status")).ok()?;
    let count = status
        .lines()
        .find_map(|line| line.strip_prefix("nonvoluntary_ctxt_switches:"))?;
    count.trim().parse().ok()
}

/// Kills a process and whatever it started in its group.
pub(crate) fn kill_group(pid: u32) {
    if let Some(pid) = i32::try_from(pid).ok().and_then(rustix::process::Pid::from_raw) {
        // It may be gone already: that is what is wanted.
        let _ = rustix::process::kill_process_group(pid, rustix::process::Signal::KILL);
    }
}

/// Sends a signal to one process.
pub(crate) fn signal(pid: u32, signal: EndingSignal) {
    let signal = match signal {
        EndingSignal::Term => rustix::process::Signal::TERM,
        EndingSignal::Int => rustix::process::Signal::INT,
        EndingSignal::Quit => rustix::process::Signal::QUIT,
        EndingSignal::Kill => rustix::process::Signal::KILL,
    };
    if let Some(pid) = i32::try_from(pid).ok().and_then(rustix::process::Pid::from_raw) {
        // It may be gone already: that is what is wanted.
        let _ = rustix::process::kill_process(pid, signal);
    }
}

/// True where this child has ended, whose number stays its own until somebody waits for it.
pub(crate) fn has_ended(child: u32) -> bool {
    use rustix::process::{Pid, WaitId, WaitIdOptions, waitid};
    let look = WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
    let pid = i32::try_from(child).ok().and_then(Pid::from_raw);
    pid.is_some_and(|pid| waitid(WaitId::Pid(pid), look).is_ok_and(|status| status.is_some()))
}

/// Times that a core was slowed down because of heat, each core and each physical one once; absent
/// where the kernel does not tell.
pub(crate) fn throttle_events() -> Option<u64> {
    let mut seen = HashSet::new();
    let mut sum = None;
    for cpu in fs::read_dir("/sys/devices/system/cpu").ok()?.flatten() {
        let folder = cpu.path();
        let Some(count) = number_in(&folder.join("thermal_throttle/core_throttle_count")) else {
            continue;
        };
        let package = fs::read_to_string(folder.join("topology/physical_package_id")).ok();
        let core = fs::read_to_string(folder.join("topology/core_id")).ok();
        // Two logical cores of a physical one show the same counter.
        if core.is_none() || seen.insert((package, core)) {
            sum = Some(sum.unwrap_or(0) + count);
        }
    }
    sum
}

fn number_in(file: &Path) -> Option<u64> {
    fs::read_to_string(file).ok()?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::{Duration, Instant};

    fn spin(time: Duration) {
        let until = Instant::now() + time;
        while Instant::now() < until {
            std::hint::spin_loop();
        }
    }

    #[test]
    fn tells_the_work_of_named_processes_from_that_of_others() {
        let before = CpuOfAll::now().expect("Linux");
        spin(Duration::from_millis(30));
        let after = CpuOfAll::now().expect("Linux");
        let own = after.since(&before, &[std::process::id()]);
        assert!(own.own_ns > 0, "{own:?}");
        let nobody = after.since(&before, &[]);
        assert_eq!(nobody.own_ns, 0);
        assert_eq!(nobody.others_ns, own.own_ns + own.others_ns);
    }

    #[test]
    fn counts_switches_of_all_threads_and_says_so_where_a_process_is_gone() {
        assert!(involuntary_switches(&[std::process::id()]).is_some());
        assert_eq!(involuntary_switches(&[u32::MAX - 1]), None);
    }
}
