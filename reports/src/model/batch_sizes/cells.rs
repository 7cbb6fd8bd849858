//! The cells of a lane by their batch size, as the comparisons of lanes over sizes take them. It
//! compares nothing.

use crate::{
    figures::{cells::CellFigures, row::Row},
    stats::starts::Starts,
};

/// The single call and the batches of a lane, whole ones, by items.
pub(crate) fn sizes<'s, 'a>(row: &'s Row<'a>) -> Vec<&'s CellFigures<'a>> {
    let batched = row.cells.iter().filter(|cell| cell.cell.mode == "batched");
    let mut cells: Vec<&CellFigures> =
        row.single.iter().chain(batched).filter(|cell| cell.whole).collect();
    cells.sort_by_key(|cell| cell.cell.items);
    cells
}

/// The one of these that has so many items.
pub(crate) fn sized<'s, 'a>(row: &'s Row<'a>, items: u32) -> Option<&'s CellFigures<'a>> {
    sizes(row).into_iter().find(|cell| cell.cell.items == items)
}

/// Mean time of an item in each start, ns.
pub(crate) fn means(cell: &CellFigures) -> Starts {
    cell.comparable(|start| Some(start.item_ns))
}
