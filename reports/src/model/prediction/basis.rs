//! What is known of one lane for a prediction: its curves, or its measured times, and its CPU time.
//! It predicts nothing; `prediction` does.

use crate::{
    figures::{cells::CONFIDENCE, row::Row, summary::Scene},
    model::{
        MODES, Model,
        fit::Curve,
        grid::{Grid, SizedCell, by_items},
        payload_sizes::{self, LaneBySize},
    },
    record::Lane,
    stats::{
        estimates,
        starts::{self, StartValue},
    },
};
use serde::{Deserialize, Serialize};

/// Significant digits that are kept of what the page computes with, so that it computes with the
/// same numbers as this program.
const DIGITS: usize = 7;

/// What the sizes of calls count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Axis {
    /// Items of a call: an action is split into calls.
    #[default]
    Items,
    /// Bytes that a call carries each way: an action is one call.
    Bytes,
}

/// What is known of one lane.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Basis {
    /// What its sizes count.
    #[serde(default)]
    pub axis: Axis,
    /// True where no network can come between the two sides.
    pub in_process: bool,
    /// Measured items per call, or bytes of a call, ascending.
    pub sizes: Vec<u32>,
    /// The fitted curve of each start, `[a, b]` or `[a, b, bend, b beyond it]`, ns; empty where no
    /// linear model holds.
    pub curves: Vec<Vec<f64>>,
    /// Mean time of a call of each size in each start, ns. Calls of other sizes lie on the curve,
    /// or without one on straight lines between these.
    pub measured_ns: Vec<Vec<f64>>,
    /// CPU time of both sides for a call of each size in each start, ns; empty where some of it was
    /// not read.
    pub cpu_ns: Vec<Vec<f64>>,
    /// How finely the times can be told, as a share: the least half width of an interval.
    pub finest: f64,
    /// The quantile of Student's t for the starts of the times and for those of the CPU times,
    /// two-sided 95 %.
    pub t: [f64; 2],
}

impl Basis {
    /// What is known of a lane from its single call and its batches; the harness is the lane that
    /// answers nothing. `None` where no start has them all.
    pub fn of(row: &Row, scene: &Scene) -> Option<Self> {
        let harness = scene.harness().filter(|harness| harness.lane.caller == row.lane.caller);
        let spent = harness.map(|harness| by_items(harness, MODES[0]));
        let cells = by_items(row, MODES[0]);
        Self::of_cells(Axis::Items, row.lane, &cells, MODES[0], spent.as_deref())
    }

    /// What is known of a lane from its single calls of several sizes. What the harness takes for
    /// such a call is not known: its lane carries no bytes.
    pub fn of_bytes(lane: &LaneBySize) -> Option<Self> {
        Self::of_cells(Axis::Bytes, lane.lane, &lane.calls, payload_sizes::MODE, None)
    }

    /// From these cells, ascending by size, and those of the harness, whose CPU time is not the
    /// lane's.
    fn of_cells(
        axis: Axis,
        lane: &Lane,
        cells: &[SizedCell],
        mode: &str,
        harness: Option<&[SizedCell]>,
    ) -> Option<Self> {
        let grid = Grid::of_cells(cells)?;
        if grid.starts.is_empty() {
            return None;
        }
        let curves = match Model::of_grid(&grid, mode).filter(Model::holds) {
            Some(model) => model.curves.iter().map(|(_, curve)| coefficients(curve)).collect(),
            None => Vec::new(),
        };
        let measured_ns: Vec<Vec<f64>> =
            grid.starts.iter().map(|(_, ns)| rounded_all(ns)).collect();
        let cpu_ns = cpu_ns(lane, cells, harness, &grid).unwrap_or_default();
        let t = [grid.starts.len(), cpu_ns.len()]
            .map(|starts| estimates::t_quantile(starts, CONFIDENCE));
        // What is no number cannot stand in JSON.
        let mut numbers = curves.iter().chain(&measured_ns).chain(&cpu_ns).flatten();
        if !numbers.all(|number| number.is_finite()) {
            return None;
        }
        Some(Self {
            axis,
            in_process: lane.in_process,
            sizes: grid.sizes,
            curves,
            measured_ns,
            cpu_ns,
            finest: rounded(grid.resolution.share()),
            t,
        })
    }
}

/// `[a, b]` or `[a, b, bend, b beyond it]`.
fn coefficients(curve: &Curve) -> Vec<f64> {
    let mut coefficients = vec![rounded(curve.call_ns), rounded(curve.item_ns)];
    if let Some(bend) = curve.bend {
        coefficients.extend([bend.items, rounded(bend.item_beyond_ns)]);
    }
    coefficients
}

/// CPU time of both sides for a call of each size, less what the harness takes for a call of that
/// size, in each start of the grid, ns; `None` where one figure is missing.
fn cpu_ns(
    lane: &Lane,
    cells: &[SizedCell],
    harness: Option<&[SizedCell]>,
    grid: &Grid,
) -> Option<Vec<Vec<f64>>> {
    let at: Vec<u32> = grid.starts.iter().map(|(start, _)| *start).collect();
    let others = Others { callee: !lane.in_process, server: lane.server.is_some() };
    let mut sizes = Vec::new();
    for one in cells.iter().filter(|one| grid.sizes.contains(&one.size)) {
        sizes.push(starts::standing_at(&calls_cpu_ns(*one, others, harness)?, &at));
    }
    let of_start = |start: &u32| -> Option<Vec<f64>> {
        sizes.iter().map(|one| starts::value_at(one, *start).map(rounded)).collect()
    };
    at.iter().map(of_start).collect()
}

/// Which processes a lane has beside its caller.
#[derive(Clone, Copy)]
struct Others {
    callee: bool,
    server: bool,
}

/// CPU time of a call of this size in each of its starts, ns.
fn calls_cpu_ns(
    call: SizedCell,
    others: Others,
    harness: Option<&[SizedCell]>,
) -> Option<Vec<StartValue>> {
    let mut own = Vec::new();
    for start in &call.cell.starts {
        let callee = if others.callee { start.cpu_callee_ns? } else { 0.0 };
        let server = if others.server { start.cpu_server_ns? } else { 0.0 };
        own.push((start.start, start.cpu_caller_ns? + callee + server));
    }
    if let Some(harness) = harness {
        let same = harness.iter().find(|other| other.size == call.size)?;
        let spent = same.cell.starts.iter().filter_map(|s| Some((s.start, s.cpu_caller_ns?)));
        let spent: Vec<StartValue> = spent.collect();
        let (both, spent) = starts::put_together(&own, &spent);
        own.clear();
        for (start, ns) in both {
            own.push((start, ns - starts::value_at(&spent, start)?));
        }
    }
    let items = f64::from(call.cell.cell.items);
    Some(own.into_iter().map(|(start, ns)| (start, ns * items)).collect())
}

fn rounded_all(ns: &[f64]) -> Vec<f64> {
    ns.iter().map(|ns| rounded(*ns)).collect()
}

/// To [`DIGITS`].
fn rounded(ns: f64) -> f64 {
    format!("{ns:.*e}", DIGITS - 1).parse().unwrap_or(ns)
}
