//! What only Linux tells: CPU clocks of processes, private descriptors, options and byte counters
//! of sockets. Elsewhere each of these answers "not known", and the report says "not measured".

pub(crate) mod processes;
pub(crate) mod sockets;
pub(crate) mod usage;

#[cfg(target_os = "linux")]
#[cfg(target_os = "linux")]
#[cfg(target_os = "linux")]
#[cfg(target_os = "linux")]
mod os {
    pub(crate) use crate::machine::linux::{
        processes::{CpuOfAll, involuntary_switches, throttle_events},
        sockets::{socket_settings, tcp_bytes},
        usage::{enter_kernel, futex_wait, futex_wake, process_use, unbuffered_stdio},
    };
    use nix::time::{ClockId, clock_getcpuclockid, clock_gettime};
    use rustix::{process::Pid, thread::CpuSet};
    use std::{fs::File, io};

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

    /// A duplicate of stdout for the protocol; descriptor 1 itself then leads to stderr, so that a
    /// library that prints cannot break the protocol.
    pub(crate) fn private_stdout() -> io::Result<File> {
        let answers = rustix::io::fcntl_dupfd_cloexec(rustix::stdio::stdout(), 3)?;
        rustix::stdio::dup2_stdout(rustix::stdio::stderr())?;
        Ok(answers.into())
    }

    /// Kills a process and whatever it started in its group.
    pub(crate) fn kill_group(pid: u32) {
        if let Some(pid) = i32::try_from(pid).ok().and_then(rustix::process::Pid::from_raw) {
            // It may be gone already: that is what is wanted.
            let _ = rustix::process::kill_process_group(pid, rustix::process::Signal::KILL);
        }
    }

    /// The cores that this process may run on.
    pub(crate) fn cores() -> Vec<usize> {
        rustix::thread::sched_getaffinity(None).map_or_else(|_| Vec::new(), |set| listed(&set))
    }

    /// The cores on which the main thread of another process may run; none where it is not known.
    pub(crate) fn cores_of(pid: u32) -> Vec<usize> {
        let pid = i32::try_from(pid).ok().and_then(Pid::from_raw);
        let set = pid.and_then(|pid| rustix::thread::sched_getaffinity(Some(pid)).ok());
        set.map_or_else(Vec::new, |set| listed(&set))
    }

    fn listed(set: &CpuSet) -> Vec<usize> {
        (0..CpuSet::MAX_CPU).filter(|core| set.is_set(*core)).collect()
    }

    /// Does something on one core, such as starting a process: that and every thread begun
    /// meanwhile stays there. None: wherever.
    pub(crate) fn on_core<T>(core: Option<usize>, work: impl FnOnce() -> T) -> io::Result<T> {
        let Some(core) = core else { return Ok(work()) };
        let before = rustix::thread::sched_getaffinity(None)?;
        let mut one = CpuSet::new();
        one.set(core);
        // Of this thread; a child has those of the thread that starts it.
        rustix::thread::sched_setaffinity(None, &one)?;
        let done = work();
        rustix::thread::sched_setaffinity(None, &before)?;
        Ok(done)
    }

    /// True when stdin is a pipe or a socket, whose end means that whoever started this process is
    /// gone.
    pub(crate) fn stdin_is_a_pipe() -> bool {
        use rustix::fs::FileType;
        let kind = rustix::fs::fstat(rustix::stdio::stdin())
            .map(|stat| FileType::from_raw_mode(stat.st_mode));
        matches!(kind, Ok(FileType::Fifo | FileType::Socket))
    }
}

#[cfg(not(target_os = "linux"))]
mod os {
    use std::{io, sync::atomic::AtomicU32};

    pub(crate) fn own_cpu_ns() -> Option<u64> {
        None
    }

    pub(crate) fn cpu_ns(_pid: u32) -> Option<u64> {
        None
    }

    pub(crate) fn private_stdout() -> io::Result<io::Stdout> {
        Ok(io::stdout())
    }

    pub(crate) fn kill_group(_pid: u32) {}

    pub(crate) fn cores() -> Vec<usize> {
        Vec::new()
    }

    pub(crate) fn cores_of(_pid: u32) -> Vec<usize> {
        Vec::new()
    }

    pub(crate) fn on_core<T>(core: Option<usize>, work: impl FnOnce() -> T) -> io::Result<T> {
        match core {
            Some(_) => Err(needs_linux()),
            None => Ok(work()),
        }
    }

    pub(crate) fn stdin_is_a_pipe() -> bool {
        true
    }

    /// Not known here.
    pub(crate) struct CpuOfAll;

    /// CPU time between two looks, ns.
    #[derive(Clone, Copy)]
    pub(crate) struct CpuSplit {
        pub(crate) own_ns: u64,
        pub(crate) others_ns: u64,
    }

    impl CpuOfAll {
        pub(crate) fn now() -> Option<Self> {
            None
        }

        pub(crate) fn since(&self, _before: &Self, _own: &[u32]) -> CpuSplit {
            CpuSplit { own_ns: 0, others_ns: 0 }
        }
    }

    pub(crate) fn involuntary_switches(_own: &[u32]) -> Option<u64> {
        None
    }

    pub(crate) fn throttle_events() -> Option<u64> {
        None
    }

    pub(crate) fn tcp_bytes(_endpoint: &str) -> Option<(u64, u64)> {
        None
    }

    pub(crate) fn process_use(_pid: u32) -> Option<reports::record::ProcessUse> {
        None
    }

    pub(crate) fn enter_kernel() -> io::Result<()> {
        Err(needs_linux())
    }

    pub(crate) fn futex_wait(_number: &AtomicU32, _expected: u32) -> io::Result<()> {
        Err(needs_linux())
    }

    pub(crate) fn futex_wake(_number: &AtomicU32) -> io::Result<()> {
        Err(needs_linux())
    }

    pub(crate) fn unbuffered_stdio() -> io::Result<(io::Stdin, io::Stdout)> {
        Err(needs_linux())
    }

    fn needs_linux() -> io::Error {
        io::Error::new(io::ErrorKind::Unsupported, "needs Linux")
    }

    pub(crate) fn socket_settings(
        _driver_pid: u32,
        _callee_pid: Option<u32>,
        _endpoint: &str,
    ) -> Vec<reports::record::Setting> {
        Vec::new()
    }
}

pub(crate) use os::*;
