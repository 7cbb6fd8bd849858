//! The machine, as far as it bears on the figures: read from /proc and /sys, absent where they do
//! not tell.

pub(crate) mod cgroup;
pub(crate) mod cpu_ticks;
pub(crate) mod power;

pub(crate) use crate::machine::environment::{
    cgroup::{Groups, Throttled},
    cpu_ticks::CpuTicks,
};
use crate::machine::{clock, environment::power::Power, handicap, linux, topology};
use reports::record::{Build, Environment, Limits};
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
    let clock = clock::Limits::of(&quanta::Clock::new());
    let power = Power::now();
    let mut environment = Environment {
        label: None,
        os: std::env::consts::OS.into(),
        kernel: line("/proc/sys/kernel/osrelease"),
        arch: std::env::consts::ARCH.into(),
        cpu_model: field("/proc/cpuinfo", "model name"),
        logical_cores: usable_cores(),
        memory_bytes: memory_bytes(),
        virtualization: virtualization(),
        clock_source: line("/sys/devices/system/clocksource/clocksource0/current_clocksource"),
        clock_read_ns: clock.read_ns,
        clock_step_ns: clock.step_ns,
        others_cores: None,
        limits: limits(&power),
        governor: power.governor,
        load_average_1m: line("/proc/loadavg")
            .and_then(|text| text.split(' ').next()?.parse().ok()),
        steal_share: None,
        fingerprint: String::new(),
    };
    environment.fingerprint = fingerprint(&environment);
    environment
}

/// What the system allows this process; what a run loses by it is not known yet.
fn limits(power: &Power) -> Limits {
    let allowed = Groups::own().allowed();
    Limits {
        machine_cores: u32::try_from(topology::online().len()).ok().filter(|cores| *cores > 0),
        quota_cores: allowed.quota_cores,
        memory_limit_bytes: allowed.memory.map(|memory| memory.limit_bytes),
        memory_used_bytes: allowed.memory.map(|memory| memory.used_bytes),
        nice: linux::nice(),
        energy_preference: power.preference.clone(),
        on_battery: power.on_battery,
        ..Limits::default()
    }
}

/// The cores that this process may run on. The standard library's answer is smaller where there is
/// a CPU quota, which is no number of cores.
fn usable_cores() -> u32 {
    match linux::cores().len() {
        0 => thread::available_parallelism().map_or(1, |cores| cores.get() as u32),
        cores => cores as u32,
    }
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
/// cores, whole GiB. Under a CPU quota it is another machine.
fn fingerprint(environment: &Environment) -> String {
    let Environment { arch, cpu_model, logical_cores, memory_bytes, .. } = environment;
    let gib = memory_bytes.map(|bytes| (bytes as f64 / f64::from(1 << 30)).round());
    let quota = environment.limits.quota_cores;
    let quota = quota.map_or_else(String::new, |cores| format!(" quota {cores:.2}"));
    let machine = format!("{arch} {cpu_model:?} {logical_cores} {gib:?}{quota}");
    format!("{:016x}", fixtures::fnv1a_64(machine.as_bytes()))
}
