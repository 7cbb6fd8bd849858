//! Why a record is not graded ok: each reason with the grade it leads to. Warnings, which spoil the
//! figures of some lanes, are in `warnings`.

use crate::{
    figures::{cells, contrasts, withdrawn},
    judge::{
        clipped,
        grade::{Grade, Reason},
        under_load,
        warnings::warning::or_on_one_core,
    },
    record::{Cell, NOT_YET, Record},
    stats::{
        comparison::DETECTION,
        estimates::{self, FEWEST_STARTS},
    },
};
use std::collections::BTreeSet;

/// Fewest starts for a grade above caution.
const STARTS_ENOUGH: u32 = 5;

/// The plan of `tollgate` without a command.
const FIRST_LOOK: &str = "first look";

/// Most CPU time a hypervisor may take, as a share.
const STEAL_SHARE: f64 = 0.01;

/// From this share of the lanes on a run that lost lanes is not used.
const WITHDRAWN_SHARE: f64 = 0.25;

/// What happens by chance less often than this is not put down to chance.
const CHANCE: f64 = 0.01;

/// Every reason that is not a warning.
pub(crate) fn of(record: &Record) -> Vec<Reason> {
    let mut reasons = Vec::new();
    let mut say = |grade, text| reasons.push(Reason { grade, text });
    answers(record, &mut say);
    same_lanes(record, &mut say);
    pairs(record, &mut say);
    under_load::reasons(record, &mut say);
    clipped::reasons(record, &mut say);
    run(record, &mut say);
    gaps(record, &mut say);
    endpoints(record, &mut say);
    additions(record, &mut say);
    machine(record, &mut say);
    reasons
}

/// Lanes that gave wrong answers or errors, or of which a file was replaced meanwhile.
fn answers(record: &Record, say: &mut impl FnMut(Grade, String)) {
    let withdrawn = withdrawn::of(record);
    if withdrawn.is_empty() {
        return;
    }
    let lanes: BTreeSet<&str> = record.cells.iter().map(|cell| cell.lane.as_str()).collect();
    let (gone, all) = (withdrawn.len(), lanes.len().max(withdrawn.len()));
    let names = each_once(withdrawn.iter().map(|one| one.name.as_str()));
    let first = &withdrawn[0].reason;
    let first = if gone == 1 { first.clone() } else { format!("the first: {first}") };
    let are = if gone == 1 { "is" } else { "are" };
    if gone as f64 >= WITHDRAWN_SHARE * all as f64 {
        let text = format!(
            "{gone} of {all} lanes {are} withdrawn, a quarter or more, so no figure of this run is \
            trusted: {names} ({first})."
        );
        say(Grade::DoNotUse, text);
    } else {
        let text = format!("Withdrawn: {names} ({first}). The other lanes' figures are valid.");
        say(Grade::Caution, text);
    }
}

/// Lanes against themselves, called different more often than chance would.
fn same_lanes(record: &Record, say: &mut impl FnMut(Grade, String)) {
    let (hits, tried) = contrasts::false_alarms(record);
    if estimates::binomial_at_least(hits, tried, 1.0 - DETECTION) < CHANCE {
        let text = format!(
            "A/A test: {hits} of {tried} comparisons of a lane with itself showed a difference, \
            more than chance explains: repeat on a quieter machine{}.",
            or_on_one_core(record)
        );
        say(Grade::DoNotUse, text);
    }
}

/// Pairs asked in turns that failed; one with a wrong answer withdrew its lane.
fn pairs(record: &Record, say: &mut impl FnMut(Grade, String)) {
    let failed = contrasts::failed(record).filter(|contrast| !contrast.wrong);
    let lanes: Vec<&str> = failed.map(|contrast| record.name_of(&contrast.second)).collect();
    if lanes.is_empty() {
        return;
    }
    let (count, all, lanes) = (lanes.len(), record.contrasts.len(), each_once(lanes.into_iter()));
    let text = format!("{count} of {all} comparisons of lanes failed ({lanes}): see Not measured.");
    say(Grade::Caution, text);
}

fn lanes_of(cells: &[&Cell]) -> String {
    each_once(cells.iter().map(|cell| cell.lane.as_str()))
}

/// A list in which each name stands once.
fn each_once<'n>(names: impl Iterator<Item = &'n str>) -> String {
    let mut once: Vec<&str> = Vec::new();
    for name in names {
        if !once.contains(&name) {
            once.push(name);
        }
    }
    once.join(", ")
}

/// Cells that were planned and did not come, or not whole.
fn gaps(record: &Record, say: &mut impl FnMut(Grade, String)) {
    let cells: Vec<&Cell> = record
        .cells
        .iter()
        .filter(|cell| is_missing(cell) || is_partial(cell))
        .filter(|cell| !is_to_come(record, cell))
        .collect();
    if cells.is_empty() {
        return;
    }
    let absent = cells.iter().filter(|cell| is_missing(cell)).count();
    say(
        Grade::Caution,
        format!(
            "{} of {} planned cells are not whole, {} partial and {absent} missing ({}): see Not \
            measured.",
            cells.len(),
            record.cells.len(),
            cells.len() - absent,
            lanes_of(&cells)
        ),
    );
}

/// Not whole only because the run goes on, which is said once.
fn is_to_come(record: &Record, cell: &Cell) -> bool {
    let is_late = |reason: &String| reason.starts_with(NOT_YET);
    record.under_way.is_some() && cell.reason.as_ref().is_some_and(is_late)
}

fn is_missing(cell: &Cell) -> bool {
    cell.status == "missing"
}

fn is_partial(cell: &Cell) -> bool {
    match cell.status.as_str() {
        "partial" => true,
        "measured" => cell.starts.iter().any(|start| !cells::is_whole(start)),
        _ => false,
    }
}

fn endpoints(record: &Record, say: &mut impl FnMut(Grade, String)) {
    for lane in record.lanes.iter().filter(|lane| lane.given_endpoint) {
        let text = format!(
            "You started the callee of {} (--endpoint): it is not restarted, and may be on another \
            machine.",
            lane.short
        );
        say(Grade::Caution, text);
    }
}

fn starts(record: &Record, say: &mut impl FnMut(Grade, String)) {
    let done = record.progress.starts_done;
    // More are under way: that the run is not finished is said.
    if done < STARTS_ENOUGH && record.under_way.is_none() {
        let starts = if done == 1 { "restart was" } else { "restarts were" };
        let what = if (done as usize) < FEWEST_STARTS {
            "too few for an interval"
        } else {
            "intervals are wide"
        };
        // `tollgate` alone has no flags.
        let run = if record.plan.name == FIRST_LOOK { "tollgate run " } else { "" };
        say(
            Grade::Caution,
            format!("Only {done} {starts} done: {what}; use {run}--starts {STARTS_ENOUGH}."),
        );
    }
}

fn run(record: &Record, say: &mut impl FnMut(Grade, String)) {
    starts(record, say);
    if record.plan.order.is_some() {
        let text = "Visits were made in fixed order, lane by lane: a drift of the machine looks \
        like a difference between lanes.";
        say(Grade::Caution, text.to_owned());
    }
    if let Some(ns) = &record.tollgate.handicap {
        say(
            Grade::DoNotUse,
            format!("A handicap was compiled into this build ({ns} ns a call): build it without."),
        );
    }
    if let Some(ns) = record.against.as_ref().and_then(|build| build.handicap.as_ref()) {
        say(
            Grade::Caution,
            format!("A handicap was compiled into the other build ({ns} ns a call)."),
        );
    }
    if record.progress.interrupted {
        say(
            Grade::Caution,
            "The run was interrupted; what was measured until then is shown.".to_owned(),
        );
    } else if !record.progress.finished {
        say(
            Grade::Caution,
            "The run is not finished; this is what was measured so far.".to_owned(),
        );
    }
}

/// Lanes that were measured anew because the machine was another when something was added.
fn additions(record: &Record, say: &mut impl FnMut(Grade, String)) {
    let asked = record.additions.iter().filter(|one| one.anew).map(|one| one.asked.as_str());
    let asked: Vec<&str> = asked.collect();
    if !asked.is_empty() {
        let text = format!(
            "Calls took longer or shorter than before when {} was added, and its lanes were \
            measured anew: pairs, and lanes that it did not change, are of another time; repeat \
            all with `tollgate run`.",
            asked.join(", ")
        );
        say(Grade::Caution, text);
    }
}

fn machine(record: &Record, say: &mut impl FnMut(Grade, String)) {
    if let Some(steal) = record.environment.steal_share.filter(|s| *s > STEAL_SHARE) {
        let percent = steal * 100.0;
        say(
            Grade::Caution,
            format!(
                "The hypervisor took {percent:.1} % of the CPU time; repeat on a quieter machine."
            ),
        );
    }
}
