//! A record and what was measured for it later, put together. Restarts of the later part get
//! numbers that the record has not: nothing that pairs by restart can pair both.

use crate::{lanes::roster::Known, plan::Plan};
use reports::record::{self, Addition, Cell, Record};
use std::collections::BTreeMap;

/// The record with the cells of `added` that it lacks. Cells that it has, which are anchors, stay
/// as they are.
pub(crate) fn merged(mut record: Record, added: &Record, about: Addition) -> Record {
    let first = about.first_start;
    let mut places = BTreeMap::new();
    for (at, cell) in added.cells.iter().enumerate() {
        if !record.cells.iter().any(|other| is_same(other, cell)) {
            places.insert(at as u32, record.cells.len() as u32);
            record.cells.push(renumbered(cell, first));
        }
    }
    add_visits(&mut record, added, first, &places);
    let lanes: Vec<&str> =
        places.keys().map(|at| added.cells[*at as usize].lane.as_str()).collect();
    add_notes(&mut record, added, first, &lanes);
    let is_new = |name: &str| {
        let is_of = |at: &u32| added.cells[*at as usize].lane == name;
        let mut cells = added.cells.iter().enumerate().filter(|(_, cell)| cell.lane == name);
        places.keys().any(is_of) && cells.all(|(at, _)| places.contains_key(&(at as u32)))
    };
    add_lanes(&mut record, added, first, is_new);
    record.additions.push(about);
    record
}

fn is_same(a: &Cell, b: &Cell) -> bool {
    (&a.lane, &a.engine, &a.workload, a.size, &a.mode, a.items, &a.kind, &a.placement)
        == (&b.lane, &b.engine, &b.workload, b.size, &b.mode, b.items, &b.kind, &b.placement)
}

fn renumbered(cell: &Cell, first: u32) -> Cell {
    let mut cell = cell.clone();
    for start in &mut cell.starts {
        start.start += first;
    }
    cell
}

/// Visits of cells that were added, behind all others.
fn add_visits(record: &mut Record, added: &Record, first: u32, places: &BTreeMap<u32, u32>) {
    let behind = record.visits.iter().map(|visit| visit.order + 1).max().unwrap_or(0);
    for visit in &added.visits {
        let Some(&cell) = places.get(&visit.cell) else { continue };
        let mut visit = visit.clone();
        visit.cell = cell;
        visit.start += first;
        visit.order += behind;
        visit.repeats = visit.repeats.map(|order| order + behind);
        record.visits.push(visit);
    }
}

fn add_notes(record: &mut Record, added: &Record, first: u32, lanes: &[&str]) {
    for note in &added.notes {
        let is_of = note.lane.as_ref().is_some_and(|lane| lanes.contains(&lane.as_str()));
        if is_of {
            let start = note.start.map(|start| start + first);
            record.notes.push(record::Note { start, ..note.clone() });
        }
    }
}

/// What is known of lanes all of whose cells were added.
fn add_lanes(record: &mut Record, added: &Record, first: u32, is_new: impl Fn(&str) -> bool) {
    for lane in added.lanes.iter().filter(|lane| is_new(&lane.name)) {
        match record.lanes.iter_mut().find(|known| known.name == lane.name) {
            Some(known) => *known = lane.clone(),
            None => record.lanes.push(lane.clone()),
        }
    }
    for used in added.resources.iter().filter(|one| is_new(&one.lane)) {
        let mut used = used.clone();
        used.starts.iter_mut().for_each(|start| start.start += first);
        record.resources.push(used);
    }
    for cold in added.cold.iter().filter(|one| is_new(&one.lane)) {
        record.cold.push(record::Cold { start: cold.start + first, ..cold.clone() });
    }
    let settling = added.controls.iter().flat_map(|controls| &controls.settling);
    for one in settling.filter(|one| is_new(&one.lane)) {
        let controls = record.controls.get_or_insert_with(Default::default);
        controls
            .settling
            .push(record::Settling { start: one.start + first, ..one.clone() });
    }
}

/// The record with this plan: its lanes, its sizes, and the command that repeats it. When, how long
/// and in how many restarts the first part was measured stays.
pub(crate) fn planned(mut record: Record, plan: &Plan, lanes: &[&Known]) -> Record {
    let now = plan.recorded();
    record.plan = record::Plan {
        name: plan.name.into(),
        lanes: lanes.iter().map(|lane| lane.about.name.clone()).collect(),
        also_measured: plan.also_measured.clone(),
        batch: now.batch,
        spread: now.spread,
        ..record.plan
    };
    record.command.clone_from(&plan.command);
    // What is changed now is not being measured any more.
    record.under_way = None;
    if plan.label.is_some() {
        record.environment.label.clone_from(&plan.label);
    }
    record
}
