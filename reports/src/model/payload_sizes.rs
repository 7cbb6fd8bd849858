//! Single calls of workload `bytes` by what they carry: the cost model with n in bytes, and the
//! largest call against copying as many bytes in memory. It writes no text.

use crate::{
    figures::{
        cells::{CONFIDENCE, CellFigures},
        summary::Summary,
    },
    model::{
        Model,
        grid::{Grid, SizedCell},
    },
    record::{Asked, Lane, Record},
    stats::{
        estimates::{self, Estimate},
        resolution::Resolution,
        starts::Starts,
    },
};

/// The mode of the model.
pub const MODE: &str = "single";
/// The floor that the largest call is set against.
const COPYING: &str = "memcpy";

/// What calls of each size take, lane by lane.
#[derive(Clone, Debug)]
pub struct BySize<'s, 'a> {
    /// What is asked, but for the size.
    pub asked: Asked<'a>,
    /// Bytes each way that some lane was measured with, ascending.
    pub sizes: Vec<u32>,
    /// Loose to tight.
    pub lanes: Vec<LaneBySize<'s, 'a>>,
}

/// One lane.
#[derive(Clone, Debug)]
pub struct LaneBySize<'s, 'a> {
    /// The lane.
    pub lane: &'a Lane,
    /// Its single calls by bytes each way, ascending.
    pub calls: Vec<SizedCell<'s, 'a>>,
    /// T(n) = a + b n with n in bytes; absent with fewer than three sizes, or without a start that
    /// has them all.
    pub model: Option<Model>,
    /// Its largest call against copying.
    pub by_copy: Option<ByCopy>,
}

/// How many times as long a call takes as copying what it carries, there and back, once each way.
#[derive(Clone, Copy, Debug)]
pub struct ByCopy {
    /// Bytes each way.
    pub size: u32,
    /// Mean of the call by the time of both copies, paired by start.
    pub ratio: Estimate,
}

/// The calls of workload `bytes`, in the placement of the first of them; `None` where there are
/// none.
pub fn of<'s, 'a>(summary: &'s Summary<'a>) -> Option<BySize<'s, 'a>> {
    let asked = summary.scenes.iter().find(|scene| scene.asked.is_bytes())?.asked;
    let mut lanes = Vec::new();
    for lane in summary.lanes.iter().copied().filter(|lane| lane.answers) {
        let calls = calls_of(lane, &asked, summary);
        if !calls.is_empty() {
            let model = Grid::of_cells(&calls).and_then(|grid| Model::of_grid(&grid, MODE));
            let by_copy = calls.last().and_then(|one| by_copy(*one, summary.record));
            lanes.push(LaneBySize { lane, calls, model, by_copy });
        }
    }
    let mut sizes: Vec<u32> =
        lanes.iter().flat_map(|one| one.calls.iter().map(|call| call.size)).collect();
    sizes.sort_unstable();
    sizes.dedup();
    (!lanes.is_empty()).then_some(BySize { asked, sizes, lanes })
}

/// The single calls of a lane that differ from this question in nothing but the size, ascending.
fn calls_of<'s, 'a>(
    lane: &Lane,
    asked: &Asked,
    summary: &'s Summary<'a>,
) -> Vec<SizedCell<'s, 'a>> {
    let mut calls = Vec::new();
    for scene in summary.scenes.iter().filter(|scene| scene.asked.beside(asked)) {
        let row = scene.rows.iter().find(|row| row.lane.name == lane.name);
        if let Some(cell) = row.and_then(|row| row.single.as_ref()) {
            calls.push(SizedCell { size: scene.asked.size, cell });
        }
    }
    calls.sort_by_key(|call| call.size);
    calls
}

/// `None` for a call that carries nothing, and where copying was not measured in its starts.
fn by_copy(call: SizedCell, record: &Record) -> Option<ByCopy> {
    let ratio = by_copies(call.cell, f64::from(call.size), record)?;
    Some(ByCopy { size: call.size, ratio })
}

fn by_copies(cell: &CellFigures, size: f64, record: &Record) -> Option<Estimate> {
    let floor = record.floors.iter().find(|floor| floor.name == COPYING)?;
    let mut copies = Vec::new();
    for start in &floor.starts {
        // Once there and once back.
        let both_ns = start.bytes_per_s.map(|bytes_per_s| 2.0 * size * 1e9 / bytes_per_s);
        copies.extend(both_ns.filter(|ns| ns.is_finite() && *ns > 0.0).map(|ns| (start.start, ns)));
    }
    let copies = Starts::new(copies, Resolution::of_long_time());
    let whole = cell.comparable(|start| Some(start.item_ns));
    let ratios: Vec<f64> = whole.log_ratios(&copies).into_iter().map(f64::exp).collect();
    estimates::log_mean_of_starts(&ratios, whole.resolution.and(copies.resolution), CONFIDENCE)
}

impl LaneBySize<'_, '_> {
    /// The mean of its call of this size, ns.
    pub fn mean_ns(&self, size: u32) -> Option<Estimate> {
        self.calls.iter().find(|call| call.size == size).map(|call| call.cell.item)
    }

    /// Its model, where it says what other sizes take.
    pub fn holding(&self) -> Option<&Model> {
        self.model.as_ref().filter(|model| model.holds())
    }
}

impl BySize<'_, '_> {
    /// The largest size.
    pub fn largest(&self) -> u32 {
        self.sizes.last().copied().unwrap_or_default()
    }
}
