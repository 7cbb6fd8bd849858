//! What disturbed a visit: read before and after it, outside the timed span. No flag looks at the
//! visit's times, so that repeating a flagged visit selects by cause and never by value. What the
//! system does not tell is absent.

use crate::machine::{
    environment::{CpuTicks, Groups, Throttled},
    linux::{self, CpuOfAll},
};
use reports::record::{Environment, Limits, Noise};
use std::time::Instant;

/// A visit in which the hypervisor took more than this share of CPU time is flagged.
const STOLEN_SHARE: f64 = 0.02;
/// A visit in which others kept more than this share of one core busy is flagged. The housekeeping
/// of the virtual machine where this was chosen stays below 0.14 in nine visits of ten: a flag that
/// every third visit raises would tell nothing.
pub(crate) const OTHERS_CORES: f64 = 0.15;

/// The machine before a visit.
pub(crate) struct Before {
    at: Instant,
    /// Processes of the lane, and this one.
    own: Vec<u32>,
    /// False where the lane's callee cannot be told from other processes.
    own_known: bool,
    ticks: Option<CpuTicks>,
    cpu: Option<CpuOfAll>,
    switches: Option<u64>,
    throttled: Option<u64>,
    /// Control groups of all these processes, and what their quotas had stopped.
    groups: Groups,
    stopped: Option<Throttled>,
}

/// What a visit was disturbed by.
#[derive(Clone, Debug, Default)]
pub(crate) struct Disturbance {
    /// What was measured of it.
    pub(crate) noise: Noise,
    /// Why the visit is to be repeated: `stolen`, `others`, `throttled`.
    pub(crate) flags: Vec<&'static str>,
    /// For the whole run: what the kernel's ticks say.
    pub(crate) machine: MachineTime,
}

/// CPU time of the cores that this process may use while visits were made. One visit is too short
/// for the kernel's ticks of 10 ms; all together are not.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct MachineTime {
    busy_ns: f64,
    own_ns: f64,
    beside_ns: f64,
    wall_ns: f64,
    /// What CPU quotas stopped; absent where there was none.
    stopped: Option<Throttled>,
    quota_cores: Option<f64>,
}

impl MachineTime {
    /// Adds a visit.
    pub(crate) fn add(&mut self, other: &Self) {
        self.busy_ns += other.busy_ns;
        self.own_ns += other.own_ns;
        self.beside_ns += other.beside_ns;
        self.wall_ns += other.wall_ns;
        if let Some(more) = other.stopped {
            self.stopped = Some(self.stopped.unwrap_or_default().plus(more));
        }
        self.quota_cores = least(self.quota_cores, other.quota_cores);
    }

    /// Cores that others kept busy, on average; absent where nothing was measured.
    pub(crate) fn others_cores(&self) -> Option<f64> {
        self.per_wall(self.busy_ns - self.own_ns)
    }

    /// Hardware threads that were busy, on average, beside the cores that this process may use.
    pub(crate) fn siblings_busy(&self) -> Option<f64> {
        self.per_wall(self.beside_ns)
    }

    fn per_wall(&self, ns: f64) -> Option<f64> {
        (self.wall_ns > 0.0).then(|| rounded((ns / self.wall_ns).max(0.0)))
    }
}

/// The smaller of two, where either is there.
fn least(one: Option<f64>, other: Option<f64>) -> Option<f64> {
    one.into_iter().chain(other).min_by(f64::total_cmp)
}

/// The machine during a whole run.
pub(crate) struct MachineWatch {
    /// When the run began.
    ticks: Option<CpuTicks>,
    /// Of all visits.
    time: MachineTime,
}

impl MachineWatch {
    /// From now on, where the ticks of all cores are these.
    pub(crate) fn begin(ticks: Option<CpuTicks>) -> Self {
        Self { ticks, time: MachineTime::default() }
    }

    /// Adds a visit.
    pub(crate) fn add(&mut self, visit: &MachineTime) {
        self.time.add(visit);
    }

    /// The machine as it was when the run began, with what it did from then to `now`.
    pub(crate) fn told(&self, at_first: &Environment, now: Option<CpuTicks>) -> Environment {
        let stopped = self.time.stopped;
        Environment {
            steal_share: self.ticks.and_then(|before| now?.steal_share_since(before)),
            others_cores: self.time.others_cores(),
            limits: Limits {
                quota_cores: least(at_first.limits.quota_cores, self.time.quota_cores),
                throttled_periods: stopped.map(|stopped| stopped.periods),
                throttled_ms: stopped.map(|stopped| stopped.time_ns as f64 / 1e6),
                siblings_busy: self.time.siblings_busy(),
                ..at_first.limits.clone()
            },
            ..at_first.clone()
        }
    }
}

impl Before {
    /// Looks at the machine. `lane` are the processes of the lane; `own_known` is false where one
    /// of them was started by the user.
    pub(crate) fn look(lane: &[u32], own_known: bool) -> Self {
        let own: Vec<u32> = lane.iter().copied().chain([std::process::id()]).collect();
        let groups = Groups::around(&own);
        Self {
            own_known,
            stopped: groups.throttled(),
            groups,
            ticks: CpuTicks::now(),
            switches: linux::involuntary_switches(lane),
            throttled: linux::throttle_events(),
            cpu: CpuOfAll::now(),
            at: Instant::now(),
            own,
        }
    }

    /// Looks again, after the visit.
    pub(crate) fn after(self) -> Disturbance {
        let wall_ns = self.at.elapsed().as_nanos() as f64;
        let cpu = CpuOfAll::now().zip(self.cpu).map(|(now, before)| now.since(&before, &self.own));
        let known = cpu.filter(|_| self.own_known);
        let lane = &self.own[..self.own.len() - 1];
        let ticks = self.ticks.zip(CpuTicks::now());
        let machine = known.zip(ticks).map(|(cpu, (before, now))| MachineTime {
            busy_ns: now.busy_ns_since(before),
            own_ns: cpu.own_ns as f64,
            beside_ns: now.busy_beside_ns_since(before),
            wall_ns,
            ..MachineTime::default()
        });
        let noise = Noise {
            steal_share: ticks.and_then(|(before, now)| now.steal_share_since(before)),
            others_cores: known.map(|cpu| rounded(cpu.others_ns as f64 / wall_ns)),
            own_cores: known.map(|cpu| rounded(cpu.own_ns as f64 / wall_ns)),
            involuntary_switches: grown(self.switches, linux::involuntary_switches(lane)),
            throttle_events: grown(self.throttled, linux::throttle_events()),
        };
        let flags = flags(&noise);
        let stopped = self.stopped.zip(self.groups.throttled());
        let machine = MachineTime {
            stopped: stopped.map(|(before, now)| now.since(before)),
            quota_cores: self.groups.quota_cores(),
            ..machine.unwrap_or_default()
        };
        Disturbance { noise, flags, machine }
    }
}

/// Involuntary switches raise no flag: two processes that share a core take it from each other with
/// every call.
fn flags(noise: &Noise) -> Vec<&'static str> {
    let mut flags = Vec::new();
    if noise.steal_share.is_some_and(|share| share > STOLEN_SHARE) {
        flags.push("stolen");
    }
    if noise.others_cores.is_some_and(|cores| cores > OTHERS_CORES) {
        flags.push("others");
    }
    if noise.throttle_events.is_some_and(|events| events > 0) {
        flags.push("throttled");
    }
    flags
}

/// How much a counter has grown, where it was read twice.
fn grown(before: Option<u64>, now: Option<u64>) -> Option<u64> {
    now?.checked_sub(before?)
}

/// Three decimals: a record holds thousands of these.
fn rounded(cores: f64) -> f64 {
    (cores * 1e3).round() / 1e3
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flag_needs_its_cause_beyond_its_limit() {
        let quiet = Noise {
            steal_share: Some(0.02),
            others_cores: Some(0.15),
            throttle_events: Some(0),
            ..Noise::default()
        };
        assert!(flags(&quiet).is_empty());
        assert!(flags(&Noise::default()).is_empty(), "not measured is no flag");
        assert_eq!(flags(&Noise { steal_share: Some(0.021), ..quiet }), ["stolen"]);
        assert_eq!(flags(&Noise { others_cores: Some(0.151), ..quiet }), ["others"]);
        assert_eq!(flags(&Noise { throttle_events: Some(1), ..quiet }), ["throttled"]);
    }

    #[test]
    fn the_whole_run_is_told_by_sums_of_its_visits() {
        let mut run = MachineTime::default();
        assert_eq!(run.others_cores(), None, "not measured is absent");
        for busy_ns in [10e6, 30e6] {
            let stopped = Some(Throttled { periods: 2, time_ns: 1_000 });
            let quota_cores = Some(busy_ns / 1e7);
            run.add(&MachineTime {
                busy_ns,
                own_ns: 15e6,
                beside_ns: 4e6,
                wall_ns: 20e6,
                stopped,
                quota_cores,
            });
        }
        run.add(&MachineTime::default());
        assert_eq!(run.stopped, Some(Throttled { periods: 4, time_ns: 2_000 }));
        assert_eq!(run.quota_cores, Some(1.0), "the tightest");
        assert_eq!(run.others_cores(), Some(0.25));
        assert_eq!(run.siblings_busy(), Some(0.2));
    }

    #[test]
    fn switches_of_two_that_share_a_core_raise_no_flag() {
        assert!(
            flags(&Noise { involuntary_switches: Some(100_000), ..Noise::default() }).is_empty()
        );
    }
}
