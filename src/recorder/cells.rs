//! Cells in the record: every visit that was made, and the sums and histograms of those that count.
//! Which visits count is decided by whoever makes them.

use crate::{
    lanes::roster::Known,
    machine::{placement::Placement, surroundings::noise::Disturbance},
    plan::{Plan, grid::Planned, schedule::Schedule},
    recorder::{
        cell_start,
        visit::{CellVisit, contradiction},
    },
    shell::failure::Failure,
};
use hdrhistogram::Histogram;
use reports::{
    record::{CALL, Cell, CellStart, NOT_YET, Visit},
    stats::estimates,
};
use std::collections::HashMap;

/// The cells of a run, known by their place in the list.
#[derive(Clone)]
pub(crate) struct CellsRecord {
    cells: Vec<Cell>,
    pub(crate) visits: Vec<Visit>,
    /// The placement of a main single call of a lane, by cell; none for another cell.
    main: Vec<Option<Placement>>,
    /// The placement of whatever is measured in one only.
    main_placement: Placement,
    /// Visits of each cell in one start, as planned.
    planned_visits: Vec<u32>,
    /// What is known of each cell's failures.
    fates: Vec<Fate>,
    /// Of cells in the start that is under way.
    histograms: HashMap<usize, Histogram<u64>>,
}

/// What went wrong with a cell, if anything.
#[derive(Clone, Default)]
struct Fate {
    /// An answer was wrong, or a call failed.
    void: bool,
    /// The first cause.
    cause: Option<String>,
}

impl CellsRecord {
    pub(crate) fn new(
        plan: &Plan,
        lanes: &[&Known],
        cells: &[Planned],
        schedule: &Schedule,
    ) -> Self {
        let mut record = Self {
            cells: cells.iter().map(|cell| empty_cell(cell, lanes)).collect(),
            visits: Vec::new(),
            main: cells.iter().map(|cell| cell.is_main(plan).then_some(cell.placement)).collect(),
            main_placement: plan.main_placement(),
            planned_visits: Vec::new(),
            fates: vec![Fate::default(); cells.len()],
            histograms: HashMap::new(),
        };
        record.reschedule(schedule);
        record
    }

    /// From the next start on visits are as in this schedule.
    pub(crate) fn reschedule(&mut self, schedule: &Schedule) {
        self.planned_visits = (0..self.cells.len()).map(|cell| schedule.visits_of(cell)).collect();
    }

    /// Full name of the cell's lane.
    pub(crate) fn lane(&self, cell: usize) -> &str {
        &self.cells[cell].lane
    }

    /// The placement of a main single call of a lane; none for another cell.
    pub(crate) fn main(&self, cell: usize) -> Option<Placement> {
        self.main[cell]
    }

    /// True for the single call of a lane in the main placement.
    pub(crate) fn is_first(&self, cell: usize) -> bool {
        self.main[cell] == Some(self.main_placement)
    }

    /// A visit that was made, whether or not it counts.
    pub(crate) fn made(
        &mut self,
        start: u32,
        visit: &CellVisit,
        disturbance: &Disturbance,
    ) -> Result<(), Failure> {
        let (cell, group) = (visit.slot.cell, visit.group());
        if self.group(cell, start).is_some_and(|chosen| chosen != group) {
            return Err(contradiction());
        }
        let mut recorded = made(start, visit, disturbance);
        if self.cells[cell].items == 1 {
            recorded.slices_p50_ns = visit.slices_p50_ns();
        }
        self.visits.push(recorded);
        // What the driver chose in the first visit holds for the whole start, whichever visits
        // count.
        let planned = self.planned_visits[cell];
        let starts = &mut self.cells[cell].starts;
        if starts.last().is_none_or(|last| last.start != start) {
            starts.push(cell_start::empty(start, planned, group));
        }
        Ok(())
    }

    /// Adds a visit to the sums and the histogram of its cell.
    pub(crate) fn count(&mut self, visit: &CellVisit) -> Result<(), Failure> {
        let histogram = self.histograms.entry(visit.slot.cell).or_insert_with(estimates::histogram);
        histogram
            .add(&visit.samples)
            .map_err(|error| Failure::failed(format!("cannot merge histograms: {error}")))?;
        let starts = &mut self.cells[visit.slot.cell].starts;
        cell_start::add(starts.last_mut().expect("there since its first visit"), visit);
        Ok(())
    }

    /// The group that a cell's driver chose in this start.
    fn group(&self, cell: usize, start: u32) -> Option<u32> {
        let last = self.cells[cell].starts.last().filter(|last| last.start == start)?;
        Some(last.group)
    }

    /// A cell gives nothing more in a start; `void` where an answer was wrong.
    pub(crate) fn without(&mut self, cell: usize, void: bool, cause: &str) {
        let fate = &mut self.fates[cell];
        fate.void |= void;
        fate.cause.get_or_insert_with(|| cause.into());
    }

    /// The start is over: writes its histograms.
    pub(crate) fn settle_start(&mut self) -> Result<(), Failure> {
        for (cell, histogram) in self.histograms.drain() {
            let Some(last) = self.cells[cell].starts.last_mut() else { continue };
            let p50_ns = histogram.value_at_quantile(0.5) as f64 / f64::from(last.group);
            last.p50_ns = (!histogram.is_empty()).then_some(p50_ns);
            last.clipped = estimates::clipped(&histogram);
            last.histogram = estimates::histogram_to_base64(&histogram)
                .map_err(|error| Failure::failed(format!("cannot encode a histogram: {error}")))?;
        }
        Ok(())
    }

    /// The same in the midst of a start, to which more is added; visits that wait count.
    pub(crate) fn midway<'v>(
        &self,
        waiting: impl Iterator<Item = &'v CellVisit>,
    ) -> Result<Self, Failure> {
        let mut cells = self.clone();
        for visit in waiting {
            cells.count(visit)?;
        }
        cells.settle_start()?;
        Ok(cells)
    }

    /// The cells as they stand in a run of so many starts.
    pub(crate) fn settled(&self, starts: u32, interrupted: bool) -> Vec<Cell> {
        let mut cells = self.cells.clone();
        for (cell, fate) in cells.iter_mut().zip(&self.fates) {
            settle(cell, fate, starts as usize, interrupted);
        }
        cells
    }
}

fn made(start: u32, visit: &CellVisit, disturbance: &Disturbance) -> Visit {
    let CellVisit { slot, visited, .. } = visit;
    let per_action = |ns: f64| (visited.samples > 0).then(|| ns / f64::from(visited.group.max(1)));
    let mut flags: Vec<String> = Vec::new();
    if visited.errors > 0 {
        flags.push("error".into());
    }
    if visited.wrong > 0 {
        flags.push("wrong".into());
    }
    flags.extend(disturbance.flags.iter().copied().map(Into::into));
    Visit {
        cell: slot.cell as u32,
        start,
        block: slot.block,
        order: visit.number,
        limit_ms: Some(slot.limit.as_millis() as u64),
        elapsed_ns: Some(visited.elapsed_ns),
        samples: visited.samples,
        mean_ns: per_action(visited.elapsed_ns as f64 / visited.samples.max(1) as f64),
        p50_ns: visited.p50_ns.and_then(|p50| per_action(p50 as f64)),
        slices_p50_ns: Vec::new(),
        flags,
        noise: Some(disturbance.noise),
        repeats: slot.repeats,
    }
}

/// Says how far a cell came. Only starts whose every visit was made are whole.
fn settle(cell: &mut Cell, fate: &Fate, starts: usize, interrupted: bool) {
    let made = |start: &&CellStart| start.visits_done == start.visits_planned;
    let whole = cell.starts.iter().filter(made).count();
    let any = cell.starts.iter().any(|start| start.samples > 0);
    let status = if fate.void {
        "void"
    } else if whole == starts {
        "measured"
    } else if any {
        "partial"
    } else {
        "missing"
    };
    let why = if interrupted { "interrupted" } else { NOT_YET };
    let cause = fate.cause.clone().unwrap_or_else(|| why.into());
    cell.reason =
        (status != "measured").then(|| format!("{cause} ({whole} of {starts} restarts whole)"));
    cell.status = status.into();
}

fn empty_cell(cell: &Planned, lanes: &[&Known]) -> Cell {
    Cell {
        lane: lanes[cell.lane].about.name.clone(),
        engine: cell.engine_name().into(),
        workload: cell.asked.workload.name().into(),
        size: cell.asked.size,
        mode: cell.mode_name().into(),
        items: cell.items,
        kind: CALL.into(),
        placement: cell.placement.name().into(),
        status: "missing".into(),
        reason: None,
        starts: Vec::new(),
    }
}
