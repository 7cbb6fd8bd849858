//! Which lanes are the quickest at each batch size and payload, among those that may stand for each
//! other. It writes no text.

use crate::{
    figures::{
        cells::CellFigures,
        row::Row,
        summary::{Scene, Summary},
    },
    model::batch_sizes::cells::{means, sized, sizes},
    record::Asked,
    stats::{
        comparison::{self, Comparison},
        estimates::Estimate,
    },
};

/// Payloads of the grid of the quickest, at most.
const MOST_PAYLOADS: usize = 8;

/// Lanes that may stand for each other, over all sizes and payloads, in one placement.
#[derive(Clone, Debug)]
pub struct Contest<'s, 'a> {
    /// Where they ran, as `on two cores`; absent where the run has one placement.
    pub placed: Option<String>,
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
    /// What each item asks.
    pub asked: Asked<'a>,
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
    let placed = summary.scenes.iter().filter(|scene| scene.asked.asks_as(&main.asked));
    placed.flat_map(|placed| contests_beside(summary, placed)).collect()
}

/// Those of one placement: of the payloads beside those of this scene.
fn contests_beside<'s, 'a>(summary: &'s Summary<'a>, of: &Scene<'a>) -> Vec<Contest<'s, 'a>> {
    let plan = &summary.record.plan;
    let placed = (plan.placements.len() > 1).then(|| plan.placement_phrase(of.asked.placement));
    let scenes: Vec<&Scene> =
        summary.scenes.iter().filter(|scene| scene.asked.beside(&of.asked)).collect();
    let mut kinds: Vec<Kind> = Vec::new();
    for scene in &scenes {
        for row in scene.rows.iter().filter(|row| competes(row, scene)) {
            let kind = Kind::of(row);
            if !kinds.contains(&kind) {
                kinds.push(kind);
            }
        }
    }
    // A stable sort: inside each half the order of the table.
    kinds.sort_by_key(|kind| kind.in_process);
    let mut contests = Vec::new();
    for kind in kinds {
        let cells = cells_of(&scenes, kind);
        if !cells.is_empty() {
            contests.push(Contest {
                placed: placed.clone(),
                in_process: kind.in_process,
                languages: kind.languages,
                cells,
            });
        }
    }
    contests
}

/// Lanes that were measured in another placement compete there.
fn competes(row: &Row, scene: &Scene) -> bool {
    row.lane.answers && row.is_equal() && row.is_of(scene.asked)
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
    scenes.sort_by_key(|scene| scene.asked.size);
    let mut fields: Vec<Field> = Vec::new();
    for scene in scenes.iter().take(MOST_PAYLOADS) {
        let rows: Vec<&Row> = scene
            .rows
            .iter()
            .filter(|row| competes(row, scene) && Kind::of(row) == kind)
            .collect();
        for items in all_sizes(&rows) {
            fields.extend(Field::of(&rows, items, scene.asked));
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
    asked: Asked<'a>,
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
    fn of(rows: &[&'s Row<'a>], items: u32, asked: Asked<'a>) -> Option<Self> {
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
        Some(Self { items, asked, lanes, pairs })
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
            asked: self.asked,
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
