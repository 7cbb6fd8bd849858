//! What spoils figures, and whose: each warning is a reason for caution and a mark beside the rows
//! it concerns, in every rendering. It reads the record alone.

pub(crate) mod lane_groups;
pub(crate) mod limits;
pub(crate) mod over_time;
pub(crate) mod visit_length;
pub(crate) mod warning;

pub use crate::judge::warnings::warning::{Spoils, Warning};
use crate::{
    figures::series::visits::{self, Disturbed},
    judge::warnings::warning::{first_of, named, placed, spoilt},
    record::{Cell, ON_ONE_CORE, Record},
    stats::units::time,
};

/// Medians in this range are Nagle with delayed acknowledgement until proved otherwise, ns.
const NAGLE_NS: std::ops::RangeInclusive<f64> = 38e6..=46e6;
/// Items of a call that cannot take 40 ms by itself.
const SMALL_BATCH: u32 = 16;
/// A clock that takes longer to read, or moves in longer steps, is coarse, ns: twenty of them are 2
/// us, the shortest call between processes.
pub const COARSE_NS: f64 = 100.0;
/// Fewest steps of the clock in a sample: one step is then at most 5 % of it, the margin.
const STEPS_PER_SAMPLE: f64 = 20.0;
/// A machine on which others keep more than this share of its cores busy is not quiet.
const OTHERS_SHARE: f64 = 0.1;
/// Most disturbed visits in a lane's figures, as a share, and fewest that are worth a word.
const DISTURBED_SHARE: f64 = 0.1;
const DISTURBED_LEAST: u32 = 3;
/// A lane that by itself keeps this share of all cores busy leaves none for anything else.
const FULL_SHARE: f64 = 0.95;

/// Everything that spoils figures of this record.
pub fn of(record: &Record) -> Vec<Warning> {
    let mut found: Vec<Warning> = [
        debug_build(record),
        busy_before(record),
        busy_meanwhile(record),
        coarse_clock(record),
    ]
    .into_iter()
    .flatten()
    .collect();
    found.extend(limits::of(record));
    found.extend(
        [
            nagle(record),
            unknown_step(record),
            short_samples(record),
            disturbed(record),
            throttled(record),
            no_core_left(record),
        ]
        .into_iter()
        .flatten(),
    );
    found.extend(over_time::of(record));
    found.extend(lane_groups::of(record));
    found.extend(visit_length::of(record));
    found
}

/// Marks beside a row: the numbers of the warnings that concern its lane, raised. Empty where there
/// is none.
pub fn marks(warnings: &[Warning], lane: &str) -> String {
    let concerned = (1..).zip(warnings).filter(|(_, warning)| warning.concerns(lane));
    concerned.map(|(number, _)| raised(number)).collect::<Vec<_>>().join("˒")
}

/// The footnotes under a table: mark and text of each warning that concerns one of its lanes.
pub fn footnotes<'c>(warnings: &'c [Warning], lanes: &[&str]) -> Vec<(String, &'c str)> {
    let mut footnotes = Vec::new();
    for (number, warning) in (1..).zip(warnings) {
        if lanes.iter().any(|lane| warning.concerns(lane)) {
            footnotes.push((raised(number), warning.text.as_str()));
        }
    }
    footnotes
}

fn raised(number: usize) -> String {
    const DIGITS: [char; 10] = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];
    number
        .to_string()
        .chars()
        .filter_map(|c| Some(DIGITS[c.to_digit(10)? as usize]))
        .collect()
}

fn debug_build(record: &Record) -> Option<Warning> {
    let debug = record.tollgate.profile == "debug";
    debug.then(|| Warning::every("A debug build measured this; build with --release.".to_owned()))
}

fn busy_before(record: &Record) -> Option<Warning> {
    // The kernel's average is of the whole machine.
    let usable = record.environment.logical_cores;
    let cores = record.environment.limits.machine_cores.unwrap_or(usable);
    let load = record.environment.load_average_1m.filter(|load| *load > f64::from(cores))?;
    Some(Warning::every(format!(
        "The machine was busy when the run began (load {load:.1} on {cores} cores); stop what \
        else runs."
    )))
}

fn busy_meanwhile(record: &Record) -> Option<Warning> {
    let cores = record.environment.logical_cores;
    let others = record
        .environment
        .others_cores
        .filter(|others| *others > OTHERS_SHARE * f64::from(cores))?;
    Some(Warning::every(format!(
        "Other processes kept {others:.1} of {cores} cores busy during the visits; stop what else \
        runs and repeat."
    )))
}

fn coarse_clock(record: &Record) -> Option<Warning> {
    let environment = &record.environment;
    let (read, step) = (environment.clock_read_ns, environment.clock_step().ns());
    if read.max(step.unwrap_or(0.0)) <= COARSE_NS {
        return None;
    }
    Some(Warning::every(format!(
        "The clock is coarse ({} a read, {}): short calls are timed in large groups \
        and have no percentiles; use a machine with a TSC that the kernel trusts.",
        time(read),
        step.map_or_else(|| "step unknown".to_owned(), |ns| format!("steps of {}", time(ns)))
    )))
}

fn nagle(record: &Record) -> Option<Warning> {
    let cells: Vec<&Cell> = record.cells.iter().filter(|cell| looks_like_nagle(cell)).collect();
    spoilt(record, &cells, |whose, cells| {
        format!(
            "{whose} ({}) has a p50 of about 40 ms: probably Nagle with delayed acknowledgement; \
            check TCP_NODELAY on both ends.",
            first_of(record, cells)
        )
    })
}

fn looks_like_nagle(cell: &Cell) -> bool {
    let chatty = cell.mode == "chatty";
    // A large batch may well take as long; whoever has Nagle on has it on small calls too.
    if !chatty && cell.items > SMALL_BATCH {
        return false;
    }
    // A chatty action is many calls; the delay sits in each of them.
    let calls = if chatty { f64::from(cell.items.max(1)) } else { 1.0 };
    let mut medians_ns = cell.starts.iter().filter_map(|start| start.p50_ns);
    medians_ns.any(|p50_ns| NAGLE_NS.contains(&(p50_ns / calls)))
}

/// A step that no clock has was taken wrongly, and with it the groups in which short calls are
/// timed: how finely these can be told is not known.
fn unknown_step(record: &Record) -> Option<Warning> {
    let environment = &record.environment;
    let recorded = environment.clock_step_ns.filter(|_| environment.clock_step().ns().is_none())?;
    let grouped = record.cells.iter().filter(|cell| cell.starts.iter().any(|s| s.group > 1));
    let cells: Vec<&Cell> = grouped.collect();
    spoilt(record, &cells, |whose, cells| {
        format!(
            "Clock step unknown: an earlier version recorded it wrongly, as {}. Calls of \
            {whose} ({}) are timed in groups and may look finer than the clock tells; measure \
            them again.",
            time(recorded),
            first_of(record, cells)
        )
    })
}

/// Samples so short that a step of the clock is a large part of them. Groups are chosen to guard
/// against it; those of older records by the cost of a read alone. A lane that answers nothing is
/// the harness itself: nobody compares it, and batches of it are too short for any clock.
fn short_samples(record: &Record) -> Option<Warning> {
    let step = record.environment.clock_step().ns()?;
    let shortest_ns = STEPS_PER_SAMPLE * step;
    let answers =
        |cell: &&Cell| record.lanes.iter().any(|lane| lane.name == cell.lane && lane.answers);
    let cells = record.cells.iter().filter(|cell| has_sample_below(cell, shortest_ns));
    let cells: Vec<&Cell> = cells.filter(answers).collect();
    spoilt(record, &cells, |whose, cells| {
        let step = time(step);
        format!(
            "Samples of {whose} ({}) are shorter than 20 steps of the clock ({step}): their \
            times, and their intervals, are no more precise than one step a sample.",
            first_of(record, cells)
        )
    })
}

fn has_sample_below(cell: &Cell, shortest_ns: f64) -> bool {
    cell.starts.iter().any(|start| {
        start
            .p50_ns
            .is_some_and(|call_ns| call_ns * f64::from(start.group) < shortest_ns)
    })
}

fn disturbed(record: &Record) -> Option<Warning> {
    let lanes: Vec<Disturbed> =
        visits::disturbed(record).into_iter().filter(often_disturbed).collect();
    let (mut bad, mut all) = (0, 0);
    for lane in &lanes {
        bad += lane.disturbed;
        all += lane.visits;
    }
    named(record, lanes.iter().map(|lane| lane.lane.as_str()), |whose| {
        format!(
            "{bad} of {all} visits behind the figures of {whose} were disturbed by other \
            processes or the hypervisor, also when repeated; repeat the run on a quieter machine."
        )
    })
}

fn often_disturbed(lane: &Disturbed) -> bool {
    lane.disturbed >= DISTURBED_LEAST
        && f64::from(lane.disturbed) > DISTURBED_SHARE * f64::from(lane.visits)
}

fn throttled(record: &Record) -> Option<Warning> {
    let throttled = record
        .visits
        .iter()
        .filter(|visit| visit.flags.iter().any(|flag| flag == "throttled"));
    let cells: Vec<&Cell> =
        throttled.filter_map(|visit| record.cells.get(visit.cell as usize)).collect();
    spoilt(record, &cells, |whose, cells| {
        let placed = placed(record, cells);
        format!(
            "Cores were slowed down because of heat during visits of {whose}{placed}; let the \
            machine cool, or measure for a shorter time."
        )
    })
}

/// With one core for both sides a closed loop fills it whatever the threads do, so that nothing can
/// be told there.
fn no_core_left(record: &Record) -> Option<Warning> {
    let cores = record.environment.logical_cores;
    if cores < 2 {
        return None;
    }
    let full = FULL_SHARE * f64::from(cores);
    let mut cells = Vec::new();
    for (at, cell) in record.cells.iter().enumerate() {
        if cell.placement != ON_ONE_CORE && own_cores(record, at).is_some_and(|own| own > full) {
            cells.push(cell);
        }
    }
    spoilt(record, &cells, |whose, cells| {
        format!(
            "Threads of {whose} ({}) keep all {cores} cores busy by themselves: if more threads \
            are busy than there are cores, they wait for each other; give it fewer threads or more \
            cores.",
            first_of(record, cells)
        )
    })
}

/// How many cores the threads of a lane kept busy in visits of this cell, the median.
fn own_cores(record: &Record, cell: usize) -> Option<f64> {
    let visits = record.visits.iter().filter(|visit| visit.cell as usize == cell);
    let cores: Vec<f64> = visits.filter_map(|visit| visit.noise?.own_cores).collect();
    visits::median(&cores)
}
