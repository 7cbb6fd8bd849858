//! The answers of a system that is not Linux: not known, or an error that says so.

use crate::machine::{socket_address::SocketAddress, topology::ProcessSeat};
use std::{fs::File, io, path::PathBuf, sync::atomic::AtomicU32};

pub(crate) fn path_of_open_file(_file: &File) -> Option<PathBuf> {
    None
}

pub(crate) fn code_files(_pid: u32) -> Vec<PathBuf> {
    Vec::new()
}

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

pub(crate) fn written_files(_pid: u32) -> Vec<PathBuf> {
    Vec::new()
}

/// Where it cannot be looked at, it is waited for.
pub(crate) fn has_ended(_child: u32) -> bool {
    true
}

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

pub(crate) fn move_process(_pid: u32, _seat: ProcessSeat) -> io::Result<()> {
    Err(needs_linux())
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

pub(crate) fn nice() -> Option<i32> {
    None
}

pub(crate) fn throttle_events() -> Option<u64> {
    None
}

pub(crate) fn tcp_bytes(_port: u16, _of: Option<u32>) -> Option<(u64, u64)> {
    None
}

pub(crate) fn listens(_pid: u32, _port: u16) -> bool {
    true
}

pub(crate) fn signal(_pid: u32, _signal: crate::machine::linux::ending_signal::EndingSignal) {}

pub(crate) fn process_use(_pid: u32) -> Option<reports::record::ProcessUse> {
    None
}

pub(crate) fn most_memory(_pid: u32) -> Option<u64> {
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
    _others: &[(&str, u32)],
    _at: &SocketAddress,
) -> Vec<reports::record::Setting> {
    Vec::new()
}
