//! What a single call over each lane burns beside time: the share of CPU time that the kernel
//! takes, and context switches, of each of its processes. CPU time itself is in `summary`.

pub mod at_rate;
pub mod idle;

use crate::{
    figures::cells::CONFIDENCE,
    record::{Part, ProcessUse, Record, ResourcesStart},
    stats::estimates::{self, Estimate},
};

/// Steps of the kernel's CPU clock that a start must have used before a share of them is shown.
const FEWEST_TICKS: u64 = 10;

/// What the processes of one lane use.
#[derive(Clone, Copy, Debug, Default)]
pub struct Use {
    /// Share of the caller's CPU time in the kernel, 0 to 1.
    pub caller_kernel: Option<Estimate>,
    /// Share of the callee's CPU time in the kernel, 0 to 1.
    pub callee_kernel: Option<Estimate>,
    /// Context switches of the caller for a call: by itself, and taken from its core.
    pub caller_switches: Option<[Estimate; 2]>,
    /// Context switches of the callee for a call.
    pub callee_switches: Option<[Estimate; 2]>,
    /// Share of the CPU time in the kernel of the server that stands between the two, 0 to 1.
    pub server_kernel: Option<Estimate>,
    /// Context switches of that server for a call.
    pub server_switches: Option<[Estimate; 2]>,
}

/// What the lane of this name uses.
pub fn of(lane: &str, record: &Record) -> Use {
    let Some(resources) = record.resources.iter().find(|resources| resources.lane == lane) else {
        return Use::default();
    };
    let starts = &resources.starts;
    Use {
        caller_kernel: kernel_share(starts, Part::Caller),
        callee_kernel: kernel_share(starts, Part::Callee),
        caller_switches: switches(starts, Part::Caller),
        callee_switches: switches(starts, Part::Callee),
        server_kernel: kernel_share(starts, Part::Server),
        server_switches: switches(starts, Part::Server),
    }
}

/// None where one start could not be read, or used too little for the kernel's steps.
fn kernel_share(starts: &[ResourcesStart], part: Part) -> Option<Estimate> {
    let mut shares = Vec::new();
    for start in starts {
        let used = start.used(part)?;
        let all_ms = used.user_ms + used.kernel_ms;
        if all_ms == 0 || all_ms < FEWEST_TICKS * used.tick_ms {
            return None;
        }
        shares.push(used.kernel_ms as f64 / all_ms as f64);
    }
    Some(estimates::mean_of_starts(&shares, 0.0, CONFIDENCE)?.without_noise())
}

/// Voluntary and involuntary ones for an item.
fn switches(starts: &[ResourcesStart], part: Part) -> Option<[Estimate; 2]> {
    Some([
        per_item(starts, part, |used| used.switches_voluntary)?,
        per_item(starts, part, |used| used.switches_involuntary)?,
    ])
}

/// None where one start could not be read.
fn per_item(
    starts: &[ResourcesStart],
    part: Part,
    count: fn(ProcessUse) -> u64,
) -> Option<Estimate> {
    let mut values = Vec::new();
    for start in starts {
        values.push(count(start.used(part)?) as f64 / start.items.max(1) as f64);
    }
    Some(estimates::mean_of_starts(&values, 0.0, CONFIDENCE)?.without_noise())
}
