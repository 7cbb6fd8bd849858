//! Visits as series: which of them stand in the figures, their medians in order, how many were
//! disturbed. It judges nothing.

use crate::{
    record::{Record, Visit},
    stats::paired_ratio,
};
use std::collections::{BTreeMap, HashSet};

/// Flags that say that something outside the lane disturbed a visit.
const DISTURBED: [&str; 3] = ["stolen", "others", "throttled"];

/// True where something outside the lane disturbed this visit.
pub fn is_disturbed(visit: &Visit) -> bool {
    visit.flags.iter().any(|flag| DISTURBED.contains(&flag.as_str()))
}

/// The visits that stand in the figures, in the order in which they were made: of a disturbed visit
/// and its repeat, one.
pub fn counted(record: &Record) -> Vec<&Visit> {
    let undisturbed = record.visits.iter().filter(|visit| !is_disturbed(visit));
    let replaced: HashSet<u32> = undisturbed.filter_map(|visit| visit.repeats).collect();
    let mut visits: Vec<&Visit> = record
        .visits
        .iter()
        .filter(|visit| !replaced.contains(&visit.order))
        .filter(|visit| visit.repeats.is_none() || !is_disturbed(visit))
        .collect();
    visits.sort_by_key(|visit| visit.order);
    visits
}

/// Medians of one cell in one start.
#[derive(Clone, Debug)]
pub struct Series {
    /// Index into the record's cells.
    pub cell: usize,
    /// Which start, from 0.
    pub start: u32,
    /// Natural logarithms of the visits' medians, in the order in which they were made.
    pub log_p50: Vec<f64>,
}

/// Every cell and start with its visits that stand in the figures.
pub fn series(record: &Record) -> Vec<Series> {
    let mut medians: BTreeMap<(usize, u32), Vec<f64>> = BTreeMap::new();
    for visit in counted(record) {
        let usable = visit.p50_ns.filter(|ns| ns.is_finite() && *ns > 0.0);
        if let Some(p50) = usable
            && (visit.cell as usize) < record.cells.len()
        {
            medians.entry((visit.cell as usize, visit.start)).or_default().push(p50.ln());
        }
    }
    medians
        .into_iter()
        .map(|((cell, start), log_p50)| Series { cell, start, log_p50 })
        .collect()
}

/// Of how many visits that stand in the figures of a lane how many were disturbed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Disturbed {
    /// Name of the lane.
    pub lane: String,
    /// Visits in its figures.
    pub visits: u32,
    /// Disturbed ones among them.
    pub disturbed: u32,
}

/// Each lane with visits, in the order of the cells.
pub fn disturbed(record: &Record) -> Vec<Disturbed> {
    let mut lanes: Vec<Disturbed> = Vec::new();
    for visit in counted(record) {
        let Some(cell) = record.cells.get(visit.cell as usize) else { continue };
        let at = lanes.iter().position(|known| known.lane == cell.lane).unwrap_or_else(|| {
            lanes.push(Disturbed { lane: cell.lane.clone(), visits: 0, disturbed: 0 });
            lanes.len() - 1
        });
        lanes[at].visits += 1;
        lanes[at].disturbed += u32::from(is_disturbed(visit));
    }
    lanes
}

/// Most points of a fit or a slope, whose costs grow with powers of their number.
const MOST_POINTS: usize = 120;

/// A series with at most [`MOST_POINTS`] values.
pub(crate) struct Thinned {
    /// Medians of neighbours.
    pub(crate) values: Vec<f64>,
    /// How many neighbours each of them stands for; the last one may stand for fewer.
    pub(crate) each: usize,
}

/// Medians of as many neighbours as it takes.
pub(crate) fn thinned(values: &[f64]) -> Thinned {
    let each = values.len().div_ceil(MOST_POINTS).max(1);
    Thinned {
        values: values.chunks(each).filter_map(median).collect(),
        each,
    }
}

/// The median of those that are finite; `None` of nothing.
pub(crate) fn median(values: &[f64]) -> Option<f64> {
    let mut finite: Vec<f64> = values.iter().copied().filter(|value| value.is_finite()).collect();
    paired_ratio::median(&mut finite)
}
