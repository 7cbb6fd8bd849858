//! Lanes against each other over all batch sizes: the ratio to one of them, and which is the
//! quickest at each batch size and payload. Where two lanes cross is in `model::crossover`. It
//! writes no text.

use crate::{
    figures::{
        cells::CellFigures,
        summary::{Row, Scene, Summary},
    },
    model::crossover::CrossOver,
    stats::{
        comparison::{self, Comparison, StartValue},
        estimates::Estimate,
    },
};
use std::cmp::Ordering;

/// Lanes in one drawing, at most; of more the default ones.
pub const MOST_LANES: usize = 12;
/// Payloads of the grid of the quickest, at most.
const MOST_PAYLOADS: usize = 8;

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
        rows.retain(|row| row.lane.default);
    }
    rows.truncate(MOST_LANES);
    rows
}

/// The single call and the batches of a lane, whole ones, by items.
fn sizes<'s, 'a>(row: &'s Row<'a>) -> Vec<&'s CellFigures<'a>> {
    let batched = row.cells.iter().filter(|cell| cell.cell.mode == "batched");
    let mut cells: Vec<&CellFigures> =
        row.single.iter().chain(batched).filter(|cell| cell.whole).collect();
    cells.sort_by_key(|cell| cell.cell.items);
    cells
}

fn sized<'s, 'a>(row: &'s Row<'a>, items: u32) -> Option<&'s CellFigures<'a>> {
    sizes(row).into_iter().find(|cell| cell.cell.items == items)
}

/// Mean time of an item in each start, ns.
fn means(cell: &CellFigures) -> Vec<StartValue> {
    cell.comparable(|start| Some(start.item_ns))
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

/// Lanes that may stand for each other, over all sizes and payloads.
#[derive(Clone, Debug)]
pub struct Contest<'s, 'a> {
    /// True for those without a callee process.
    pub in_process: bool,
    /// Languages of caller and callee; of lanes in process, where a lane is a language, the
    /// caller's twice.
    pub languages: [&'s str; 2],
    /// Items per action and ids per item, ascending by both.
    pub cells: Vec<Quickest<'s, 'a>>,
}

/// Who is the quickest for one size and payload.
#[derive(Clone, Debug)]
pub struct Quickest<'s, 'a> {
    /// Items per action.
    pub items: u32,
    /// Ids per item.
    pub max_results: u32,
    /// Lanes than which no other is detected to be quicker, and their means of an item, the
    /// quickest first.
    pub first: Vec<(&'s Row<'a>, Estimate)>,
    /// The quickest of the others, by the mean of the quickest, with the 99 % interval.
    pub next: Option<(&'s Row<'a>, Comparison)>,
}

/// Every contest of two lanes or more of the usual profile, with the engine of the main scene;
/// those that leave the process first.
pub fn contests<'s, 'a>(summary: &'s Summary<'a>) -> Vec<Contest<'s, 'a>> {
    let Some(main) = summary.main() else { return Vec::new() };
    let scenes: Vec<&Scene> =
        summary.scenes.iter().filter(|scene| scene.engine == main.engine).collect();
    let mut kinds: Vec<Kind> = Vec::new();
    for row in scenes.iter().flat_map(|scene| &scene.rows).filter(|row| competes(row)) {
        let kind = Kind::of(row);
        if !kinds.contains(&kind) {
            kinds.push(kind);
        }
    }
    // A stable sort: inside each half the order of the table.
    kinds.sort_by_key(|kind| kind.in_process);
    let mut contests = Vec::new();
    for kind in kinds {
        let cells = cells_of(&scenes, kind);
        if !cells.is_empty() {
            contests.push(Contest {
                in_process: kind.in_process,
                languages: kind.languages,
                cells,
            });
        }
    }
    contests
}

fn competes(row: &Row) -> bool {
    row.lane.answers && row.is_equal()
}

/// Lanes of one kind may stand for each other.
#[derive(Clone, Copy, PartialEq)]
struct Kind<'s> {
    in_process: bool,
    languages: [&'s str; 2],
}

impl<'s> Kind<'s> {
    fn of(row: &'s Row) -> Self {
        let lane = row.lane;
        let in_process = lane.in_process;
        let callee = if in_process { &lane.caller } else { &lane.callee };
        Self { in_process, languages: [&lane.caller, callee] }
    }
}

/// All cells of a contest. Which lanes are behind others is decided in the family of all pairs of
/// all its cells (Holm).
fn cells_of<'s, 'a>(scenes: &[&'s Scene<'a>], kind: Kind) -> Vec<Quickest<'s, 'a>> {
    let mut scenes = scenes.to_vec();
    scenes.sort_by_key(|scene| scene.max_results);
    let mut fields: Vec<Field> = Vec::new();
    for scene in scenes.iter().take(MOST_PAYLOADS) {
        let rows: Vec<&Row> =
            scene.rows.iter().filter(|row| competes(row) && Kind::of(row) == kind).collect();
        for items in all_sizes(&rows) {
            fields.extend(Field::of(&rows, items, scene.max_results));
        }
    }
    let pairs = fields.iter().flat_map(|field| field.pairs.iter().map(|pair| &pair.comparison));
    let mut detected = comparison::detected_in_family(pairs).into_iter();
    fields.iter().map(|field| field.quickest(&mut detected)).collect()
}

/// Items per action that any of these lanes has, ascending.
fn all_sizes(rows: &[&Row]) -> Vec<u32> {
    let cells = rows.iter().flat_map(|row| sizes(row));
    let mut items: Vec<u32> = cells.map(|cell| cell.cell.items).collect();
    items.sort_unstable();
    items.dedup();
    items
}

/// The lanes that have one size and payload, each against each.
struct Field<'s, 'a> {
    items: u32,
    max_results: u32,
    lanes: Vec<Competitor<'s, 'a>>,
    pairs: Vec<Pair>,
}

struct Competitor<'s, 'a> {
    row: &'s Row<'a>,
    cell: &'s CellFigures<'a>,
}

/// Two lanes of a field, by their places in it.
struct Pair {
    first: usize,
    second: usize,
    /// First by second.
    comparison: Comparison,
}

impl Pair {
    fn slower(&self) -> usize {
        if self.comparison.ratio.value > 1.0 {
            self.first
        } else {
            self.second
        }
    }
}

impl<'s, 'a> Field<'s, 'a> {
    fn of(rows: &[&'s Row<'a>], items: u32, max_results: u32) -> Option<Self> {
        let lanes: Vec<Competitor> = rows
            .iter()
            .copied()
            .filter_map(|row| Some(Competitor { row, cell: sized(row, items)? }))
            .collect();
        if lanes.len() < 2 {
            return None;
        }
        let mut pairs = Vec::new();
        for first in 0..lanes.len() {
            for second in first + 1..lanes.len() {
                let (a, b) = (means(lanes[first].cell), means(lanes[second].cell));
                if let Some(comparison) = Comparison::of(&a, &b) {
                    pairs.push(Pair { first, second, comparison });
                }
            }
        }
        Some(Self { items, max_results, lanes, pairs })
    }

    /// Takes as many verdicts as it has pairs.
    fn quickest(&self, detected: &mut impl Iterator<Item = bool>) -> Quickest<'s, 'a> {
        let mut is_behind = vec![false; self.lanes.len()];
        for (pair, detected) in self.pairs.iter().zip(detected) {
            if detected {
                is_behind[pair.slower()] = true;
            }
        }
        let mut order: Vec<usize> = (0..self.lanes.len()).collect();
        order.sort_by(|a, b| self.mean_ns(*a).total_cmp(&self.mean_ns(*b)));
        let mut first = Vec::new();
        for lane in order.iter().filter(|at| !is_behind[**at]).map(|at| &self.lanes[*at]) {
            first.push((lane.row, lane.cell.item));
        }
        let next = order.iter().find(|at| is_behind[**at]);
        Quickest {
            items: self.items,
            max_results: self.max_results,
            first,
            next: next.and_then(|at| self.against(*at, order[0])),
        }
    }

    fn mean_ns(&self, at: usize) -> f64 {
        self.lanes[at].cell.item.value
    }

    fn against(&self, at: usize, base: usize) -> Option<(&'s Row<'a>, Comparison)> {
        let (lane, base) = (&self.lanes[at], &self.lanes[base]);
        Some((lane.row, Comparison::of(&means(lane.cell), &means(base.cell))?))
    }
}
