//! The machine and the toolchains: what a run would find here, and what would make it better.

use crate::{
    lanes::{Lanes, peers::Manifest, roster::Roster},
    machine::{
        environment,
        linux::{self, CpuOfAll},
        noise,
    },
};
use std::{
    fmt::Write,
    time::{Duration, Instant},
};

/// One machine, one line a fact, and advice where there is some.
pub(crate) fn doctor(lanes: &Lanes) -> String {
    let machine = environment::environment();
    let build = environment::build();
    let mut text = String::new();
    let mut say = |what: &str, value: String| {
        let _ = writeln!(text, "{what:14} {value}");
    };
    let or_unknown = |value: &Option<String>| value.clone().unwrap_or_else(|| "not known".into());
    let handicap = build
        .handicap
        .as_ref()
        .map_or_else(String::new, |ns| format!(", handicap {ns}"));
    say(
        "tollgate",
        format!("{} ({} build, {}{handicap})", build.version, build.profile, build.compiler),
    );
    say(
        "system",
        format!("{} {} {}", machine.os, or_unknown(&machine.kernel), machine.arch),
    );
    say(
        "cpu",
        format!("{}, {} cores", or_unknown(&machine.cpu_model), machine.logical_cores),
    );
    let memory = machine
        .memory_bytes
        .map(|bytes| format!("{:.1} GiB", bytes as f64 / (1_u64 << 30) as f64));
    say("memory", memory.unwrap_or_else(|| "not known".into()));
    say(
        "virtual",
        machine.virtualization.clone().unwrap_or_else(|| "no sign of it".into()),
    );
    let step = machine
        .clock_step_ns
        .map_or_else(|| "not known".into(), |step| format!("{step:.1} ns"));
    let clock = or_unknown(&machine.clock_source);
    say(
        "clock",
        format!("{clock}, {:.1} ns a read, steps of {step}", machine.clock_read_ns),
    );
    let load = machine.load_average_1m.map(|load| format!("{load:.2} in the last minute"));
    say("load", load.unwrap_or_else(|| "not known".into()));
    let others = others_now();
    say(
        "others now",
        others.map_or_else(
            || "not measured: needs Linux".into(),
            |cores| format!("{cores:.2} cores busy"),
        ),
    );
    let throttled = linux::throttle_events();
    say(
        "throttling",
        throttled.map_or_else(
            || "not told by the kernel".into(),
            |events| format!("{events} times since boot"),
        ),
    );
    let cpu_clock = linux::own_cpu_ns().map_or("not measured: needs Linux", |_| "measured");
    say("cpu time", cpu_clock.into());
    for (language, version) in Manifest::embedded().versions() {
        say(&language, version.unwrap_or_else(|missing| format!("missing: {missing}")));
    }
    let roster = Roster::new(lanes);
    let available = roster.known.iter().filter(|lane| lane.about.available).count();
    say("lanes", format!("{available} of {} can run here", roster.known.len()));
    for advice in advice(&machine, &build, others) {
        let _ = writeln!(text, "! {advice}");
    }
    text
}

/// Cores that other processes keep busy, over half a second; what runs in short-lived processes is
/// not seen.
fn others_now() -> Option<f64> {
    const WATCHED: Duration = Duration::from_millis(500);
    let (before, at) = (CpuOfAll::now()?, Instant::now());
    std::thread::sleep(WATCHED);
    let split = CpuOfAll::now()?.since(&before, &[std::process::id()]);
    Some(split.others_ns as f64 / at.elapsed().as_nanos() as f64)
}

fn advice(
    machine: &reports::record::Environment,
    build: &reports::record::Build,
    others: Option<f64>,
) -> Vec<String> {
    let mut advice = Vec::new();
    if build.profile == "debug" {
        advice.push(
            "a debug build: its figures mean nothing; use `cargo bench` or `--release`".into(),
        );
    }
    if let Some(ns) = &build.handicap {
        advice.push(format!(
            "a handicap is compiled in ({ns} ns a call): this build is there to \
        be found out, not to measure with"
        ));
    }
    if machine
        .load_average_1m
        .is_some_and(|load| load > 0.5 * f64::from(machine.logical_cores))
    {
        advice.push("the machine is busy: wait, or close what runs, before you measure".into());
    }
    if machine.governor.as_deref().is_some_and(|governor| governor != "performance") {
        advice.push(
            "the CPU governor is not `performance`: clock rates will move while you measure".into(),
        );
    }
    if others.is_some_and(|cores| cores > noise::OTHERS_CORES) {
        advice.push(
            "something else runs now: visits of a run would be flagged and repeated; \
        close it before you measure"
                .into(),
        );
    }
    if machine.clock_read_ns.max(machine.clock_step_ns.unwrap_or(0.0))
        > reports::judge::warnings::COARSE_NS
    {
        advice.push("the clock is coarse here: short calls are timed in larger groups".into());
    }
    if machine.logical_cores < 4 {
        advice.push(
            "few cores: caller, callee and everything else share them, so tails will be long"
                .into(),
        );
    }
    advice
}
