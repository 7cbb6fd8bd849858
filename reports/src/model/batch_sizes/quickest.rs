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
        starts::Starts,
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
    /// Lanes than which no other is detected to be quicker, the quickest first, and the median of a
    /// single call or the mean of an item in a batch.
    pub first: Vec<(&'s Row<'a>, Estimate)>,
    /// Where these are several: what is said of all of them.
    pub tie: Option<&'static str>,
    /// The quickest of the others by the quickest of all, with the 99 % interval.
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

/// All cells of a contest. For single calls the first table says which lanes are behind others,
/// where it ranks them all; else it is decided in the family of all other pairs of all cells
/// (Holm).
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
            fields.extend(Field::of(scene, &rows, items));
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
    scene: &'s Scene<'a>,
    lanes: Vec<Competitor<'s, 'a>>,
    pairs: Vec<Pair>,
}

struct Competitor<'s, 'a> {
    row: &'s Row<'a>,
    cell: &'s CellFigures<'a>,
}

impl Competitor<'_, '_> {
    /// What lanes are put in order by: of a single call the median, as in the first table, of a
    /// batch the mean of an item.
    fn figure(&self) -> Estimate {
        if self.cell.cell.items == 1 { self.cell.p50 } else { self.cell.item }
    }

    /// The same in each start.
    fn starts(&self) -> Starts {
        if self.cell.cell.items == 1 {
            self.cell.comparable(|start| Some(start.p50_ns))
        } else {
            means(self.cell)
        }
    }
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
    fn of(scene: &'s Scene<'a>, rows: &[&'s Row<'a>], items: u32) -> Option<Self> {
        let lanes: Vec<Competitor> = rows
            .iter()
            .copied()
            .filter_map(|row| Some(Competitor { row, cell: sized(row, items)? }))
            .collect();
        if lanes.len() < 2 {
            return None;
        }
        let mut field = Self { items, scene, lanes, pairs: Vec::new() };
        if field.best_place().is_none() {
            field.pairs = field.all_pairs();
        }
        Some(field)
    }

    fn all_pairs(&self) -> Vec<Pair> {
        let mut pairs = Vec::new();
        for first in 0..self.lanes.len() {
            for second in first + 1..self.lanes.len() {
                let found = self.compared(first, second);
                pairs.extend(found.map(|comparison| Pair { first, second, comparison }));
            }
        }
        pairs
    }

    /// The best place of these lanes in the first table: of single calls that it ranks.
    fn best_place(&self) -> Option<usize> {
        if self.items != 1 {
            return None;
        }
        let places: Option<Vec<usize>> =
            self.lanes.iter().map(|lane| lane.row.rank.map(|rank| rank.place)).collect();
        places?.into_iter().min()
    }

    /// Which lanes are behind another one. Takes as many verdicts as there are pairs.
    fn behind(&self, detected: &mut impl Iterator<Item = bool>) -> Vec<bool> {
        if let Some(best) = self.best_place() {
            let is_best = |lane: &Competitor| lane.row.rank.is_some_and(|rank| rank.place == best);
            return self.lanes.iter().map(|lane| !is_best(lane)).collect();
        }
        let mut is_behind = vec![false; self.lanes.len()];
        for (pair, detected) in self.pairs.iter().zip(detected) {
            if detected {
                is_behind[pair.slower()] = true;
            }
        }
        is_behind
    }

    fn quickest(&self, detected: &mut impl Iterator<Item = bool>) -> Quickest<'s, 'a> {
        let is_behind = self.behind(detected);
        let mut order: Vec<usize> = (0..self.lanes.len()).collect();
        order.sort_by(|a, b| self.figure_ns(*a).total_cmp(&self.figure_ns(*b)));
        let (others, first): (Vec<usize>, Vec<usize>) =
            order.iter().partition(|at| is_behind[**at]);
        let tie = first.split_first().and_then(|(quickest, tied)| self.tie(*quickest, tied));
        let next = others
            .first()
            .and_then(|next| Some((self.lanes[*next].row, self.compared(*next, *order.first()?)?)));
        Quickest {
            items: self.items,
            asked: self.scene.asked,
            first: first.iter().map(|at| (self.lanes[*at].row, self.lanes[*at].figure())).collect(),
            tie,
            next,
        }
    }

    /// What is said of lanes than which none is shown to be quicker: the least certain of what is
    /// said of each of them and the quickest; none where it stands alone.
    fn tie(&self, quickest: usize, tied: &[usize]) -> Option<&'static str> {
        let found: Vec<Comparison> =
            tied.iter().filter_map(|other| self.compared(*other, quickest)).collect();
        let open = found.iter().find(|one| !one.within_margin());
        open.or(found.first()).map(|one| one.words_in_family(false))
    }

    fn figure_ns(&self, at: usize) -> f64 {
        self.lanes[at].figure().value
    }

    /// First by second: single calls as the first table places them, by pairs asked in turns where
    /// there are such.
    fn compared(&self, first: usize, second: usize) -> Option<Comparison> {
        let [first, second] = [first, second].map(|at| &self.lanes[at]);
        let single = self.items == 1;
        let in_turns = single.then(|| self.scene.compared_in_turns(first.row, second.row));
        in_turns.flatten().or_else(|| Comparison::of(&first.starts(), &second.starts()))
    }
}
