//! The cost model: T(n) = a + b n for an action of n items over a lane, or for a single call that
//! carries n bytes, fitted in each start (METHOD.md). What follows from it, each with its interval:
//! from which batch size on the items outweigh the call, where two lanes cross, how much work makes
//! the choice between them unimportant. All of it is made from the record;
//! nothing of it is kept there.

pub mod batch_sizes;
pub mod changes;
pub mod crossover;
pub mod fit;
pub mod grid;
pub mod linearity;
pub mod load_curves;
pub mod payload_sizes;
pub mod prediction;
pub mod term;
pub mod usl;

use crate::{
    figures::{
        cells::{CONFIDENCE, CellFigures},
        row::Row,
        summary::Scene,
    },
    model::{
        fit::Curve,
        grid::Grid,
        linearity::{Form, Missed},
        term::Figure,
    },
    stats::{
        estimates::{self, Estimate},
        resolution::Resolution,
        starts::Starts,
    },
};

/// The most items of one call: lanes refuse more (`fixtures/src/limits.rs`). A record does not say
/// so; the program does not compile where both differ.
pub const MOST_BATCH: u32 = 1_024;
/// The share of an action that its call takes at [`Model::knee`], and at
/// [`Model::batch_for_tenth`].
const HALF: f64 = 0.5;
const TENTH: f64 = 0.1;

/// The model of one lane and mode. Where its sizes are bytes of a single call, as in
/// [`payload_sizes`], read bytes for items in all of it.
#[derive(Clone, Debug)]
pub struct Model {
    /// `batched`, `pipelined`, `streamed`.
    pub mode: String,
    /// Sizes it rests on.
    pub sizes: Vec<u32>,
    /// A line, a line with a bend, or neither.
    pub form: Form,
    /// How far it misses sizes that it has not seen.
    pub missed: Missed,
    /// How finely the times it rests on can be told.
    pub resolution: Resolution,
    /// Start and curve, no term below 0: the joint values of a and b behind every figure.
    pub curves: Vec<(u32, Curve)>,
    /// a: what an action takes whatever it carries, ns.
    pub call_ns: Figure,
    /// b: what each item adds, ns; up to the bend where there is one.
    pub item_ns: Figure,
    /// What each item adds beyond the bend, ns.
    pub item_beyond_ns: Option<Figure>,
    /// Items of an action half of which is its call: a / b for a line. Absent where an item takes
    /// nothing that is told from 0.
    pub knee: Option<Figure>,
    /// Items of an action a tenth of which is its call: 9 a / b for a line. It may lie beyond the
    /// largest size.
    pub batch_for_tenth: Option<Figure>,
}

/// Modes that move n items in one action of their own.
pub const MODES: [&str; 3] = ["batched", "pipelined", "streamed"];

impl Model {
    /// The model of a lane in one mode; `None` with fewer than three sizes, or no start that has
    /// them all.
    pub fn of(row: &Row, mode: &str) -> Option<Self> {
        Self::of_grid(&Grid::of(row, mode)?, mode)
    }

    /// The model of these times.
    pub fn of_grid(grid: &Grid, mode: &str) -> Option<Self> {
        if grid.starts.is_empty() {
            return None;
        }
        let (form, missed) = linearity::of(grid)?;
        let bend = match form {
            Form::Bent(bend) => Some(f64::from(bend)),
            _ => None,
        };
        let curves = grid.fitted(|ns| linearity::curve(grid, ns, form))?;
        let free = grid.fitted(|ns| fit::free(&grid.items(), ns, bend))?;
        let free: Vec<Curve> = free.into_iter().map(|(_, curve)| curve).collect();
        let [finest_call_ns, finest_item_ns] = grid.finest_ns();
        let call_ns = figure_of(&free, finest_call_ns, |curve| curve.call_ns)?;
        let item_ns = figure_of(&free, finest_item_ns, |curve| curve.item_ns)?;
        let told = call_ns.told().is_some();
        // A number of items is a ratio of both.
        let resolution = call_ns.resolution(finest_call_ns);
        let resolution = resolution.and(item_ns.resolution(finest_item_ns));
        // Where an item takes nothing that is told from 0, no number of items outweighs the call.
        let items = |share| item_ns.told().and_then(|_| items_for(&free, share, resolution, told));
        Some(Self {
            mode: mode.to_owned(),
            sizes: grid.sizes.clone(),
            resolution: grid.resolution,
            form,
            missed,
            call_ns,
            item_ns,
            item_beyond_ns: bend.and_then(|_| figure_of(&free, finest_item_ns, beyond_ns)),
            knee: items(HALF),
            batch_for_tenth: items(TENTH),
            curves,
        })
    }

    /// True where it says what a size takes that was not measured.
    pub fn holds(&self) -> bool {
        self.form != Form::Neither
    }

    /// The largest size it rests on.
    pub fn most_items(&self) -> u32 {
        self.sizes.last().copied().unwrap_or(1)
    }

    /// The curve of a start.
    pub fn curve(&self, start: u32) -> Option<&Curve> {
        self.curves.iter().find(|(of, _)| *of == start).map(|(_, curve)| curve)
    }
}

/// One term of the curves over all starts, told no finer than this.
fn figure_of(curves: &[Curve], finest_ns: f64, term: impl Fn(&Curve) -> f64) -> Option<Figure> {
    let values: Vec<f64> = curves.iter().map(term).collect();
    Figure::of(&values, finest_ns)
}

fn beyond_ns(curve: &Curve) -> f64 {
    curve.bend.map_or(f64::NAN, |bend| bend.item_beyond_ns)
}

/// Items of an action of which its call takes this share: a / T(n) = share. They are told from 0
/// where a is.
fn items_for(free: &[Curve], share: f64, resolution: Resolution, told: bool) -> Option<Figure> {
    let items: Option<Vec<f64>> =
        free.iter().map(|curve| curve.items_at(curve.call_ns / share)).collect();
    let items = items?;
    let finest = resolution.share() * items.iter().sum::<f64>() / items.len().max(1) as f64;
    if told {
        Figure::of(&items, finest)
    } else {
        Figure::at_most(&items, finest)
    }
}

/// How many times as long n calls one after another take as one call with n items.
#[derive(Clone, Copy, Debug)]
pub struct Chatty {
    /// n.
    pub items: u32,
    /// Chatty divided by batched.
    pub ratio: Estimate,
    /// False where the chatty action was not measured and stands as n single calls.
    pub measured: bool,
}

/// That ratio for every batch size of a lane, ascending.
pub fn chatty(row: &Row) -> Vec<Chatty> {
    let mut batched: Vec<&CellFigures> =
        row.cells.iter().filter(|c| c.cell.mode == "batched").collect();
    batched.sort_by_key(|cell| cell.cell.items);
    batched.iter().filter_map(|cell| chatty_by_batched(row, cell)).collect()
}

fn chatty_by_batched(row: &Row, batched: &CellFigures) -> Option<Chatty> {
    let items = batched.cell.items;
    let chatty = row
        .cells
        .iter()
        .find(|cell| cell.cell.mode == "chatty" && cell.cell.items == items);
    let one_by_one = per_item(chatty.or(row.single.as_ref())?);
    let in_batches = per_item(batched);
    let resolution = one_by_one.resolution.and(in_batches.resolution);
    let ratios: Vec<f64> = one_by_one.log_ratios(&in_batches).into_iter().map(f64::exp).collect();
    let ratio = estimates::log_mean_of_starts(&ratios, resolution, CONFIDENCE)?;
    Some(Chatty { items, ratio, measured: chatty.is_some() })
}

/// Mean time of an item in each start, ns.
fn per_item(cell: &CellFigures) -> Starts {
    cell.comparable(|start| Some(start.item_ns))
}

/// A lane of a scene with its models.
#[derive(Clone, Debug)]
pub struct Modelled<'s, 'a> {
    /// The lane.
    pub row: &'s Row<'a>,
    /// Its models, `batched` first.
    pub models: Vec<Model>,
    /// Chatty against batched, by items.
    pub chatty: Vec<Chatty>,
}

impl Modelled<'_, '_> {
    /// The model of its batches.
    pub fn batched(&self) -> Option<&Model> {
        self.models.iter().find(|model| model.mode == MODES[0])
    }
}

/// Every lane of a scene that has a model, in its order; the lane that answers nothing has none.
pub fn of<'s, 'a>(scene: &'s Scene<'a>) -> Vec<Modelled<'s, 'a>> {
    let mut lanes = Vec::new();
    for row in scene.rows.iter().filter(|row| row.lane.answers) {
        let models: Vec<Model> = MODES.iter().filter_map(|mode| Model::of(row, mode)).collect();
        if !models.is_empty() {
            lanes.push(Modelled { row, models, chatty: chatty(row) });
        }
    }
    lanes
}
