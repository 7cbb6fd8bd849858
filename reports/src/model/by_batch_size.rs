//! Lanes against each other over all batch sizes: the ratio to one of them, and which is the
//! quickest at each batch size and payload. Where two lanes cross is in `model::pairs`. It writes
//! no text.

use crate::{
    figures::{
        cells::CellFigures,
        row::Row,
        summary::{Scene, Summary},
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
    let usable = |row: &&Row| row.lane.answers && sizes(row).len() > 1;
    let mut rows: Vec<&Row> = scene.rows.iter().filter(usable).collect();
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

fn means(cell: &CellFigures) -> Vec<StartValue> {
    cell.comparable(|start| Some(start.item_ns))
}

/// Lanes against a base: all of them where the base is in process; else those that leave the
/// process, because the others would press these into a corner of the drawing.
pub fn against<'s, 'a>(rows: &[&'s Row<'a>], base: &Row) -> Vec<Against<'s, 'a>> {
    let shown = |row: &&&Row| {
        row.lane.name != base.lane.name && (base.lane.in_process || !row.lane.in_process)
    };
    let ratios = |&row: &&'s Row<'a>| {
        let point = |cell: &&CellFigures| {
            let other =
                sizes(base).into_iter().find(|other| other.cell.items == cell.cell.items)?;
            Some((cell.cell.items, Comparison::of(&means(cell), &means(other))?))
        };
        let points: Vec<_> = sizes(row).iter().filter_map(point).collect();
        (!points.is_empty()).then_some(Against { row, points })
    };
    rows.iter().filter(shown).filter_map(ratios).collect()
}

/// The base that is shown first: the lane that takes part in most cross-overs, of equals the first;
/// where nothing crosses, the one whose single call is the quickest of those that leave the
/// process, or of all.
pub fn first_base(rows: &[&Row], crossings: &[CrossOver]) -> Option<usize> {
    let crossed = |row: &Row| {
        let takes_part =
            |one: &&CrossOver| [one.few, one.many].iter().any(|r| r.lane.name == row.lane.name);
        crossings.iter().filter(takes_part).count()
    };
    let call = |row: &Row| row.single.as_ref().map_or(f64::INFINITY, |single| single.item.value);
    let key = |row: &Row| (std::cmp::Reverse(crossed(row)), row.lane.in_process);
    let mut order: Vec<usize> = (0..rows.len()).collect();
    // A stable sort: of equals the first.
    order.sort_by(|a, b| {
        let by_time = call(rows[*a]).total_cmp(&call(rows[*b]));
        key(rows[*a]).cmp(&key(rows[*b])).then(if crossings.is_empty() {
            by_time
        } else {
            Ordering::Equal
        })
    });
    order.first().copied()
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
    let mut kinds: Vec<(bool, [&str; 2])> = Vec::new();
    for row in scenes.iter().flat_map(|scene| &scene.rows).filter(|row| competes(row)) {
        if !kinds.contains(&kind(row)) {
            kinds.push(kind(row));
        }
    }
    // A stable sort: inside each half the order of the table.
    kinds.sort_by_key(|(in_process, _)| *in_process);
    let contest = |&(in_process, languages): &(bool, [&'s str; 2])| {
        let cells = cells_of(&scenes, (in_process, languages));
        (!cells.is_empty()).then_some(Contest { in_process, languages, cells })
    };
    kinds.iter().filter_map(contest).collect()
}

fn competes(row: &Row) -> bool {
    row.lane.answers && row.is_equal()
}

fn kind<'s>(row: &'s Row) -> (bool, [&'s str; 2]) {
    let (lane, inside) = (row.lane, row.lane.in_process);
    (inside, [&lane.caller, if inside { &lane.caller } else { &lane.callee }])
}

/// All cells of a contest. Which lanes are behind others is decided in the family of all pairs of
/// all its cells (Holm).
fn cells_of<'s, 'a>(scenes: &[&'s Scene<'a>], wanted: (bool, [&str; 2])) -> Vec<Quickest<'s, 'a>> {
    let mut scenes = scenes.to_vec();
    scenes.sort_by_key(|scene| scene.max_results);
    let mut fields: Vec<Field> = Vec::new();
    for scene in scenes.iter().take(MOST_PAYLOADS) {
        let rows: Vec<&Row> =
            scene.rows.iter().filter(|row| competes(row) && kind(row) == wanted).collect();
        let mut items: Vec<u32> =
            rows.iter().flat_map(|row| sizes(row)).map(|cell| cell.cell.items).collect();
        items.sort_unstable();
        items.dedup();
        fields.extend(
            items.into_iter().filter_map(|items| Field::of(&rows, items, scene.max_results)),
        );
    }
    let pairs = fields
        .iter()
        .flat_map(|field| field.pairs.iter().map(|(.., comparison)| comparison));
    let mut detected = comparison::detected_in_family(pairs).into_iter();
    fields.iter().map(|field| field.quickest(&mut detected)).collect()
}

/// The lanes that have one size and payload, each against each.
struct Field<'s, 'a> {
    items: u32,
    max_results: u32,
    lanes: Vec<(&'s Row<'a>, &'s CellFigures<'a>)>,
    pairs: Vec<(usize, usize, Comparison)>,
}

impl<'s, 'a> Field<'s, 'a> {
    fn of(rows: &[&'s Row<'a>], items: u32, max_results: u32) -> Option<Self> {
        let cell = |row: &&'s Row<'a>| {
            Some((*row, sizes(row).into_iter().find(|cell| cell.cell.items == items)?))
        };
        let lanes: Vec<_> = rows.iter().filter_map(cell).collect();
        let mut pairs = Vec::new();
        for (first, (_, a)) in lanes.iter().enumerate() {
            for (second, (_, b)) in lanes.iter().enumerate().skip(first + 1) {
                pairs.extend(Comparison::of(&means(a), &means(b)).map(|one| (first, second, one)));
            }
        }
        (lanes.len() > 1).then_some(Self { items, max_results, lanes, pairs })
    }

    /// Takes as many verdicts as it has pairs.
    fn quickest(&self, detected: &mut impl Iterator<Item = bool>) -> Quickest<'s, 'a> {
        let slower = |(first, second, one): &(usize, usize, Comparison)| {
            if one.ratio.value > 1.0 { *first } else { *second }
        };
        let told: Vec<bool> = detected.take(self.pairs.len()).collect();
        let behind: Vec<usize> = self
            .pairs
            .iter()
            .zip(told)
            .filter(|(_, told)| *told)
            .map(|(pair, _)| slower(pair))
            .collect();
        let mut order: Vec<usize> = (0..self.lanes.len()).collect();
        order.sort_by(|a, b| self.lanes[*a].1.item.value.total_cmp(&self.lanes[*b].1.item.value));
        let lane = |at: &usize| (self.lanes[*at].0, self.lanes[*at].1.item);
        let first = order.iter().filter(|at| !behind.contains(at)).map(lane).collect();
        let next = order.iter().find(|at| behind.contains(at)).and_then(|at| {
            let (row, cell) = self.lanes[*at];
            Some((row, Comparison::of(&means(cell), &means(self.lanes[*order.first()?].1))?))
        });
        Quickest {
            items: self.items,
            max_results: self.max_results,
            first,
            next,
        }
    }
}
