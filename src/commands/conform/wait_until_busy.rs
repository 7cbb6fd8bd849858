//! Waits until a process has taken up a call and stands in it. Whatever it works at counts.

use crate::machine::linux;
use std::{
    thread,
    time::{Duration, Instant},
};

/// The longest that is waited for a callee to take a call up: far shorter than it then sleeps. On a
/// machine too busy for that, or that does not tell, the callee dies before the call is there, and
/// the outcome must be the same.
const TAKEN_UP: Duration = Duration::from_millis(100);
const BETWEEN_LOOKS: Duration = Duration::from_millis(1);
/// Looks in a row that find it idle, after it has worked: it has read the call, and its engine
/// sleeps.
const IDLE_LOOKS: u32 = 10;

/// Returns when the process has used more CPU time than this, which it had while it was idle, and
/// then uses no more.
pub(crate) fn wait(pid: u32, idle_ns: Option<u64>) {
    let began = Instant::now();
    let mut last_ns = idle_ns;
    let mut idle_looks = 0;
    while began.elapsed() < TAKEN_UP {
        thread::sleep(BETWEEN_LOOKS);
        let now_ns = linux::cpu_ns(pid);
        let has_worked = now_ns.is_some() && now_ns != idle_ns;
        idle_looks = if has_worked && now_ns == last_ns { idle_looks + 1 } else { 0 };
        if idle_looks == IDLE_LOOKS {
            return;
        }
        last_ns = now_ns;
    }
}
