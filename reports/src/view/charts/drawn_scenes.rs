//! Which scenes have charts, and what of them.

use crate::{
    figures::{
        row::Row,
        summary::{Scene, Summary},
    },
    view::charts::points::MARKS,
};

/// Charts of so many scenes are drawn, and of a record with many cells fewer, so that the page
/// stays small; of all further ones the record has the numbers.
const MOST_SCENES: usize = 4;
const MOST_SCENES_OF_MANY_CELLS: usize = 2;
/// A record with more cells than this stays a file beside its page.
pub(crate) const MANY_CELLS: usize = 1_000;

/// Scenes that have charts: the main one in each placement, which are one chart with a choice, then
/// the first of the others.
pub(crate) fn scenes_drawn<'s, 'a>(summary: &'s Summary<'a>) -> Vec<&'s Scene<'a>> {
    let many = summary.record.cells.len() > MANY_CELLS;
    let most = if many { MOST_SCENES_OF_MANY_CELLS } else { MOST_SCENES };
    let placed = summary.placed();
    let Some(main) = placed.first() else { return placed };
    let others = summary.scenes.iter().filter(|scene| !scene.asked.asks_as(&main.asked));
    placed.iter().copied().chain(others.take(most - 1)).collect()
}

/// A scene without lanes that were measured in another placement.
pub(crate) fn own<'a>(scene: &Scene<'a>) -> Scene<'a> {
    let mut own = scene.clone();
    own.rows.retain(|row| row.is_of(scene.asked));
    own
}

/// True where some lane that answers was measured at more than one size.
pub(crate) fn has_lines(scene: &Scene) -> bool {
    let sizes = |row: &Row| row.cells.len() + usize::from(row.single.is_some());
    scene.rows.iter().any(|row| row.lane.answers && sizes(row) > 1)
}

/// True where some lane has a tail that is long enough for a line.
pub(crate) fn has_tails(scene: &Scene) -> bool {
    scene
        .rows
        .iter()
        .any(|row| row.tail.as_ref().is_ok_and(|tail| tail.nines() >= MARKS[0].1))
}
