//! What leaves a record when its plan changes: cells, and all that refers to them.

use crate::{lanes::roster::Known, plan::Plan};
use reports::record::{Cell, Record};

/// Why a lane is not in the record any more.
const TAKEN_OUT: &str = "taken out of the record with --lanes";

/// The record without lanes and sizes that the plan has not any more.
pub(crate) fn without_what_left(record: Record, plan: &Plan, lanes: &[&Known]) -> Record {
    let stays = |name: &str| lanes.iter().any(|lane| lane.about.name == name);
    let gone: Vec<String> = record.plan.lanes.iter().filter(|name| !stays(name)).cloned().collect();
    let record = without_lanes(record, &gone);
    let sizes = record.plan.batch.iter().chain(&record.plan.spread);
    let is_planned = |items: &u32| plan.batch.contains(items) || plan.spread.contains(items);
    let gone: Vec<u32> = sizes.filter(|items| !is_planned(items)).copied().collect();
    without_cells(record, |cell| cell.items > 1 && gone.contains(&cell.items))
}

/// The record without these lanes, which are then known and not planned.
fn without_lanes(record: Record, gone: &[String]) -> Record {
    if gone.is_empty() {
        return record;
    }
    let mut record = without_figures_of(record, gone);
    let stays = |name: &String| !gone.contains(name);
    record.contrasts.retain(|pair| stays(&pair.first) && stays(&pair.second));
    record.allocations.retain(|one| stays(&one.lane));
    if let Some(loads) = &mut record.loads {
        loads.lanes.retain(|one| stays(&one.lane));
        loads.slowest = loads.slowest.take().filter(stays);
    }
    if let Some(precision) = &mut record.plan.precision {
        precision.pilot.retain(|one| stays(&one.lane));
    }
    record.notes.retain(|note| note.lane.as_ref().is_none_or(stays));
    record.plan.lanes.retain(stays);
    record.plan.also_measured.retain(stays);
    for lane in record.lanes.iter_mut().filter(|lane| !stays(&lane.name)) {
        lane.planned = false;
        lane.reason = Some(TAKEN_OUT.into());
    }
    record
}

/// The record without the times of these lanes that an addition measures anew: cells, visits, and
/// what is set against them start by start. Pairs, which are ratios, allocations and loads stay.
pub(crate) fn without_figures_of(record: Record, lanes: &[String]) -> Record {
    let mut record = without_cells(record, |cell| lanes.contains(&cell.lane));
    let stays = |name: &String| !lanes.contains(name);
    record.ladders.retain(|one| stays(&one.lane));
    record.resources.retain(|one| stays(&one.lane));
    record.cold.retain(|one| stays(&one.lane));
    for group in &mut record.groups {
        group.lanes.retain(stays);
        group.anchors.retain(|one| stays(&one.lane));
        group.idle.retain(|one| stays(&one.lane));
    }
    if let Some(controls) = &mut record.controls {
        controls.settling.retain(|one| stays(&one.lane));
        controls.uninterrupted.retain(|one| stays(&one.lane));
    }
    record
}

/// The record without these cells, their visits, and additions of which no cell is left.
fn without_cells(mut record: Record, goes: impl Fn(&Cell) -> bool) -> Record {
    let mut places = Vec::new();
    let mut left = 0;
    for cell in &record.cells {
        places.push((!goes(cell)).then_some(left));
        left += u32::from(!goes(cell));
    }
    record.cells.retain(|cell| !goes(cell));
    record.visits.retain_mut(|visit| {
        let place = places.get(visit.cell as usize).copied().flatten();
        visit.cell = place.unwrap_or(visit.cell);
        place.is_some()
    });
    let has_cells: Vec<bool> = (0..record.additions.len())
        .map(|at| {
            let mut cells = record.cells.iter();
            cells.any(|cell| record.addition_of(cell).is_some_and(|(other, _)| other == at))
        })
        .collect();
    let mut has_cells = has_cells.into_iter();
    record.additions.retain(|_| has_cells.next().unwrap_or(false));
    record
}
