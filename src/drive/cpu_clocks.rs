//! CPU time of both sides of a lane, read from outside and off the timed path.

use crate::machine::linux;

/// CPU time of caller and callee, ns, where it is known.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct CpuClocks {
    pub(crate) caller_ns: Option<u64>,
    pub(crate) callee_ns: Option<u64>,
}

impl CpuClocks {
    /// What this process, the caller, and the callee have used so far.
    pub(crate) fn now(callee_pid: Option<u32>) -> Self {
        Self {
            caller_ns: linux::own_cpu_ns(),
            callee_ns: callee_pid.and_then(linux::cpu_ns),
        }
    }

    /// What they have used since an earlier look.
    pub(crate) fn since(self, before: &Self) -> Self {
        Self {
            caller_ns: spent_ns(before.caller_ns, self.caller_ns),
            callee_ns: spent_ns(before.callee_ns, self.callee_ns),
        }
    }
}

fn spent_ns(before: Option<u64>, now: Option<u64>) -> Option<u64> {
    Some(now?.saturating_sub(before?))
}
