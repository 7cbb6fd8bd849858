//! Mean times of an action by its size, start by start: what a model is fitted to. The size is
//! that of the axis of the fit: items of an action, or bytes that a single call carries.

use crate::{
    figures::{cells::CellFigures, row::Row},
    model::fit::Curve,
    stats::resolution::Resolution,
};

/// A cell with its size on the axis of a fit.
#[derive(Clone, Copy, Debug)]
pub struct SizedCell<'s, 'a> {
    /// Items of an action, or bytes of a single call.
    pub size: u32,
    /// The cell.
    pub cell: &'s CellFigures<'a>,
}

/// The single call and all cells of one mode by their items, ascending.
pub(crate) fn by_items<'s, 'a>(row: &'s Row<'a>, mode: &str) -> Vec<SizedCell<'s, 'a>> {
    let of_mode = row.cells.iter().filter(|cell| cell.cell.mode == mode);
    let cells = row.single.iter().chain(of_mode);
    let mut sized: Vec<SizedCell> =
        cells.map(|cell| SizedCell { size: cell.cell.items, cell }).collect();
    sized.sort_by_key(|one| one.size);
    sized
}

/// Mean time of an action by its size, in each start that has all sizes.
#[derive(Clone, Debug)]
pub struct Grid {
    /// Items per action, or bytes of a call, ascending.
    pub sizes: Vec<u32>,
    /// Start, and the mean time of an action of each size, ns.
    pub starts: Vec<(u32, Vec<f64>)>,
    /// How finely these times can be told: that of the size that is told worst.
    pub resolution: Resolution,
}

impl Grid {
    pub(crate) fn items(&self) -> Vec<f64> {
        self.sizes.iter().map(|n| f64::from(*n)).collect()
    }

    /// The single call and all cells of one mode, by items.
    pub(crate) fn of(row: &Row, mode: &str) -> Option<Self> {
        Self::of_cells(&by_items(row, mode))
    }

    /// These cells, ascending by size; `None` of none.
    pub(crate) fn of_cells(cells: &[SizedCell]) -> Option<Self> {
        let sizes = cells.iter().map(|one| one.size).collect();
        let first = cells.first()?.cell;
        let mut starts = Vec::new();
        for &(start, _) in first.comparable(|figures| Some(figures.item_ns)).iter() {
            let times: Option<Vec<f64>> =
                cells.iter().map(|one| action_ns(one.cell, start)).collect();
            if let Some(times) = times {
                starts.push((start, times));
            }
        }
        let resolution = cells.iter().map(|one| one.cell.resolution);
        let resolution = resolution.fold(Resolution::EXACT, Resolution::coarser);
        Some(Self { sizes, starts, resolution })
    }

    /// How finely what a call takes and what an item takes can be told, ns: a call rests on the
    /// smallest size, an item on the largest.
    pub(crate) fn finest_ns(&self) -> [f64; 2] {
        let mean_ns = |size: usize| {
            let sum: f64 = self.starts.iter().filter_map(|(_, ns)| ns.get(size)).sum();
            sum / self.starts.len().max(1) as f64
        };
        let last = self.sizes.len().saturating_sub(1);
        let most = f64::from(self.sizes.last().copied().unwrap_or(1).max(1));
        let share = self.resolution.share();
        [share * mean_ns(0), share * mean_ns(last) / most]
    }

    /// A curve for each start, made of the times of its sizes; `None` where one start has none.
    pub(crate) fn fitted(
        &self,
        fit: impl Fn(&[f64]) -> Option<Curve>,
    ) -> Option<Vec<(u32, Curve)>> {
        let mut curves = Vec::new();
        for (start, ns) in &self.starts {
            curves.push((*start, fit(ns)?));
        }
        Some(curves)
    }
}

/// Mean time of an action in one start; none where no start of the cell is whole.
fn action_ns(cell: &CellFigures, start: u32) -> Option<f64> {
    let figures = cell.start(start).filter(|_| cell.whole)?;
    Some(figures.item_ns * f64::from(cell.cell.items))
}
