//! The sums of a cell in one start.

use crate::{
    protocol::Visited,
    recorder::visit::{BehindServer, Bytes, CellVisit},
};
use reports::record::{CellPart, CellStart, Part, of_part};

/// Adds a visit.
pub(crate) fn add(start: &mut CellStart, visit: &CellVisit) {
    let CellVisit { visited, bytes, items, behind, .. } = visit;
    let crossed = visited.items + visited.lead_in_items;
    let first = start.visits_done == 0;
    start.visits_done += 1;
    start.samples += visited.samples;
    start.items += visited.items;
    start.elapsed_ns += visited.elapsed_ns;
    let actions = start.items / u64::from(*items);
    start.mean_ns = (actions > 0).then(|| start.elapsed_ns as f64 / actions as f64);
    start.wrong += visited.wrong;
    start.errors += visited.errors;
    let parts = parts_of(visited, *bytes, *behind);
    if first {
        start.parts = parts;
    } else {
        start.parts = added(&start.parts, &parts);
    }
    start.cpu_items += crossed;
    start.bytes_items += crossed;
}

/// What each process did in a visit. Bytes are those that the caller sends and receives; behind a
/// server the callee's are others. The server's are the sum of both, and not counted again.
fn parts_of(
    visited: &Visited,
    bytes: Option<Bytes>,
    behind: Option<BehindServer>,
) -> Vec<CellPart> {
    let part = |part, cpu_ns, bytes: Option<Bytes>| CellPart {
        part,
        cpu_ns,
        bytes_out: bytes.map(|bytes| bytes.out),
        bytes_back: bytes.map(|bytes| bytes.back),
        gc_cycles: None,
    };
    let caller = part(Part::Caller, visited.cpu_caller_ns, bytes);
    let mut parts = vec![CellPart { gc_cycles: visited.gc_cycles, ..caller }];
    if visited.cpu_callee_ns.is_some() || behind.is_some() {
        let bytes = behind.and_then(|behind| behind.callee_bytes);
        parts.push(part(Part::Callee, visited.cpu_callee_ns, bytes));
    }
    parts.extend(behind.map(|behind| part(Part::Server, behind.server_cpu_ns, None)));
    parts
}

/// One visit that could not be read leaves the whole start not measured: a sum over fewer visits
/// would be too low.
fn added(sums: &[CellPart], parts: &[CellPart]) -> Vec<CellPart> {
    let mut added = Vec::new();
    for sum in sums {
        let more = of_part(parts, sum.part);
        added.push(CellPart {
            part: sum.part,
            cpu_ns: plus(sum.cpu_ns, more.and_then(|more| more.cpu_ns)),
            bytes_out: plus(sum.bytes_out, more.and_then(|more| more.bytes_out)),
            bytes_back: plus(sum.bytes_back, more.and_then(|more| more.bytes_back)),
            gc_cycles: plus(sum.gc_cycles, more.and_then(|more| more.gc_cycles)),
        });
    }
    added
}

fn plus(sum: Option<u64>, more: Option<u64>) -> Option<u64> {
    Some(sum? + more?)
}

/// Before the first visit.
pub(crate) fn empty(start: u32, visits_planned: u32, group: u32) -> CellStart {
    CellStart {
        start,
        visits_done: 0,
        visits_planned,
        group,
        samples: 0,
        items: 0,
        elapsed_ns: 0,
        mean_ns: None,
        p50_ns: None,
        clipped: 0,
        histogram: String::new(),
        wrong: 0,
        errors: 0,
        parts: Vec::new(),
        cpu_items: 0,
        bytes_items: 0,
    }
}
