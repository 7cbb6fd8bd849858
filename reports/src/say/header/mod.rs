//! What stands at the head of every rendering, and names a scene: the machine, where the calls
//! went, restarts, the smallest detectable difference, and what became of a wanted precision.

pub(crate) mod languages;

use crate::{
    figures::{
        contrasts::{
            self,
            smallest_difference::{self, smallest_detectable_differences},
        },
        precision::reached::reached,
        summary::{Scene, Summary},
        withdrawn,
    },
    judge::Judged,
    record::{Addition, Environment, Record, STUB},
    say::header::languages::languages,
    stats::{
        estimates::{FEWEST_STARTS, TOO_NOISY},
        paired_ratio::median,
        units::short,
    },
};

/// Lanes that are named where they missed a wanted precision.
const MOST_MISSED: usize = 4;

/// What limits every figure, as the head of every rendering says it.
pub(crate) fn limits(summary: &Summary) -> String {
    let network = summary.record.network();
    let machine = summary.record.machine();
    let placed = summary.record.plan.all_placed();
    let placed = placed.map_or_else(String::new, |placed| format!("{placed}, "));
    format!(
        "{machine}, {network}, {placed}{}, {}",
        restarts(summary),
        smallest_detectable_difference(summary)
    )
}

/// What ran and how far it can be trusted, in a line or two: the languages that talk come first.
pub(crate) fn in_one_line(judged: &Judged) -> String {
    let summary = &judged.summary;
    format!(
        "Tollgate: what one call costs here. {}, {}, {}, {}, trust {}",
        languages(summary),
        machine(summary.record),
        summary.record.network(),
        restarts(summary),
        judged.trust.grade
    )
}

/// `11 restarts`; `3 of 11 restarts` of a run that was cut short.
pub(crate) fn restarts(summary: &Summary) -> String {
    let (done, planned) = (summary.record.progress.starts_done, summary.record.plan.starts);
    match (done, planned) {
        (1, 1) => "1 restart".to_owned(),
        (done, planned) if done == planned => format!("{done} restarts"),
        (done, planned) => format!("{done} of {planned} restarts"),
    }
}

/// What a page says of a run that goes on: which restart is under way, how narrow intervals are so
/// far, how long it takes still. None of one that has ended.
pub(crate) fn under_way(summary: &Summary) -> Option<String> {
    let record = summary.record;
    let left_s = record.under_way?.left_s;
    let (done, planned) = (record.progress.starts_done, record.plan.starts);
    let at_most = record.plan.precision.is_some();
    let about = if at_most { "At most" } else { "About" };
    Some(format!(
        "Restart {} of {planned} is under way. {} {about} {} left.",
        done + 1,
        intervals_so_far(summary, done as usize),
        minutes(left_s)
    ))
}

/// The median half width of single calls after so many restarts.
fn intervals_so_far(summary: &Summary, done: usize) -> String {
    if done == 0 {
        return "These are its first figures: they have no intervals yet.".to_owned();
    }
    let rows = summary.placed().into_iter().flat_map(|scene| &scene.rows);
    let singles = rows.filter(|row| row.lane.answers).filter_map(|row| row.single.as_ref());
    let halves = singles.filter_map(|single| single.p50.relative_error());
    let mut halves: Vec<f64> = halves.collect();
    match median(&mut halves) {
        Some(half) => {
            let (half, many) = (short::percent(half), halves.len());
            format!("Intervals of single calls so far: ±{half} (median of {many}).")
        }
        None => format!("Figures have no intervals before {FEWEST_STARTS} restarts."),
    }
}

/// `3 min 20 s`, `45 s`: in steps of 5 s, since it is a prediction.
fn minutes(seconds: f64) -> String {
    let rounded = (seconds.max(0.0) / 5.0).ceil() as u64 * 5;
    match (rounded / 60, rounded % 60) {
        (0, seconds) => format!("{seconds} s"),
        (minutes, 0) => format!("{minutes} min"),
        (minutes, seconds) => format!("{minutes} min {seconds} s"),
    }
}

/// What its user calls the machine, its cores and its processor: `2-core VM (AMD EPYC)`.
pub(crate) fn machine(record: &Record) -> String {
    let environment = &record.environment;
    let kind = if environment.virtualization.is_some() { "VM" } else { "machine" };
    let label = environment.label.as_ref();
    let label = label.map_or_else(String::new, |label| format!("{label}: "));
    let cpu = environment.cpu_model.clone();
    let cpu = cpu.unwrap_or_else(|| format!("{}, model not known", environment.arch));
    format!("{label}{}-core {kind} ({cpu})", cores(environment))
}

/// Logical cores that a run may use, `2 of 8` where the machine has more.
pub(crate) fn cores(environment: &Environment) -> String {
    let usable = environment.logical_cores;
    match environment.limits.machine_cores.filter(|all| *all > usable) {
        Some(all) => format!("{usable} of {all}"),
        None => usable.to_string(),
    }
}

/// What a run does not tell, whatever it measured, and what of Tollgate it left out.
pub(crate) fn not_measured(judged: &Judged) -> String {
    let record = judged.summary.record;
    let lanes = judged.summary.lanes.iter().filter(|lane| !lane.planned || !lane.available);
    let lanes = lanes.count();
    let load = record.loads.is_none().then(|| "concurrency (--load)".to_owned());
    let further = (lanes > 0).then(|| format!("{lanes} more lanes (tollgate list)"));
    let failed = judged.absent.iter().filter(|absent| absent.what != "lane").count();
    let failed = (failed > 0).then(|| format!("{failed} cells (--full says why)"));
    let always = ["a network".to_owned(), "TLS".to_owned()];
    always
        .into_iter()
        .chain(load)
        .chain(failed)
        .chain(further)
        .collect::<Vec<_>>()
        .join(", ")
}

/// The smallest detectable difference of each class of lanes, as `smallest detectable difference:
/// 1.3 % between lanes whose caller blocks, 5.4 % between lanes on async runtimes`.
pub(crate) fn smallest_detectable_difference(summary: &Summary) -> String {
    let classes = smallest_detectable_differences(summary.record);
    let of_class = classes.iter().map(|one| {
        let share = one.share.map_or_else(|| TOO_NOISY.to_owned(), short::percent);
        let outlying = match one.outlying {
            0.0 => String::new(),
            share => format!(" ({} of restarts outlying, left out here)", short::percent(share)),
        };
        format!("{share} between {}{outlying}", class_in_words(&one.class))
    });
    let of_class: Vec<String> = of_class.collect();
    if of_class.is_empty() {
        let few = contrasts::of_kind(summary.record, "self").next().is_some();
        let why = if few { smallest_difference::NEEDS } else { "not measured" };
        return format!("smallest detectable difference: {why}");
    }
    format!("smallest detectable difference: {}", of_class.join(", "))
}

/// Lanes of one class as people call them.
fn class_in_words(class: &str) -> String {
    match class {
        "direct" => "function calls".to_owned(),
        "blocking" => "lanes whose caller blocks".to_owned(),
        "async" => "lanes on async runtimes".to_owned(),
        other => format!("{other} lanes"),
    }
}

/// Withdrawn lanes that are named with their reason, at most.
const MOST_WITHDRAWN: usize = 3;

/// The first line of every rendering where answers are wrong on purpose, or where lanes are
/// withdrawn.
pub(crate) fn first_line(judged: &Judged) -> Option<String> {
    let record = judged.summary.record;
    if let Some(said) = record.wrong_on_purpose() {
        return Some(said.to_owned());
    }
    let withdrawn = withdrawn_lanes(record)?;
    Some(match judged.trust.forbids() {
        Some(reason) => format!("Do not use this run: {}", reason.text),
        None => withdrawn,
    })
}

/// Lanes of which nothing is shown, each with its reason.
fn withdrawn_lanes(record: &Record) -> Option<String> {
    let all = withdrawn::of(record);
    let named: Vec<String> = all
        .iter()
        .take(MOST_WITHDRAWN)
        .map(|one| format!("{} ({})", one.name, one.reason))
        .collect();
    let more = match all.len().saturating_sub(MOST_WITHDRAWN) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    if named.is_empty() {
        return None;
    }
    Some(format!(
        "Withdrawn: {}{more}. No figure below rests on what is withdrawn.",
        named.join(", ")
    ))
}

/// What the calls of the main scene ask for, in sentences.
pub(crate) fn what_is_asked(summary: &Summary) -> String {
    if summary.main().is_some_and(|scene| scene.asked.is_bytes()) {
        "A call carries n items of so many bytes each, and gets the same bytes back. No engine \
        answers, and nothing is encoded: it is what carrying bytes costs."
            .to_owned()
    } else {
        "A call asks for n items, and gets a list of product ids for each. The engine stub \
        answers at once, so that the boundary is all that costs; catalog searches."
            .to_owned()
    }
}

/// A scene in words, and where it was measured if the run has several placements.
pub(crate) fn scene_name(scene: &Scene) -> String {
    if scene.placed.is_empty() {
        question(scene)
    } else {
        format!("{},{}", question(scene), scene.placed)
    }
}

/// What a scene asks, wherever it was measured: for what stands beside each other of several
/// placements.
pub(crate) fn question(scene: &Scene) -> String {
    let (asked, of_whom) = (scene.asked.amount(), scene.asked.of_whom());
    let works = if scene.asked.engine == STUB { " (no work)" } else { "" };
    format!("{asked} per item, {of_whom}{works}")
}

/// What became of the precision that a run was asked for; none where none was.
pub(crate) fn wanted_precision(record: &Record) -> Option<String> {
    reached(record).map(|reached| reached.words(MOST_MISSED))
}

/// Stands behind figures that were measured after the run, for its record.
pub(crate) const ADDED: &str = "†";

/// What was measured later, a line for each time: `† batch +32: added later, 5 restarts at
/// 2026-11-29 15:05 UTC; 18 calls of the record were made again, within 3 % of what they took`.
pub(crate) fn additions(record: &Record) -> Vec<String> {
    record.additions.iter().map(addition).collect()
}

fn addition(one: &Addition) -> String {
    let at = one.started_at.get(..16).unwrap_or(&one.started_at).replace('T', " ");
    let restarts = one.starts;
    let head = format!("{ADDED} {}: added later, {restarts} restarts at {at} UTC", one.asked);
    let (many, farthest) = (one.anchors.len(), one.farthest().map(short::percent));
    match farthest {
        _ if one.anew => format!(
            "{head}; calls of the record took longer or shorter then, so that all cells of their \
            lanes were measured anew: compare them with other lanes with care"
        ),
        Some(farthest) => format!(
            "{head}; anchors ({many} calls that the record had) within {farthest} of what they \
            were, lane by lane"
        ),
        None => head,
    }
}
