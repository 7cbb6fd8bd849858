//! Mean times of an action by its items, start by start: what a model is fitted to.

use crate::{
    figures::{cells::CellFigures, row::Row},
    model::fit::Curve,
};

/// Mean time of an action by items, in each start that has all sizes.
#[derive(Clone, Debug)]
pub struct Grid {
    /// Items per action, ascending.
    pub sizes: Vec<u32>,
    /// Start, and the mean time of an action of each size, ns.
    pub starts: Vec<(u32, Vec<f64>)>,
}

impl Grid {
    pub(crate) fn items(&self) -> Vec<f64> {
        self.sizes.iter().map(|n| f64::from(*n)).collect()
    }

    /// The single call and all cells of one mode.
    pub(crate) fn of(row: &Row, mode: &str) -> Option<Self> {
        let of_mode = row.cells.iter().filter(|cell| cell.cell.mode == mode);
        let mut cells: Vec<&CellFigures> = row.single.iter().chain(of_mode).collect();
        cells.sort_by_key(|cell| cell.cell.items);
        let sizes = cells.iter().map(|cell| cell.cell.items).collect();
        let mut starts = Vec::new();
        for (start, _) in cells.first()?.comparable(|figures| Some(figures.item_ns)) {
            let times: Option<Vec<f64>> = cells.iter().map(|cell| action_ns(cell, start)).collect();
            if let Some(times) = times {
                starts.push((start, times));
            }
        }
        Some(Self { sizes, starts })
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
