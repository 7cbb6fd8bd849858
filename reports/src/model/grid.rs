//! Mean times of an action by its size, start by start: what a model is fitted to. The size is
//! that of the axis of the fit: items of an action, or bytes that a single call carries.

use crate::{
    figures::{cells::CellFigures, row::Row},
    model::fit::Curve,
    stats::{
        resolution::Resolution,
        starts::{self, Starts},
    },
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
        let at = starts_of(cells.first()?.cell);
        let (mut sizes, mut times, mut resolution) = (Vec::new(), Vec::new(), Resolution::EXACT);
        for one in cells {
            let own = action_ns(one.cell);
            let standing = starts::standing_at(&own, &at);
            // One that was measured apart, in too few starts to stand anywhere else, is left out.
            if standing.is_empty() && !own.is_empty() {
                continue;
            }
            sizes.push(one.size);
            times.push(standing);
            resolution = resolution.coarser(one.cell.resolution);
        }
        let mut starts = Vec::new();
        for &start in &at {
            let of_start = times.iter().map(|one| starts::value_at(one, start));
            if let Some(of_start) = of_start.collect::<Option<Vec<f64>>>() {
                starts.push((start, of_start));
            }
        }
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

/// The starts that stand behind a cell.
fn starts_of(cell: &CellFigures) -> Vec<u32> {
    action_ns(cell).iter().map(|(start, _)| *start).collect()
}

/// Mean time of an action in each start, ns; none where no start of the cell is whole.
fn action_ns(cell: &CellFigures) -> Starts {
    let items = f64::from(cell.cell.items);
    cell.comparable(|figures| Some(figures.item_ns * items))
}
