//! The figures of one cell, from its starts: median and mean of an action, CPU, bytes (the tail is
//! in `tail`). A cell that is void or empty has none. A start that was cut short counts only where
//! there is no whole one, and then without an interval. It compares nothing.

use crate::{
    record::{Cell, CellStart, Part, Record},
    stats::{
        estimates::{self, Estimate, LONGEST_NS},
        resolution::{ClockStep, Resolution},
        starts::{Starts, two_groups::two_groups},
    },
};

/// Confidence of every interval that stands beside a figure.
pub(crate) const CONFIDENCE: f64 = 0.95;

/// Visits of a start from which on its median is a start's. One or two that were disturbed would
/// make a group of their own.
pub(crate) const LEAST_VISITS: u32 = 3;

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
    /// CPU of the server between the two for an item, ns.
    pub cpu_server_ns: Option<f64>,
}

/// A measured cell with its figures.
#[derive(Clone, Debug)]
pub struct CellFigures<'a> {
    /// The cell.
    pub cell: &'a Cell,
    /// Figures of each start that stands behind the cell: the whole ones, or all where none is
    /// whole.
    pub starts: Vec<StartFigures>,
    /// False where every start was cut short: such figures have no interval and are compared with
    /// nothing.
    pub whole: bool,
    /// How finely its times can be told: that of the start that tells them worst.
    pub resolution: Resolution,
    /// Samples of these starts.
    pub samples: u64,
    /// Median of an action: geometric mean of the start medians, ns. Where starts fall into two
    /// groups, their range stands in the place of its interval.
    pub p50: Estimate,
    /// Mean time for an item, ns; its interval likewise.
    pub item: Estimate,
    /// Bytes for an item, from caller to callee.
    pub bytes_out: Option<f64>,
    /// Bytes for an item, from callee to caller.
    pub bytes_back: Option<f64>,
}

impl<'a> CellFigures<'a> {
    /// The figures of a cell that was timed by a clock with this step, or `None` where it was not
    /// measured.
    pub fn of(cell: &'a Cell, step: ClockStep) -> Option<Self> {
        if !matches!(cell.status.as_str(), "measured" | "partial") {
            return None;
        }
        let Chosen { starts: chosen, whole } = chosen(cell);
        let starts: Vec<StartFigures> =
            chosen.iter().filter_map(|s| figures_of(s, cell.items)).collect();
        let p50s: Vec<f64> = starts.iter().map(|s| s.p50_ns).collect();
        let items: Vec<f64> = starts.iter().map(|s| s.item_ns).collect();
        let resolution = resolution_of(&chosen, step);
        let over_starts = |values: &[f64]| {
            let mean = estimates::log_mean_of_starts(values, resolution, CONFIDENCE)?;
            // Few visits do not make a start one of a group.
            let told = chosen.iter().all(|start| start.visits_done >= LEAST_VISITS);
            let grouped = told && two_groups(values).is_some();
            let mean = if grouped { mean.with_range_of(values) } else { mean };
            Some(mean.only_if(whole))
        };
        Some(Self {
            cell,
            p50: over_starts(&p50s)?,
            item: over_starts(&items)?,
            resolution,
            whole,
            samples: chosen.iter().fold(0, |sum: u64, s| sum.saturating_add(s.samples)),
            bytes_out: per_item(cell, CellStart::bytes_out),
            bytes_back: per_item(cell, CellStart::bytes_back),
            starts,
        })
    }

    /// The figures of one start.
    pub fn start(&self, start: u32) -> Option<&StartFigures> {
        self.starts.iter().find(|s| s.start == start)
    }

    /// Start-level values for a comparison; none where no start is whole.
    pub fn comparable(&self, of: impl Fn(&StartFigures) -> Option<f64>) -> Starts {
        let starts = self.starts.iter().filter(|_| self.whole);
        let values = starts.filter_map(|s| Some((s.start, of(s)?))).collect();
        Starts::new(values, self.resolution)
    }

    /// Each start with its median divided by the geometric mean of all of them, and that median in
    /// ns.
    pub(crate) fn by_mean(&self) -> Vec<(u32, f64, f64)> {
        self.starts
            .iter()
            .map(|s| (s.start, s.p50_ns / self.p50.value, s.p50_ns))
            .collect()
    }

    /// How many restarts the figures rest on, where they are not those at the head of the report.
    pub fn restarts(&self, record: &Record) -> Option<String> {
        let done = record.progress.starts_done as usize;
        if self.whole && self.starts.len() == done && !self.is_added(record) {
            return None;
        }
        Some(self.rests_on(record))
    }

    /// How many restarts the figures rest on, and whether these were made later.
    pub fn rests_on(&self, record: &Record) -> String {
        let n = self.starts.len();
        let plural = if n == 1 { "" } else { "s" };
        let later = if self.is_added(record) { ", added later" } else { "" };
        if self.whole {
            format!("over {n} restart{plural}{later}")
        } else {
            format!("part of {n} restart{plural}, no interval{later}")
        }
    }

    /// True for a cell that was measured after the run, for its record.
    pub fn is_added(&self, record: &Record) -> bool {
        record.addition_of(self.cell).is_some()
    }
}

/// Samples longer than the histogram of a start tells.
pub(crate) fn clipped(start: &CellStart) -> u64 {
    // Records from before this was counted have it in their histograms, and few can have any.
    if start.clipped > 0 || start.elapsed_ns < LONGEST_NS {
        return start.clipped;
    }
    let histogram = estimates::histogram_from_base64(&start.histogram);
    histogram.map_or(0, |histogram| estimates::clipped(&histogram))
}

/// True for a cell that [`CellFigures::of`] has figures of.
pub(crate) fn has_figures(cell: &Cell) -> bool {
    CellFigures::of(cell, ClockStep::default()).is_some()
}

/// True when every visit that was planned was made.
pub(crate) fn is_whole(start: &CellStart) -> bool {
    start.visits_done >= start.visits_planned
}

/// The starts that stand behind a cell's figures.
pub(crate) struct Chosen<'a> {
    pub(crate) starts: Vec<&'a CellStart>,
    /// False where every start was cut short.
    pub(crate) whole: bool,
}

/// The whole starts of a cell, or all where none is whole.
pub(crate) fn chosen(cell: &Cell) -> Chosen<'_> {
    let usable: Vec<&CellStart> = cell
        .starts
        .iter()
        .filter(|start| figures_of(start, cell.items).is_some())
        .collect();
    let whole: Vec<&CellStart> = usable.iter().copied().filter(|start| is_whole(start)).collect();
    if whole.is_empty() {
        Chosen { starts: usable, whole: false }
    } else {
        Chosen { starts: whole, whole: true }
    }
}

fn figures_of(start: &CellStart, items: u32) -> Option<StartFigures> {
    let p50_ns = start.p50_ns.filter(is_time)?;
    let mean_ns = start.mean_ns.filter(is_time)?;
    if start.samples == 0 || items == 0 {
        return None;
    }
    Some(StartFigures {
        start: start.start,
        p50_ns,
        item_ns: mean_ns / f64::from(items),
        cpu_caller_ns: cpu_per_item(start.cpu_ns(Part::Caller), start.cpu_items),
        cpu_callee_ns: cpu_per_item(start.cpu_ns(Part::Callee), start.cpu_items),
        cpu_server_ns: cpu_per_item(start.cpu_ns(Part::Server), start.cpu_items),
    })
}

/// Of the start that tells a time worst: one action lasts `p50_ns`, and `group` of them are one
/// sample.
fn resolution_of(starts: &[&CellStart], step: ClockStep) -> Resolution {
    let known = starts.iter().filter_map(|start| {
        let p50_ns = start.p50_ns.filter(is_time)?;
        Some(Resolution::of_time(p50_ns, start.group, step))
    });
    known.fold(Resolution::of_long_time(), Resolution::coarser)
}

fn is_time(ns: &f64) -> bool {
    ns.is_finite() && *ns > 0.0
}

fn cpu_per_item(ns: Option<u64>, items: u64) -> Option<f64> {
    if items == 0 {
        return None;
    }
    Some(ns? as f64 / items as f64)
}

/// Bytes are counted, not estimated: one sum over all starts, no interval.
fn per_item(cell: &Cell, bytes: impl Fn(&CellStart) -> Option<u64>) -> Option<f64> {
    let (mut all_bytes, mut items) = (0.0, 0.0);
    for start in &cell.starts {
        if let Some(bytes) = bytes(start) {
            all_bytes += bytes as f64;
            items += start.bytes_items as f64;
        }
    }
    if items > 0.0 { Some(all_bytes / items) } else { None }
}
