//! The sums of a cell in one start.

use crate::recorder::visit::CellVisit;
use reports::record::CellStart;

/// Adds a visit.
pub(crate) fn add(start: &mut CellStart, visit: &CellVisit) {
    let CellVisit { visited, bytes, items, .. } = visit;
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
    start.cpu_caller_ns = sum(start.cpu_caller_ns, visited.cpu_caller_ns, first);
    start.cpu_callee_ns = sum(start.cpu_callee_ns, visited.cpu_callee_ns, first);
    start.cpu_items += crossed;
    start.bytes_out = sum(start.bytes_out, bytes.map(|bytes| bytes.out), first);
    start.bytes_back = sum(start.bytes_back, bytes.map(|bytes| bytes.back), first);
    start.bytes_items += crossed;
}

/// One visit that could not be read leaves the whole start not measured: a sum over fewer visits
/// would be too low.
fn sum(of: Option<u64>, value: Option<u64>, first: bool) -> Option<u64> {
    if first {
        return value;
    }
    Some(of? + value?)
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
        cpu_caller_ns: None,
        cpu_callee_ns: None,
        cpu_items: 0,
        bytes_out: None,
        bytes_back: None,
        bytes_items: 0,
    }
}
