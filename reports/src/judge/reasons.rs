//! Why a record is not graded ok: each reason with the grade it leads to. Warnings, which spoil the
//! figures of some lanes, are in `warnings`.

use crate::{
    figures::{cells, contrasts},
    judge::{
        clipped,
        grade::{Grade, Reason},
        under_load,
    },
    record::{Cell, FILE_CHANGED, Record},
    stats::{comparison::DETECTION, estimates},
};

/// Fewest starts for a grade above caution.
const STARTS_ENOUGH: u32 = 5;

/// Most CPU time a hypervisor may take, as a share.
const STEAL_SHARE: f64 = 0.01;

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
    machine(record, &mut say);
    reasons
}

fn answers(record: &Record, say: &mut impl FnMut(Grade, String)) {
    let void = record.cells.iter().filter(|cell| is_void(cell));
    let (changed, cells): (Vec<&Cell>, Vec<&Cell>) =
        void.partition(|cell| is_change(cell.reason.as_deref()));
    if !changed.is_empty() {
        say(Grade::DoNotUse, file_changed(&lanes_of(&changed)));
    }
    if cells.is_empty() {
        return;
    }
    let (mut wrong, mut errors) = (0_u64, 0_u64);
    for start in cells.iter().flat_map(|cell| &cell.starts) {
        wrong = wrong.saturating_add(start.wrong);
        errors = errors.saturating_add(start.errors);
    }
    say(
        Grade::DoNotUse,
        format!(
            "{wrong} wrong answers and {errors} errors void {} of {} cells ({}): see what is not \
            here.",
            cells.len(),
            record.cells.len(),
            lanes_of(&cells)
        ),
    );
}

/// Void because a file of the lane was replaced, and not because of an answer.
fn is_change(reason: Option<&str>) -> bool {
    reason.is_some_and(|reason| reason.contains(FILE_CHANGED))
}

fn file_changed(lanes: &str) -> String {
    format!(
        "A file of {lanes} {FILE_CHANGED}, so that its restarts are not of one program: leave the \
        file alone and run again."
    )
}

fn is_void(cell: &Cell) -> bool {
    cell.status == "void" || cell.starts.iter().any(|start| start.wrong > 0 || start.errors > 0)
}

/// Lanes against themselves, called different more often than chance would.
fn same_lanes(record: &Record, say: &mut impl FnMut(Grade, String)) {
    let (hits, tried) = contrasts::false_alarms(record);
    if estimates::binomial_at_least(hits, tried, 1.0 - DETECTION) < CHANCE {
        let text = format!(
            "{hits} of {tried} lanes were called different from themselves, which chance does not \
            explain: repeat on a quieter machine, or with --placement same."
        );
        say(Grade::DoNotUse, text);
    }
}

/// Pairs asked in turns that failed.
fn pairs(record: &Record, say: &mut impl FnMut(Grade, String)) {
    let (mut wrong, mut failed, mut changed) = (Vec::new(), Vec::new(), Vec::new());
    for contrast in contrasts::failed(record) {
        let list = if is_change(contrast.reason.as_deref()) {
            &mut changed
        } else if contrast.wrong {
            &mut wrong
        } else {
            &mut failed
        };
        list.push(record.name_of(&contrast.second));
    }
    if !changed.is_empty() {
        let lanes = each_once(changed.into_iter());
        say(Grade::DoNotUse, format!("Pairs asked in turns: {}", file_changed(&lanes)));
    }
    let all = record.contrasts.len();
    for (grade, lanes, cause) in [
        (Grade::DoNotUse, wrong, "ended with a wrong answer"),
        (Grade::Caution, failed, "failed"),
    ] {
        if lanes.is_empty() {
            continue;
        }
        let (count, lanes) = (lanes.len(), each_once(lanes.into_iter()));
        say(
            grade,
            format!(
                "{count} of {all} pairs asked in turns {cause} ({lanes}): see what is not here."
            ),
        );
    }
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
        .collect();
    if cells.is_empty() {
        return;
    }
    let absent = cells.iter().filter(|cell| is_missing(cell)).count();
    say(
        Grade::Caution,
        format!(
            "{} of {} planned cells are not whole, {} partial and {absent} missing ({}): see what \
            is not here.",
            cells.len(),
            record.cells.len(),
            cells.len() - absent,
            lanes_of(&cells)
        ),
    );
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
            "The callee of {} was named by the user: not restarted, not known to be on this \
            machine.",
            lane.short
        );
        say(Grade::Caution, text);
    }
}

fn run(record: &Record, say: &mut impl FnMut(Grade, String)) {
    let done = record.progress.starts_done;
    if done < STARTS_ENOUGH {
        let starts = if done == 1 { "restart was" } else { "restarts were" };
        say(
            Grade::Caution,
            format!("Only {done} {starts} done; run with at least {STARTS_ENOUGH}."),
        );
    }
    if record.plan.order.is_some() {
        let text = "Visits were made in fixed order, lane by lane: whatever drifts looks like a \
        difference of lanes.";
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
