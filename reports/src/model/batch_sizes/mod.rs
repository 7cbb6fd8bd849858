//! Lanes against each other over all batch sizes: the ratio to one of them. Where two lanes cross
//! is in `model::crossover`, which is the quickest at each size in `model::quickest`. It writes no
//! text.

pub(crate) mod cells;
pub(crate) mod quickest;

pub use crate::model::batch_sizes::quickest::{Contest, Quickest, contests};
use crate::{
    figures::{row::Row, summary::Scene},
    model::{
        batch_sizes::cells::{means, sized, sizes},
        crossover::CrossOver,
    },
    stats::comparison::Comparison,
};
use std::cmp::Ordering;

/// Lanes in one drawing, at most; of more the default ones.
pub const MOST_LANES: usize = 12;

/// One lane against another at every size that both have.
#[derive(Clone, Debug)]
pub struct Against<'s, 'a> {
    /// The lane.
    pub row: &'s Row<'a>,
    /// Items per action, and its mean by that of the other, with the 99 % interval.
    pub points: Vec<(u32, Comparison)>,
}

/// Lanes that can be drawn against each other: they answer, and have whole batches of several
/// sizes. Of many, the default ones.
pub fn drawable<'s, 'a>(scene: &'s Scene<'a>) -> Vec<&'s Row<'a>> {
    let mut rows: Vec<&Row> = scene
        .rows
        .iter()
        .filter(|row| row.lane.answers && sizes(row).len() > 1)
        .collect();
    if rows.len() > MOST_LANES {
        rows.retain(|row| row.lane.is_default());
    }
    rows.truncate(MOST_LANES);
    rows
}

/// Lanes against a base: all of them where the base is in process; else those that leave the
/// process, because the others would press these into a corner of the drawing.
pub fn against<'s, 'a>(rows: &[&'s Row<'a>], base: &Row) -> Vec<Against<'s, 'a>> {
    let mut lines = Vec::new();
    for row in rows.iter().copied().filter(|row| is_shown_against(row, base)) {
        let points = ratios(row, base);
        if !points.is_empty() {
            lines.push(Against { row, points });
        }
    }
    lines
}

fn is_shown_against(row: &Row, base: &Row) -> bool {
    row.lane.name != base.lane.name && (base.lane.in_process || !row.lane.in_process)
}

/// Items, and first by second, for every size that both have.
fn ratios(row: &Row, base: &Row) -> Vec<(u32, Comparison)> {
    let mut points = Vec::new();
    for cell in sizes(row) {
        let items = cell.cell.items;
        let Some(other) = sized(base, items) else { continue };
        if let Some(comparison) = Comparison::of(&means(cell), &means(other)) {
            points.push((items, comparison));
        }
    }
    points
}

/// The base that is shown first: the lane that takes part in most cross-overs, of equals the first;
/// where nothing crosses, the one whose single call is the quickest of those that leave the
/// process, or of all.
pub fn first_base(rows: &[&Row], crossings: &[CrossOver]) -> Option<usize> {
    // Of equals, `min_by` takes the first.
    (0..rows.len()).min_by(|a, b| by_fitness_as_base(rows[*a], rows[*b], crossings))
}

/// The better base first.
fn by_fitness_as_base(a: &Row, b: &Row, crossings: &[CrossOver]) -> Ordering {
    let by_crossings = crossings_of(b, crossings).cmp(&crossings_of(a, crossings));
    let by_process = a.lane.in_process.cmp(&b.lane.in_process);
    let order = by_crossings.then(by_process);
    if crossings.is_empty() {
        order.then(single_ns(a).total_cmp(&single_ns(b)))
    } else {
        order
    }
}

/// How many cross-overs a lane takes part in.
fn crossings_of(row: &Row, crossings: &[CrossOver]) -> usize {
    let name = &row.lane.name;
    crossings
        .iter()
        .filter(|crossing| crossing.few.lane.name == *name || crossing.many.lane.name == *name)
        .count()
}

fn single_ns(row: &Row) -> f64 {
    row.single.as_ref().map_or(f64::INFINITY, |single| single.item.value)
}
