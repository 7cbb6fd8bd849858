//! Lanes that gave a wrong answer or an error, or of which a file was replaced meanwhile: nothing
//! of them is a figure, and the other lanes stand. It grades nothing; `judge` does.

use crate::{
    figures::load::WRONG,
    record::{Cell, Contrast, LaneLoads, Record},
};
use std::borrow::Cow;

/// A lane none of whose figures may be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Withdrawn {
    /// Its full name.
    pub lane: String,
    /// Its name, as shown.
    pub name: String,
    /// What it did first, without names of files or hosts.
    pub reason: String,
}

/// The status of a cell that was measured well, of a lane that is withdrawn for another.
const STATUS: &str = "withdrawn";

/// Every withdrawn lane once, in the order of cells, pairs and loads.
pub fn of(record: &Record) -> Vec<Withdrawn> {
    let cells = record.cells.iter().filter(|cell| is_void(cell));
    let cells = cells.map(|cell| (cell.lane.as_str(), reason_of_cell(cell)));
    let pairs = record.contrasts.iter().filter(|contrast| contrast.wrong);
    let pairs = pairs.map(|contrast| (guilty(record, contrast), reason_of_pair(contrast)));
    let loads = record.loads.iter().flat_map(|loads| &loads.lanes);
    let loads = loads.filter(|lane| answered_wrongly(lane));
    let loads = loads.map(|lane| (lane.lane.as_str(), "wrong answers under load".to_owned()));
    let mut withdrawn: Vec<Withdrawn> = Vec::new();
    for (lane, reason) in cells.chain(pairs).chain(loads) {
        if !withdrawn.iter().any(|known| known.lane == lane) {
            let name = record.name_of(lane).to_owned();
            withdrawn.push(Withdrawn { lane: lane.to_owned(), name, reason });
        }
    }
    withdrawn
}

/// The record as every figure is made of it: nothing is left of what withdrawn lanes measured but
/// that they were there. The record itself where no lane is withdrawn.
pub fn without(record: &Record) -> Cow<'_, Record> {
    let withdrawn = of(record);
    if withdrawn.is_empty() {
        return Cow::Borrowed(record);
    }
    let reason_of = |lane: &str| {
        let found = withdrawn.iter().find(|known| known.lane == lane);
        found.map(|found| found.reason.as_str())
    };
    let stands = |lane: &str| reason_of(lane).is_none();
    let mut kept = record.clone();
    for cell in &mut kept.cells {
        if let Some(reason) = reason_of(&cell.lane) {
            empty(cell, reason);
        }
    }
    let gone: Vec<bool> = kept.cells.iter().map(|cell| !stands(&cell.lane)).collect();
    for visit in &mut kept.visits {
        if gone.get(visit.cell as usize).copied().unwrap_or_default() {
            (visit.mean_ns, visit.p50_ns, visit.noise) = (None, None, None);
            visit.flags.clear();
        }
    }
    keep_what_stands(&mut kept, stands);
    Cow::Owned(kept)
}

/// Takes out what belongs to a withdrawn lane as a whole.
fn keep_what_stands(kept: &mut Record, stands: impl Fn(&str) -> bool) {
    // A pair that withdrew its lane still says so.
    kept.contrasts
        .retain(|pair| pair.wrong || (stands(&pair.first) && stands(&pair.second)));
    for pair in kept.contrasts.iter_mut().filter(|pair| pair.wrong) {
        pair.starts.clear();
    }
    kept.ladders.retain(|one| stands(&one.lane));
    kept.resources.retain(|one| stands(&one.lane));
    kept.allocations.retain(|one| stands(&one.lane));
    kept.cold.retain(|one| stands(&one.lane));
    if let Some(loads) = &mut kept.loads {
        loads.lanes.retain(|one| stands(&one.lane));
        loads.slowest = loads.slowest.take().filter(|lane| stands(lane));
    }
    for group in &mut kept.groups {
        for anchor in group.anchors.iter_mut().filter(|anchor| !stands(&anchor.lane)) {
            anchor.p50_ns = None;
        }
        group.idle.retain(|one| stands(&one.lane));
    }
    if let Some(controls) = &mut kept.controls {
        controls.settling.retain(|one| stands(&one.lane));
        controls.uninterrupted.retain(|one| stands(&one.lane));
    }
}

/// Takes what it measured out of a cell.
fn empty(cell: &mut Cell, reason: &str) {
    if !is_void(cell) {
        cell.status = STATUS.to_owned();
        cell.reason = Some(reason.to_owned());
    } else if cell.status != STATUS {
        cell.status = "void".to_owned();
        cell.reason.get_or_insert_with(|| reason.to_owned());
    }
    for start in &mut cell.starts {
        (start.mean_ns, start.p50_ns) = (None, None);
        start.parts.clear();
        start.histogram.clear();
    }
}

fn is_void(cell: &Cell) -> bool {
    cell.status == "void"
        || cell.status == STATUS
        || cell.starts.iter().any(|start| start.wrong > 0 || start.errors > 0)
}

fn reason_of_cell(cell: &Cell) -> String {
    let (mut wrong, mut errors) = (0_u64, 0_u64);
    for start in &cell.starts {
        wrong = wrong.saturating_add(start.wrong);
        errors = errors.saturating_add(start.errors);
    }
    match &cell.reason {
        Some(reason) => reason.clone(),
        None if wrong > 0 || errors > 0 => format!("{wrong} wrong answers and {errors} errors"),
        None => "a wrong answer or an error, no reason was recorded".to_owned(),
    }
}

fn reason_of_pair(contrast: &Contrast) -> String {
    let cause = contrast.reason.as_deref().unwrap_or("a wrong answer");
    format!("called alternately: {cause}")
}

/// The lane of a pair that answered wrongly: the one that its reason begins with, else the second,
/// which is the one that the pair is about.
fn guilty<'r>(record: &'r Record, contrast: &'r Contrast) -> &'r str {
    let reason = contrast.reason.as_deref().unwrap_or_default();
    let named = |lane: &str| {
        [lane, record.name_of(lane)]
            .iter()
            .any(|name| reason.strip_prefix(*name).is_some_and(|rest| rest.starts_with(':')))
    };
    if named(&contrast.first) && !named(&contrast.second) {
        &contrast.first
    } else {
        &contrast.second
    }
}

fn answered_wrongly(lane: &LaneLoads) -> bool {
    let mut points = lane.starts.iter().flat_map(|start| &start.points);
    let mut steps = lane.starts.iter().flat_map(|start| &start.search);
    // A step of a search has no number of wrong answers, but says so.
    let says_so = |reasons: &[String]| reasons.iter().any(|why| why.starts_with(WRONG));
    points.any(|point| point.wrong > 0) || steps.any(|step| says_so(&step.reasons))
}
