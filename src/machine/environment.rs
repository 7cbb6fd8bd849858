//! The machine, as far as it bears on the figures: read from /proc and /sys, absent where they do
//! not tell.

use crate::machine::{clock::Limits, handicap};
use reports::record::{Build, Environment};
use std::{fs, thread};

/// What wrote the record.
pub(crate) fn build() -> Build {
    Build {
        version: env!("CARGO_PKG_VERSION").into(),
        profile: if cfg!(debug_assertions) { "debug" } else { "release" }.into(),
        compiler: env!("TOLLGATE_COMPILER").into(),
        changed: None,
        handicap: handicap::compiled_in().map(Into::into),
    }
}

/// The machine as it is now.
pub(crate) fn environment() -> Environment {
    let clock = Limits::of(&quanta::Clock::new());
    let mut environment = Environment {
        label: None,
        os: std::env::consts::OS.into(),
        kernel: line("/proc/sys/kernel/osrelease"),
        arch: std::env::consts::ARCH.into(),
        cpu_model: field("/proc/cpuinfo", "model name"),
        logical_cores: thread::available_parallelism().map_or(1, |cores| cores.get() as u32),
        memory_bytes: memory_bytes(),
        virtualization: virtualization(),
        clock_source: line("/sys/devices/system/clocksource/clocksource0/current_clocksource"),
        clock_read_ns: clock.read_ns,
        clock_step_ns: clock.step_ns,
        others_cores: None,
        governor: line("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor"),
        load_average_1m: line("/proc/loadavg")
            .and_then(|text| text.split(' ').next()?.parse().ok()),
        steal_share: None,
        placement: "free".into(),
        fingerprint: String::new(),
    };
    environment.fingerprint = fingerprint(&environment);
    environment
}

fn line(path: &str) -> Option<String> {
    let text = fs::read_to_string(path).ok()?;
    Some(text.lines().next()?.trim().to_string())
}

fn field(path: &str, name: &str) -> Option<String> {
    let text = fs::read_to_string(path).ok()?;
    let value = text.lines().find(|line| line.starts_with(name))?.split_once(':')?.1;
    Some(value.trim().to_string())
}

fn memory_bytes() -> Option<u64> {
    let text = field("/proc/meminfo", "MemTotal")?;
    Some(text.split(' ').next()?.parse::<u64>().ok()? * 1_024)
}

fn virtualization() -> Option<String> {
    let flags = field("/proc/cpuinfo", "flags")?;
    if !flags.split(' ').any(|flag| flag == "hypervisor") {
        return None;
    }
    match line("/sys/class/dmi/id/sys_vendor") {
        Some(name) if !name.is_empty() => Some(format!("virtual machine ({name})")),
        _ => Some("virtual machine".into()),
    }
}

/// Records of one machine share it, across updates of kernel and compiler: model, architecture,
/// cores, whole GiB.
fn fingerprint(environment: &Environment) -> String {
    let Environment { arch, cpu_model, logical_cores, memory_bytes, .. } = environment;
    let gib = memory_bytes.map(|bytes| (bytes as f64 / f64::from(1 << 30)).round());
    format!(
        "{:016x}",
        fixtures::fnv1a_64(format!("{arch} {cpu_model:?} {logical_cores} {gib:?}").as_bytes())
    )
}

/// CPU time of all cores since boot: what the hypervisor took, and all of it, in ticks.
#[derive(Clone, Copy)]
pub(crate) struct CpuTicks {
    stolen: u64,
    idle: u64,
    all: u64,
}

/// The kernel shows CPU time in hundredths of a second (USER_HZ), whatever its own ticks are.
const TICK_NS: f64 = 1e7;

impl CpuTicks {
    /// As /proc/stat tells it now.
    pub(crate) fn now() -> Option<Self> {
        let text = fs::read_to_string("/proc/stat").ok()?;
        // user nice system idle iowait irq softirq steal (guest times are part of user)
        let ticks: Vec<u64> = text
            .lines()
            .next()?
            .split_whitespace()
            .skip(1)
            .take(8)
            .filter_map(|part| part.parse().ok())
            .collect();
        Some(Self {
            stolen: *ticks.get(7)?,
            idle: ticks[3] + ticks[4],
            all: ticks.iter().sum(),
        })
    }

    /// CPU time in which something ran here since `before`, all cores together, ns.
    pub(crate) fn busy_ns_since(self, before: Self) -> f64 {
        self.busy().saturating_sub(before.busy()) as f64 * TICK_NS
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
