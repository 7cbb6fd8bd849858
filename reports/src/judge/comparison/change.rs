//! What happened to one figure between two records, or why that cannot be said.

use crate::{
    figures::cells::CellFigures,
    judge::{
        comparison::sides::{self, Open},
        not_measured::why_absent,
    },
    record::{Cell, Lane, Record},
    stats::{
        comparison::{Comparison, DETECTION},
        estimates,
        sample_times::{self, LONGER},
        units::{self, percent},
        welch::Welch,
    },
};

/// What happened to one figure of a lane.
#[derive(Clone, Debug)]
pub struct Change {
    /// The lane's name, as shown.
    pub lane: String,
    /// Its full name.
    pub lane_name: String,
    /// Items per action.
    pub items: u32,
    /// Mode, items, ids, engine and placement, as `batched, n = 64, 10 ids, stub, one core`.
    pub what: String,
    /// Where its processes run, as shown: `one core`.
    pub placement: String,
    /// The lane and where it ran, as `grpc on two cores`.
    pub lane_placed: String,
    /// A single call, or an item of the largest batch, of what the first scene asks that both
    /// have, in each placement.
    pub main: bool,
    /// Before, ns: the median of a single call, or the mean of an item.
    pub old_ns: f64,
    /// After, ns.
    pub new_ns: f64,
    /// New divided by old.
    pub comparison: Comparison,
    /// New minus old, in logarithms: for tests against other limits than "no difference". With the
    /// luck of both runs.
    pub logs: Welch,
    /// Detected among all figures of the comparison (Holm).
    pub detected: bool,
    /// Why nothing can be told of it, whatever its starts say.
    pub open: Option<Open>,
    /// The smallest slowdown of this figure, as a share, that these two records would name in nine
    /// of ten cases.
    pub smallest: Option<f64>,
}

impl Change {
    /// A time of this figure in words: of a single call it is a median.
    pub fn time(&self, ns: f64) -> String {
        if self.items == 1 { sample_times::time(ns) } else { units::time(ns) }
    }

    /// The change in the words of METHOD.md; a difference only where it stays one among all
    /// figures.
    pub fn words(&self) -> &'static str {
        match &self.open {
            Some(open) => open.words(),
            None => self.comparison.words_in_family(self.detected),
        }
    }

    /// The same; what cannot be told with the smallest slowdown that could.
    pub fn words_with_smallest(&self) -> String {
        let (words, open) = (self.words(), self.comparison.words_in_family(false));
        match self.smallest.filter(|_| words == open && !self.comparison.within_margin()) {
            Some(share) => format!("{words} (would show {} or more)", percent(share)),
            None => words.to_owned(),
        }
    }
}

/// Why a figure of the earlier record has no counterpart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// The later run was not to measure it.
    Unplanned,
    /// Both have it, in visits of different length.
    Unlike,
    /// The earlier record has it in fewer than two whole restarts, or both took longer than is
    /// told.
    Undecided,
    /// The later run planned it and has it not, or in fewer than two whole restarts.
    Lost,
}

pub(crate) fn same_figure(a: &Cell, b: &Cell) -> bool {
    (&a.lane, a.asked(), &a.mode, a.items, &a.kind)
        == (&b.lane, b.asked(), &b.mode, b.items, &b.kind)
}

/// The change of one figure, or why there is none.
pub(crate) fn counterpart(
    lane: &Lane,
    before: &CellFigures,
    [old, new]: [&Record; 2],
) -> Result<Change, (Fate, String)> {
    let cell = before.cell;
    let Some(after) = new.cells.iter().find(|other| same_figure(other, cell)) else {
        return Err(unplanned(cell, [old, new]));
    };
    if let Some(lengths) = sides::different_visits([cell, after], [old, new]) {
        return Err((Fate::Unlike, lengths));
    }
    let figures =
        CellFigures::of(after, new.environment.clock_step()).ok_or_else(|| lost(after))?;
    let (old_logs, new_logs) = (logs(before), logs(&figures));
    if new_logs.len() < 2 {
        return Err(lost(after));
    }
    if old_logs.len() < 2 {
        let why = "the earlier record has too few restarts of it";
        return Err((Fate::Undecided, why.to_owned()));
    }
    if cell.items == 1 && has_a_limit(before) && has_a_limit(&figures) {
        return Err((Fate::Undecided, format!("both took {LONGER}, and are not told apart")));
    }
    let finest = before.resolution.and(figures.resolution).log();
    let logs = Welch::of(&new_logs, &old_logs, finest).ok_or_else(|| lost(after))?;
    let open = sides::open([cell, after], [old, new]);
    let ns = [mean_ns(&old_logs), mean_ns(&new_logs)];
    Ok(Change { open, ..Change::of(lane, cell, old, ns, logs) })
}

impl Change {
    /// Of a cell of the earlier record; `ns` before and after. What its family makes of it follows.
    fn of(lane: &Lane, cell: &Cell, old: &Record, [old_ns, new_ns]: [f64; 2], logs: Welch) -> Self {
        Self {
            lane: lane.short.clone(),
            lane_name: lane.name.clone(),
            items: cell.items,
            what: described(cell, old),
            placement: old.plan.placement_title(&cell.placement),
            lane_placed: format!("{} {}", lane.short, old.plan.placement_phrase(&cell.placement)),
            main: false,
            old_ns,
            new_ns,
            comparison: Comparison::unpaired(&logs),
            logs,
            detected: false,
            open: None,
            smallest: None,
        }
    }
}

/// A cell in words, as `batched, n = 64, 10 ids, stub, one core`.
pub(crate) fn described(cell: &Cell, record: &Record) -> String {
    format!("{}, {}", cell.describe(), record.plan.placement_title(&cell.placement))
}

/// True where the median of some start is no figure but the longest time that is told.
fn has_a_limit(figures: &CellFigures) -> bool {
    figures.starts.iter().any(|start| estimates::is_at_limit(start.p50_ns))
}

fn lost(after: &Cell) -> (Fate, String) {
    let why = why_absent(after)
        .unwrap_or_else(|| format!("measured in {} restart alone", after.starts.len()));
    (Fate::Lost, why)
}

/// The geometric mean of times whose logarithms these are, ns.
fn mean_ns(logs: &[f64]) -> f64 {
    estimates::mean_of_starts(logs, 0.0, DETECTION).map_or(f64::NAN, |mean| mean.value.exp())
}

/// Logarithms of the whole starts: medians of a single call, means of an item otherwise.
pub(crate) fn logs(figures: &CellFigures) -> Vec<f64> {
    let logs = if figures.cell.items == 1 {
        figures.comparable(|start| Some(start.p50_ns.ln()))
    } else {
        figures.comparable(|start| Some(start.item_ns.ln()))
    };
    logs.values()
}

/// What the later record says of a figure that it has no cell for.
pub(crate) fn unplanned(cell: &Cell, [old, new]: [&Record; 2]) -> (Fate, String) {
    let Some(lane) = new.lanes.iter().find(|lane| lane.name == cell.lane) else {
        return (Fate::Unplanned, "the later run knows no such lane".to_owned());
    };
    let reason = lane.reason.as_deref();
    if !lane.planned {
        let because = reason.unwrap_or("it was not planned");
        return (Fate::Unplanned, format!("not in the later run: {because}"));
    }
    if !new.plan.placements.contains(&cell.placement) {
        let (here, there) =
            (old.plan.placement_title(&cell.placement), new.plan.placement_titles());
        let why = format!(
            "measured with another placement: {here} in the earlier run, {there} in the later; \
            compare a run with --placement {}",
            cell.placement
        );
        return (Fate::Unplanned, why);
    }
    if new.cells.iter().any(|other| other.lane == cell.lane) {
        return (Fate::Unplanned, "the later run did not plan it".to_owned());
    }
    let because = reason.unwrap_or("planned, but no cell of it was recorded");
    (Fate::Lost, because.to_owned())
}
