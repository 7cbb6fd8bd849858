//! Stages and resources as tables of text, the same for every rendering. A stage that a lane does
//! not have is `none`; what was not measured is a dash, and the reason stands below the table.

use crate::{
    figures::{
        resources::{self, Use},
        row::Row,
        stages::{self, Stage, Stages},
        summary::Summary,
    },
    judge::Judged,
    record::{AllocatedPart, Floor, MissingRung, Part, Record},
    stats::{
        estimates::Estimate,
        units::{ABSENT, bytes, count, interval_behind, number, time, time_with_margin},
    },
    view::table::Table,
};

/// How the table of resources is read.
pub(crate) const READING_RESOURCES: &str = "For a single call. A: caller, B: callee. Sys: the \
    share of CPU time spent in the kernel, which most machines count in steps of 10 ms. Switch: \
    how often the side waited + how often its core was taken from it; the harness's own messages \
    count too. × floor: the call divided by its lane's floor, the least time that this machine \
    needs for it, measured in the same run.";

/// How allocations are.
pub(crate) const READING_ALLOCATIONS: &str = "How often a single call allocates memory (malloc and \
    the like), and how many bytes it asks for. Counted in separate processes, in which nothing is \
    timed. C code in the process is included; lanes in other languages are not counted.";

/// Where the time goes, a row for each lane.
pub(crate) fn stages(judged: &Judged) -> Option<Table> {
    let lanes = &judged.stages;
    let head = ["lane", "transport", "framework", "codec", "compute", "unattributed", "whole"];
    (!lanes.is_empty()).then(|| Table::new(&head, lanes.iter().map(stages_row).collect()))
}

fn stages_row(stages: &Stages) -> Vec<String> {
    let mark = if by_callee(stages) { "*" } else { "" };
    vec![
        stages.lane.short.clone(),
        stage(&stages.transport),
        stage(&stages.framework),
        stage(&stages.codec),
        stage(&stages.compute) + mark,
        stage(&stages.unattributed),
        time_with_margin(&stages.whole),
    ]
}

/// Whether its compute was measured, by the callee's clock.
fn by_callee(stages: &Stages) -> bool {
    stages.compute_by_callee && stages.compute.estimate().is_some()
}

fn stage(stage: &Stage) -> String {
    match stage {
        Stage::Takes(estimate) => time_with_margin(estimate),
        Stage::None => "none".to_owned(),
        Stage::Unknown => ABSENT.to_owned(),
    }
}

/// What stands in the place of the table where the run was for something else.
pub(crate) fn stages_left_out(record: &Record) -> Option<String> {
    let why = stages::left_out(record)?;
    Some(format!(
        "Where the time of a call goes, what it allocates, and the floors of this machine: not \
        measured, {why}. `tollgate run` without that measures them."
    ))
}

/// What stands below the table of stages: shares, carriers, whose clock, what was disturbed, what
/// is missing.
pub(crate) fn stages_notes(judged: &Judged) -> Vec<String> {
    let rest = what_parts_rest_on(&judged.stages);
    not_adding_up(&judged.stages).into_iter().chain(rest).collect()
}

/// Shares, carriers, whose clock, what was disturbed, what is missing.
pub(crate) fn what_parts_rest_on(lanes: &[Stages]) -> Vec<String> {
    let notes = [
        listed(lanes, unattributed)
            .map(|said| format!("Unattributed share of the whole call: {said}.")),
        by_clock_of_callee(lanes),
        listed(lanes, carried).map(|said| {
            format!("Transport is the time of as many bytes echoed over the bare socket: {said}.")
        }),
        listed(lanes, disturbed)
            .map(|said| format!("Visits that lost CPU time to other work, not left out: {said}.")),
    ];
    notes.into_iter().flatten().chain(lanes.iter().flat_map(missing)).collect()
}

/// Lanes whose parts explain nothing, which no chart draws.
pub(crate) fn not_adding_up(lanes: &[Stages]) -> Option<String> {
    let lanes = listed(lanes, |one| (!one.adds_up()).then(|| one.lane.short.clone()))?;
    Some(format!(
        "The parts of {lanes} do not add up: measured one by one, they take far longer than \
        the whole call (see its unattributed share). Use the whole alone; the parts are not drawn."
    ))
}

fn by_clock_of_callee(lanes: &[Stages]) -> Option<String> {
    let words = "* measured by the callee's own clock, because this program cannot run that engine \
        alone. It includes about one read of that clock; within a process that is subtracted \
        (half of what two reads add to a call).";
    lanes.iter().any(by_callee).then(|| words.to_owned())
}

fn carried(one: &Stages) -> Option<String> {
    let carrier = one.carrier.filter(|carrier| carrier.name != one.lane.name)?;
    Some(format!("{} for {}", carrier.short, one.lane.short))
}

fn unattributed(one: &Stages) -> Option<String> {
    let share = one.unattributed_share?.scaled(100.0);
    let interval = interval_behind(&share, |end| format!("{end:.0}"));
    Some(format!("{} {:.0} %{interval}", one.lane.short, share.value))
}

fn disturbed(one: &Stages) -> Option<String> {
    let (all, disturbed) = one.visits;
    (disturbed > 0).then(|| format!("{} {} of {}", one.lane.short, count(disturbed), count(all)))
}

/// What is said of some of the lanes, in a row; none where it is said of none.
fn listed(lanes: &[Stages], of: impl Fn(&Stages) -> Option<String>) -> Option<String> {
    let said: Vec<String> = lanes.iter().filter_map(of).collect();
    (!said.is_empty()).then(|| said.join(", "))
}

/// The rungs that leave a gap. Whole calls with stamps are the cross-check, and can stand in for
/// the engine: neither leaves one then.
fn missing(one: &Stages) -> Vec<String> {
    let computed = one.compute.estimate().is_some();
    let mut gaps = Vec::new();
    for MissingRung { rung, reason } in one.missing {
        if rung != "stamped" && !(computed && rung == "compute") {
            gaps.push(format!("{}: no {rung}: {reason}", one.lane.short));
        }
    }
    gaps
}

/// What callees report of their parts, beside the rungs: the cross-check.
pub(crate) fn stamps(judged: &Judged) -> Option<Table> {
    let rows: Vec<Vec<String>> = judged.stages.iter().filter_map(stamps_row).collect();
    let head = [
        "lane",
        "callee: decode",
        "callee: encode",
        "codec, both sides",
        "callee: compute",
        "compute",
    ];
    (!rows.is_empty()).then(|| Table::new(&head, rows))
}

fn stamps_row(one: &Stages) -> Option<Vec<String>> {
    let [decode, compute, encode] = one.stamps.as_ref()?;
    Some(vec![
        one.lane.short.clone(),
        time_with_margin(decode),
        time_with_margin(encode),
        stage(&one.codec),
        time_with_margin(compute),
        stage(&one.compute),
    ])
}

/// What a call burns, a row for each lane of the main scene.
pub(crate) fn resources(judged: &Judged) -> Option<Table> {
    let (record, scene) = (judged.summary.record, judged.summary.main()?);
    let floors = &judged.stages;
    if record.resources.is_empty() && floors.is_empty() {
        return None;
    }
    let mut rows = Vec::new();
    for row in &scene.rows {
        let stages = floors.iter().find(|one| one.lane.name == row.lane.name);
        let floor = stages.and_then(|one| one.floor);
        rows.push(resources_row(row, &resources::of(&row.lane.name, record), floor));
    }
    let head = [
        "lane", "CPU A", "CPU B", "sys A", "sys B", "switch A", "switch B", "bytes", "× floor",
    ];
    Some(Table::new(&head, rows))
}

fn resources_row(row: &Row, used: &Use, floor: Option<(&str, Estimate)>) -> Vec<String> {
    let callee = [
        cpu_time(row.cpu.callee),
        kernel_share(used.callee_kernel),
        switches(used.callee_switches),
    ];
    // In process there is no other side: that is no gap in the figures.
    let callee = if row.lane.in_process {
        ["none"; 3].map(str::to_owned)
    } else {
        callee
    };
    let [callee_cpu, callee_kernel, callee_switches] = callee;
    let single = row.single.as_ref();
    let crossed = single.and_then(|cell| cell.bytes_out.zip(cell.bytes_back));
    let crossed = crossed.map(|(out, back)| format!("{}/{}", out.round(), back.round()));
    let floor = floor.map(|(name, ratio)| format!("{}x {}", number(ratio.value), spoken(name)));
    vec![
        row.lane.short.clone(),
        cpu_time(row.cpu.caller),
        callee_cpu,
        kernel_share(used.caller_kernel),
        callee_kernel,
        switches(used.caller_switches),
        callee_switches,
        or_absent(crossed),
        or_absent(floor),
    ]
}

fn or_absent(text: Option<String>) -> String {
    text.unwrap_or_else(|| ABSENT.to_owned())
}

fn cpu_time(side: Option<Estimate>) -> String {
    or_absent(side.map(|side| time(side.value)))
}

pub(crate) fn kernel_share(side: Option<Estimate>) -> String {
    or_absent(side.map(|side| format!("{:.0} %", side.value * 100.0)))
}

/// By itself + taken from its core.
pub(crate) fn switches(side: Option<[Estimate; 2]>) -> String {
    or_absent(side.map(|[own, taken]| format!("{:.2}+{:.2}", own.value, taken.value)))
}

/// What a call allocates, a row for each lane whose processes counted.
pub(crate) fn allocations(summary: &Summary) -> Option<Table> {
    let mut rows = Vec::new();
    for lane in &summary.lanes {
        let counted = summary.record.allocations.iter().find(|one| one.lane == lane.name);
        let Some(counted) = counted else { continue };
        // A callee in the caller's process has no allocations of its own.
        let no_callee = if lane.in_process { "none" } else { ABSENT };
        let [caller, caller_bytes] = allocated(counted.of(Part::Caller), ABSENT);
        let [callee, callee_bytes] = allocated(counted.of(Part::Callee), no_callee);
        rows.push(vec![lane.short.clone(), caller, caller_bytes, callee, callee_bytes]);
    }
    (!rows.is_empty()).then(|| Table::new(&["lane", "caller", "bytes", "callee", "bytes"], rows))
}

/// Calls and bytes of one side.
fn allocated(side: Option<&AllocatedPart>, absent: &str) -> [String; 2] {
    match side {
        Some(side) => [format!("{:.1}", side.per_call), bytes(side.bytes_per_call.round())],
        None => [absent.to_owned(), absent.to_owned()],
    }
}

/// The floors of this machine in one sentence, and those that could not be measured with the
/// reason.
pub(crate) fn floors(record: &Record) -> Option<String> {
    let floors: Vec<String> = record.floors.iter().map(floor_words).collect();
    (!floors.is_empty()).then(|| {
        format!(
            "Floors, the least that this machine needs (there and back): {}.",
            floors.join(", ")
        )
    })
}

fn floor_words(floor: &Floor) -> String {
    let name = spoken(&floor.name);
    match (stages::floor(floor), &floor.reason) {
        (Some(copied), _) if floor.name == "memcpy" => format!("copying {}/s", bytes(copied.value)),
        (Some(mean), _) => format!("{name} {}", time_with_margin(&mean)),
        (None, Some(reason)) => format!("{name} not measured ({reason})"),
        (None, None) => format!("{name} not measured"),
    }
}

/// A floor's name for a person.
pub(crate) fn spoken(name: &str) -> &str {
    match name {
        "cache_line" => "cache line",
        "syscall" => "system call",
        other => other,
    }
}
