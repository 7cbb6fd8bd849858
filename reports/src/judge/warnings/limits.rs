//! What the system keeps from a run: a quota, memory, priority, power, the other half of a core.

use crate::{
    judge::warnings::Warning,
    record::{Limits, Record},
    stats::units::{bytes, count, number, time},
};

/// A group of processes that uses more than this share of its memory is near the limit.
const MEMORY_SHARE: f64 = 0.9;
/// Hardware threads beside the usable ones that are busier than this, on average, are not idle.
const SIBLINGS_BUSY: f64 = 0.1;

/// Everything that spoils all figures of this record.
pub(crate) fn of(record: &Record) -> impl Iterator<Item = Warning> {
    let limits = &record.environment.limits;
    let governor = record.environment.governor.as_deref();
    let said = [
        quota(limits),
        memory(limits),
        nice(limits),
        power(limits, governor),
        siblings(limits),
    ];
    said.into_iter().flatten().map(Warning::every)
}

fn quota(limits: &Limits) -> Option<String> {
    let periods = limits.throttled_periods.filter(|periods| *periods > 0)?;
    let cores = limits
        .quota_cores
        .map_or_else(String::new, |c| format!(" of {} cores", number(c)));
    let stopped = limits
        .throttled_ms
        .map_or_else(String::new, |ms| format!(", for {} of thread time in all", time(ms * 1e6)));
    Some(format!(
        "A CPU quota{cores} stopped caller or callee in {} of its periods{stopped}: times contain \
        these pauses; lift the quota (cpu.max, docker --cpus) and repeat.",
        count(periods)
    ))
}

fn memory(limits: &Limits) -> Option<String> {
    let (limit, used) = (limits.memory_limit_bytes?, limits.memory_used_bytes?);
    if used as f64 <= MEMORY_SHARE * limit as f64 {
        return None;
    }
    Some(format!(
        "{} of the {} of memory that the control group allows were used when the run began: near \
        the limit the kernel slows every process down; raise the limit and repeat.",
        bytes(used as f64),
        bytes(limit as f64)
    ))
}

fn nice(limits: &Limits) -> Option<String> {
    let nice = limits.nice.filter(|nice| *nice > 0)?;
    Some(format!(
        "The run had a low priority (nice {nice}): other processes went first; start it without \
        nice(1)."
    ))
}

fn power(limits: &Limits, governor: Option<&str>) -> Option<String> {
    if limits.on_battery == Some(true) {
        return Some(
            "The machine ran on its battery: clock rates move to save power; plug it in and repeat."
                .to_owned(),
        );
    }
    let prefers_speed = limits.energy_preference.as_deref() == Some("performance");
    let saves = governor.filter(|name| ["powersave", "conservative"].contains(name));
    let saves = saves.filter(|_| !prefers_speed)?;
    Some(format!(
        "The CPU governor is {saves}: clock rates move while calls wait; set it to performance and \
        repeat."
    ))
}

fn siblings(limits: &Limits) -> Option<String> {
    let busy = limits.siblings_busy.filter(|busy| *busy > SIBLINGS_BUSY)?;
    Some(format!(
        "Other work ran on hardware threads that share a core with the run ({} busy on average): \
        a shared core is slower; leave whole cores to the run.",
        number(busy)
    ))
}
