//! The machine and the toolchains: what a run would find here, and what would make it better.

use crate::{
    commands::peers::in_words,
    lanes::{
        Lanes,
        peers::KnownPeer,
        roster::{Roster, Unavailable},
    },
    machine::{
        environment::{self, Groups},
        linux::{self, CpuOfAll},
        surroundings::noise,
    },
};
use reports::record::{Build, Environment, Limits};
use std::{
    fmt::{Display, Write},
    time::{Duration, Instant},
};

/// What is said where the system does not tell.
const NOT_KNOWN: &str = "not known";

/// One machine, one line a fact, and advice where there is some.
pub(crate) fn doctor(lanes: &Lanes) -> String {
    let machine = environment::environment();
    let build = environment::build();
    let others = others_now();
    let mut facts = Facts::default();
    facts.say("tollgate", build_line(&build));
    facts.machine(&machine);
    facts.now(&machine, others);
    for peer in lanes.peers().entries() {
        facts.say(&peer.language, in_words(&KnownPeer::ask(peer)));
    }
    let roster = Roster::new(lanes);
    let available = roster.known.iter().filter(|lane| lane.about.available).count();
    facts.say("lanes", format_args!("{available} of {} can run here", roster.known.len()));
    for unavailable in Unavailable::of(roster.known.iter().map(|lane| &lane.about)) {
        let _ = writeln!(facts.text, "! {}", unavailable.text());
    }
    for advice in advice(&machine, &build, others) {
        let _ = writeln!(facts.text, "! {advice}");
    }
    facts.text
}

/// The first line, which another build reads (`run --against`).
fn build_line(build: &Build) -> String {
    let Build { version, profile, compiler, handicap, .. } = build;
    match handicap {
        Some(ns) => format!("{version} ({profile} build, {compiler}, handicap {ns})"),
        None => format!("{version} ({profile} build, {compiler})"),
    }
}

/// Lines of text, one a fact.
#[derive(Default)]
struct Facts {
    text: String,
}

impl Facts {
    fn say(&mut self, what: &str, value: impl Display) {
        let _ = writeln!(self.text, "{what:14} {value}");
    }

    /// A fact, or that it is not known.
    fn say_if_known(&mut self, what: &str, value: Option<impl Display>) {
        match value {
            Some(value) => self.say(what, value),
            None => self.say(what, NOT_KNOWN),
        }
    }

    /// What the machine is.
    fn machine(&mut self, machine: &Environment) {
        let kernel = machine.kernel.as_deref().unwrap_or(NOT_KNOWN);
        self.say("system", format_args!("{} {kernel} {}", machine.os, machine.arch));
        let model = machine.cpu_model.as_deref().unwrap_or(NOT_KNOWN);
        self.say("cpu", format_args!("{model}, {}", cores(machine)));
        let gib = machine.memory_bytes.map(|bytes| bytes as f64 / (1_u64 << 30) as f64);
        self.say_if_known("memory", gib.map(|gib| format!("{gib:.1} GiB")));
        self.limits(&machine.limits);
        self.say("virtualization", machine.virtualization.as_deref().unwrap_or("no sign of it"));
        let step = match machine.clock_step_ns {
            Some(step) => format!("{step:.1} ns"),
            None => NOT_KNOWN.into(),
        };
        let (clock, read) =
            (machine.clock_source.as_deref().unwrap_or(NOT_KNOWN), machine.clock_read_ns);
        self.say("clock", format_args!("{clock}, {read:.1} ns a read, steps of {step}"));
    }

    /// What of it this process may use.
    fn limits(&mut self, limits: &Limits) {
        let quota = limits.quota_cores.map(|cores| format!("{cores:.2} cores"));
        let throttled = Groups::own().throttled().map(|throttled| {
            let seconds = throttled.time_ns as f64 / 1e9;
            format!(", threads stopped in {} periods, {seconds:.1} s so far", throttled.periods)
        });
        let quota = quota.map(|quota| quota + &throttled.unwrap_or_default());
        self.say("cpu quota", quota.as_deref().unwrap_or("none"));
        let gib = |bytes: u64| bytes as f64 / (1_u64 << 30) as f64;
        if let Some((limit, used)) = limits.memory_limit_bytes.zip(limits.memory_used_bytes) {
            let (limit, used) = (gib(limit), gib(used));
            self.say("memory limit", format_args!("{limit:.1} GiB, of which {used:.1} are used"));
        }
        self.say_if_known("priority", limits.nice.map(|nice| format!("nice {nice}")));
    }

    /// What it does now, and what of that can be seen.
    fn now(&mut self, machine: &Environment, others: Option<f64>) {
        let load = machine.load_average_1m;
        self.say_if_known("load", load.map(|load| format!("{load:.2} in the last minute")));
        match others {
            Some(cores) => self.say("others now", format_args!("keep {cores:.2} cores busy")),
            None => self.say("others now", "not measured: needs Linux"),
        }
        match linux::throttle_events() {
            Some(events) => self.say("throttling", format_args!("{events} times since boot")),
            None => self.say("throttling", "not told by the kernel"),
        }
        match linux::own_cpu_ns() {
            Some(_) => self.say("cpu time", "measured"),
            None => self.say("cpu time", "not measured: needs Linux"),
        }
    }
}

/// As `1 of 2 cores`, where not all may be used.
fn cores(machine: &Environment) -> String {
    match machine.limits.machine_cores.filter(|all| *all > machine.logical_cores) {
        Some(all) => format!("{} of {all} cores", machine.logical_cores),
        None => format!("{} cores", machine.logical_cores),
    }
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

/// What would make figures better here.
fn advice(machine: &Environment, build: &Build, others: Option<f64>) -> Vec<String> {
    let mut advice = Vec::new();
    if build.profile == "debug" {
        advice.push(
            "a debug build: its figures mean nothing; build with `--release`, or use `cargo bench`"
                .into(),
        );
    }
    if let Some(ns) = &build.handicap {
        advice.push(format!(
            "a handicap is compiled in ({ns} ns a call): this build is for tests, not for \
            measuring"
        ));
    }
    advice.extend(advice_on_work(machine, others).map(String::from));
    let clock_ns = machine.clock_read_ns.max(machine.clock_step_ns.unwrap_or(0.0));
    if clock_ns > reports::judge::warnings::COARSE_NS {
        advice.push(
            "the clock is coarse here: short calls are timed in larger groups, without percentiles"
                .into(),
        );
    }
    if machine.logical_cores < 4 {
        advice.push(
            "few cores: caller, callee and all other processes share them, so some calls take \
            much longer (p99)"
                .into(),
        );
    }
    advice
}

/// What else the machine does, and how it changes its pace.
fn advice_on_work(
    machine: &Environment,
    others: Option<f64>,
) -> impl Iterator<Item = &'static str> {
    let limits = &machine.limits;
    // The load is that of the whole machine.
    let half = 0.5 * f64::from(limits.machine_cores.unwrap_or(machine.logical_cores));
    let is_busy = machine.load_average_1m.is_some_and(|load| load > half);
    let changes_pace = machine.governor.as_deref().is_some_and(|name| name != "performance");
    let runs_now = others.is_some_and(|cores| cores > noise::OTHERS_CORES);
    let advice = [
        (
            limits.quota_cores.is_some(),
            "a CPU quota: when it is used up, all threads stop until its period is over; lift it \
            (cpu.max, docker --cpus) before you measure",
        ),
        (
            limits.nice.is_some_and(|nice| nice > 0),
            "a low priority (nice): other processes go first; start Tollgate without nice",
        ),
        (
            limits.on_battery == Some(true),
            "the machine runs on its battery: plug it in before you measure",
        ),
        (
            is_busy,
            "the machine was busy in the last minute: wait, or close other programs, before you \
                measure",
        ),
        (
            changes_pace,
            "the CPU governor is not `performance`: clock rates will move while you measure",
        ),
        (
            runs_now,
            "other processes are busy now, and disturb a run: close them before you measure",
        ),
    ];
    advice.into_iter().filter(|(applies, _)| *applies).map(|(_, what)| what)
}
