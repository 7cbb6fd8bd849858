//! Mean times of an action by its items, start by start: what a model is fitted to.

use crate::figures::{cells::CellFigures, row::Row};

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
        let first = cells.first()?.comparable(|s| Some(s.item_ns));
        let at = |start: u32, cell: &CellFigures| {
            let figures = cell.start(start).filter(|_| cell.whole)?;
            Some(figures.item_ns * f64::from(cell.cell.items))
        };
        let all = |start: u32| {
            Some((start, cells.iter().map(|cell| at(start, cell)).collect::<Option<_>>()?))
        };
        let starts = first.iter().filter_map(|(start, _)| all(*start)).collect();
        Some(Self { sizes, starts })
    }
}
