//! The machine and the toolchains: what a run would find here, and what would make it better.

use crate::{environment, lanes::Lanes, linux, peers::Manifest, roster::Roster};
use std::fmt::Write;

/// One machine, one line a fact, and advice where there is some.
pub(crate) fn doctor(lanes: &Lanes) -> String {
    let machine = environment::environment();
    let build = environment::build();
    let mut text = String::new();
    let mut say = |what: &str, value: String| {
        let _ = writeln!(text, "{what:14} {value}");
    };
    let or_unknown = |value: &Option<String>| value.clone().unwrap_or_else(|| "not known".into());
    let handicap = build.handicap.as_ref().map_or_else(String::new, |ns| format!(", handicap {ns}"));
    say("tollgate", format!("{} ({} build, {}{handicap})", build.version, build.profile, build.compiler));
    say("system", format!("{} {} {}", machine.os, or_unknown(&machine.kernel), machine.arch));
    say("cpu", format!("{}, {} cores", or_unknown(&machine.cpu_model), machine.logical_cores));
    let memory = machine.memory_bytes.map(|bytes| format!("{:.1} GiB", bytes as f64 / (1_u64 << 30) as f64));
    say("memory", memory.unwrap_or_else(|| "not known".into()));
    say("virtual", machine.virtualization.clone().unwrap_or_else(|| "no sign of it".into()));
    say("clock", format!("{}, {:.1} ns a read", or_unknown(&machine.clock_source), machine.clock_read_ns));
    let load = machine.load_average_1m.map(|load| format!("{load:.2} in the last minute"));
    say("load", load.unwrap_or_else(|| "not known".into()));
    let cpu_clock = linux::own_cpu_ns().map_or("not measured: needs Linux", |_| "measured");
    say("cpu time", cpu_clock.into());
    for (language, version) in Manifest::embedded().versions() {
        say(&language, version.unwrap_or_else(|missing| format!("missing: {missing}")));
    }
    let roster = Roster::new(lanes);
    let available = roster.known.iter().filter(|lane| lane.about.available).count();
    say("lanes", format!("{available} of {} can run here", roster.known.len()));
    for advice in advice(&machine, &build) {
        let _ = writeln!(text, "! {advice}");
    }
    text
}

fn advice(machine: &reports::record::Environment, build: &reports::record::Build) -> Vec<String> {
    let mut advice = Vec::new();
    if build.profile == "debug" {
        advice.push("a debug build: its figures mean nothing; use `cargo bench` or `--release`".into());
    }
    if let Some(ns) = &build.handicap {
        advice.push(format!("a handicap is compiled in ({ns} ns a call): this build is there to be found out, not to measure with"));
    }
    if machine.load_average_1m.is_some_and(|load| load > 0.5 * f64::from(machine.logical_cores)) {
        advice.push("the machine is busy: wait, or close what runs, before you measure".into());
    }
    if machine.governor.as_deref().is_some_and(|governor| governor != "performance") {
        advice.push("the CPU governor is not `performance`: clock rates will move while you measure".into());
    }
    if machine.clock_read_ns > 100.0 {
        advice.push("reading the clock is slow here: short calls are timed in larger groups".into());
    }
    if machine.logical_cores < 4 {
        advice.push("few cores: caller, callee and everything else share them, so tails will be long".into());
    }
    advice
}
