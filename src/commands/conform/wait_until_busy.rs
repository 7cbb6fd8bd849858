//! Waits until a process that was idle works. Whatever it works at counts.

use crate::machine::linux;
use std::{
    thread,
    time::{Duration, Instant},
};

/// The longest that is waited for a callee to take a call up: far shorter than it then sleeps. On a
/// machine too busy for that, or that does not tell, the callee dies before the call is there, and
/// the outcome must be the same.
const TAKEN_UP: Duration = Duration::from_millis(100);

/// Returns when the process has used more CPU time than this, which it had while it was idle.
pub(super) fn wait(pid: u32, idle_ns: Option<u64>) {
    let began = Instant::now();
    while began.elapsed() < TAKEN_UP {
        if idle_ns.is_some() && linux::cpu_ns(pid) != idle_ns {
            return;
        }
        thread::sleep(Duration::from_millis(1));
    }
}
