//! CPU time of the cores that this process may use, as the kernel's ticks tell it.

use crate::machine::{linux, topology};
use std::fs;

/// CPU time since boot, in ticks: of the cores that this process may use, all together, and of
/// their hardware threads that it may not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct CpuTicks {
    stolen: u64,
    idle: u64,
    all: u64,
    busy_beside: u64,
}

/// The kernel shows CPU time in hundredths of a second (USER_HZ), whatever its own ticks are.
const TICK_NS: f64 = 1e7;

impl CpuTicks {
    /// As /proc/stat tells it now.
    pub(crate) fn now() -> Option<Self> {
        let usable = linux::cores();
        let beside = topology::siblings_outside(&usable);
        Self::of(&fs::read_to_string("/proc/stat").ok()?, &usable, &beside)
    }

    fn of(stat: &str, usable: &[usize], beside: &[usize]) -> Option<Self> {
        let mut sum = Self::default();
        for (core, ticks) in stat.lines().filter_map(core_of) {
            if usable.contains(&core) {
                sum.stolen += ticks.stolen;
                sum.idle += ticks.idle;
                sum.all += ticks.all;
            } else if beside.contains(&core) {
                sum.busy_beside += ticks.busy();
            }
        }
        (sum.all > 0).then_some(sum)
    }

    /// CPU time in which something ran here since `before`, all usable cores together, ns.
    pub(crate) fn busy_ns_since(self, before: Self) -> f64 {
        self.busy().saturating_sub(before.busy()) as f64 * TICK_NS
    }

    /// CPU time in which something ran since `before` on hardware threads beside the usable ones,
    /// with which these share a core, ns.
    pub(crate) fn busy_beside_ns_since(self, before: Self) -> f64 {
        self.busy_beside.saturating_sub(before.busy_beside) as f64 * TICK_NS
    }

    fn busy(self) -> u64 {
        self.all.saturating_sub(self.idle + self.stolen)
    }

    /// Share of CPU time stolen since `before`, 0 to 1.
    pub(crate) fn steal_share_since(self, before: Self) -> Option<f64> {
        let all = self.all.checked_sub(before.all).filter(|all| *all > 0)?;
        Some(self.stolen.saturating_sub(before.stolen) as f64 / all as f64)
    }
}

/// A line of /proc/stat of one core: `cpu1 user nice system idle iowait irq softirq steal ...`;
/// guest times, which follow, are part of user.
fn core_of(line: &str) -> Option<(usize, CpuTicks)> {
    let mut words = line.split_whitespace();
    let core = words.next()?.strip_prefix("cpu")?.parse().ok()?;
    let ticks: Vec<u64> = words.take(8).filter_map(|word| word.parse().ok()).collect();
    let ticks = CpuTicks {
        stolen: *ticks.get(7)?,
        idle: ticks[3] + ticks[4],
        all: ticks.iter().sum(),
        busy_beside: 0,
    };
    Some((core, ticks))
}

#[cfg(test)]
mod tests {
    use super::*;

    const BEFORE: &str = "cpu  9 9 9 9 9 9 9 9 0 0\ncpu0 10 0 10 70 10 0 0 0 0 0\n\
        cpu1 0 0 0 100 0 0 0 0 0 0\ncpu2 0 0 0 100 0 0 0 0 0 0\nintr 7\n";
    const AFTER: &str = "cpu  9 9 9 9 9 9 9 9 0 0\ncpu0 110 0 10 70 10 0 0 0 0 0\n\
        cpu1 20 0 10 160 0 0 0 10 0 0\ncpu2 50 0 0 150 0 0 0 0 0 0\nintr 7\n";

    #[test]
    fn only_usable_cores_count_and_threads_beside_them_apart() {
        let told = |text| CpuTicks::of(text, &[1], &[2]).expect("core 1 is there");
        let (before, after) = (told(BEFORE), told(AFTER));
        assert_eq!(after.busy_ns_since(before), 30.0 * TICK_NS, "core 0 is not ours");
        assert_eq!(after.busy_beside_ns_since(before), 50.0 * TICK_NS);
        assert_eq!(after.steal_share_since(before), Some(0.1));
        let all = |text| CpuTicks::of(text, &[0, 1, 2], &[]).expect("cores");
        assert_eq!(all(AFTER).busy_ns_since(all(BEFORE)), 180.0 * TICK_NS);
        assert_eq!(CpuTicks::of(AFTER, &[], &[]), None, "not known which are ours");
    }
}
