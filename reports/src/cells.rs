//! The figures of one cell, from its starts: median and mean of an action, CPU, bytes (the tail is in `tail`). A cell that is void or empty
//! has none. It compares nothing.

use crate::record::{Cell, CellStart};
use crate::stats::{self, Estimate};

/// Confidence of every interval that stands beside a figure.
pub(crate) const CONFIDENCE: f64 = 0.95;

/// What one start says of a cell.
#[derive(Clone, Copy, Debug)]
pub struct StartFigures {
    /// Which start, from 0.
    pub start: u32,
    /// Median of an action, ns.
    pub p50_ns: f64,
    /// Mean of an action, divided by its items, ns.
    pub item_ns: f64,
    /// CPU of the caller for an item, ns.
    pub cpu_caller_ns: Option<f64>,
    /// CPU of the callee for an item, ns.
    pub cpu_callee_ns: Option<f64>,
}

/// A measured cell with its figures.
#[derive(Clone, Debug)]
pub struct CellFigures<'a> {
    /// The cell.
    pub cell: &'a Cell,
    /// Figures of each start that gave any.
    pub starts: Vec<StartFigures>,
    /// Median of an action: geometric mean of the start medians, ns.
    pub p50: Estimate,
    /// Mean time for an item, ns.
    pub item: Estimate,
    /// Bytes for an item, from caller to callee.
    pub bytes_out: Option<f64>,
    /// Bytes for an item, from callee to caller.
    pub bytes_back: Option<f64>,
}

impl<'a> CellFigures<'a> {
    /// The figures of a cell, or `None` where it was not measured.
    pub fn of(cell: &'a Cell) -> Option<Self> {
        if !matches!(cell.status.as_str(), "measured" | "partial") {
            return None;
        }
        let starts: Vec<StartFigures> =
            cell.starts.iter().filter_map(|s| figures_of(s, cell.items)).collect();
        let p50s: Vec<f64> = starts.iter().map(|s| s.p50_ns).collect();
        let items: Vec<f64> = starts.iter().map(|s| s.item_ns).collect();
        Some(Self {
            cell,
            p50: stats::log_mean_of_starts(&p50s, CONFIDENCE)?,
            item: stats::log_mean_of_starts(&items, CONFIDENCE)?,
            bytes_out: per_item(cell, |s| s.bytes_out),
            bytes_back: per_item(cell, |s| s.bytes_back),
            starts,
        })
    }

    /// The figures of one start.
    pub fn start(&self, start: u32) -> Option<&StartFigures> {
        self.starts.iter().find(|s| s.start == start)
    }
}

fn figures_of(start: &CellStart, items: u32) -> Option<StartFigures> {
    let usable = |ns: f64| ns.is_finite() && ns > 0.0;
    if start.samples == 0 || items == 0 || !usable(start.p50_ns) || !usable(start.mean_ns) {
        return None;
    }
    let per_item =
        |ns: Option<u64>| ns.filter(|_| start.cpu_items > 0).map(|ns| ns as f64 / start.cpu_items as f64);
    Some(StartFigures {
        start: start.start,
        p50_ns: start.p50_ns,
        item_ns: start.mean_ns / f64::from(items),
        cpu_caller_ns: per_item(start.cpu_caller_ns),
        cpu_callee_ns: per_item(start.cpu_callee_ns),
    })
}

/// Bytes are counted, not estimated: one sum over all starts, no interval.
fn per_item(cell: &Cell, bytes: impl Fn(&CellStart) -> Option<u64>) -> Option<f64> {
    let counted = || cell.starts.iter().filter(|s| bytes(s).is_some());
    let items: f64 = counted().map(|s| s.bytes_items as f64).sum();
    let total: f64 = counted().filter_map(&bytes).map(|b| b as f64).sum();
    (items > 0.0).then(|| total / items)
}
