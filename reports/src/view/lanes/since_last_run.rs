//! What became of a cell since the last run, as tables and charts have it.

use crate::{
    figures::{row::Row, summary::Summary},
    judge::{Judged, SinceLastRun, since_last_run::CellSince},
    record::Cell,
    say::two_records::last_run,
    stats::{
        sample_times,
        units::{ABSENT, count, number, time},
    },
    view::{
        lanes::first_table,
        table::{Table, TableSection},
    },
};

/// How this run stands to the last one in one cell.
pub(crate) struct Changed {
    /// This run by the last one, as `1.03×`.
    pub(crate) times: String,
    /// Its 99 % interval, as `0.98 to 1.08`; none with fewer than three restarts on a side.
    pub(crate) interval: Option<String>,
    /// What that says, in the words of every comparison.
    pub(crate) words: &'static str,
}

impl Changed {
    /// None where both did not measure this cell alike.
    pub(crate) fn of(since: &SinceLastRun, cell: &Cell) -> Option<Self> {
        let change = &since.of_cell(cell)?.change;
        let ratio = &change.comparison.ratio;
        let ends = ratio.interval.map(|ends| [ends.low, ends.high].map(number));
        Some(Self {
            times: times(ratio.value),
            interval: ends.map(|[low, high]| format!("{low} to {high}")),
            words: change.words(),
        })
    }

    /// As `1.03× (0.98 to 1.08), cannot tell`.
    fn text(&self) -> String {
        let Self { times, interval, words } = self;
        match interval {
            Some(interval) => format!("{times} ({interval}), {words}"),
            None => format!("{times}, {words}"),
        }
    }
}

/// What changed since the last run, a row for each lane of the main scene; none where nothing was
/// measured alike in both.
pub(super) fn section(judged: &Judged) -> Option<TableSection> {
    let since = judged.since.as_ref()?;
    let main = judged.summary.main()?;
    let rows: Vec<Vec<String>> = main
        .rows
        .iter()
        .filter_map(|row| changes_of(row, since, &judged.summary))
        .collect();
    if rows.is_empty() {
        return None;
    }
    let calls = first_table::placements(&judged.summary).into_iter();
    let head = ["lane".to_owned()].into_iter().chain(calls.map(|at| format!("one call, {at}")));
    let item = format!("an item of the largest batch in both{}", main.placed);
    Some(TableSection {
        id: "since-last-run".to_owned(),
        title: "Change since the last run".to_owned(),
        finding: None,
        reading: "This run divided by the last one, with the 99 % interval (Welch, unpaired): \
            medians of single calls, means of items. A difference is named only if it is \
            significant after correction for all cells of both runs. Two runs are never alike: \
            what the machine did in between is in every figure."
            .to_owned(),
        table: Table { head: head.chain([item]).collect(), rows, ..Table::default() },
    })
}

/// None where nothing of the lane was measured alike in both.
fn changes_of(row: &Row, since: &SinceLastRun, summary: &Summary) -> Option<Vec<String>> {
    let mut found = Vec::new();
    for scene in summary.placed() {
        let here = scene.rows.iter().find(|other| other.lane.name == row.lane.name);
        let single = here.filter(|row| row.is_of(scene.asked)).and_then(|row| row.single.as_ref());
        found.push(single.and_then(|single| Changed::of(since, single.cell)));
    }
    let batches = row.cells.iter().filter(|figures| figures.cell.mode == "batched");
    let in_both = batches.filter(|figures| since.of_cell(figures.cell).is_some());
    let largest = in_both.max_by_key(|figures| figures.cell.items).map(|figures| figures.cell);
    let item = largest.and_then(|cell| Changed::of(since, cell));
    if item.is_none() && found.iter().all(Option::is_none) {
        return None;
    }
    let mut texts = vec![row.lane.short.clone()];
    texts.extend(found.iter().map(|one| text_of(one.as_ref())));
    texts.push(match largest {
        Some(cell) => format!("n = {}: {}", count(cell.items.into()), text_of(item.as_ref())),
        None => ABSENT.to_owned(),
    });
    Some(texts)
}

fn text_of(changed: Option<&Changed>) -> String {
    changed.map_or_else(|| ABSENT.to_owned(), Changed::text)
}

/// The mark of the last run beside that of this one.
pub(crate) struct Ghost {
    /// The median of a single call, or the mean of an item, ns.
    pub(crate) value: f64,
    /// What is read out behind the mark of this run, as `; last run 66 µs (1.03×, cannot tell)`.
    pub(crate) text: String,
}

impl Ghost {
    /// Of a single call.
    pub(crate) fn of_call(judged: &Judged, cell: &Cell) -> Option<Self> {
        let found = found(judged, cell)?;
        Some(Self::new(found, found.before.p50.value, sample_times::time))
    }

    /// Of an item, also where a call has one: batches are drawn by their means. A change of a
    /// single call is one of its median, and is not said of its mean.
    pub(crate) fn of_item(judged: &Judged, cell: &Cell) -> Option<Self> {
        let found = found(judged, cell)?;
        let value = found.before.item.value;
        if cell.items == 1 {
            let text = format!("; last run {}", time(value));
            return Some(Self { value, text });
        }
        Some(Self::new(found, value, time))
    }

    fn new(found: &CellSince, value: f64, written: impl Fn(f64) -> String) -> Self {
        let times = times(found.change.comparison.ratio.value);
        let words = found.change.words();
        let text = format!("; last run {} ({times}, {words})", written(value));
        Self { value, text }
    }
}

/// With a digit more than a ratio of lanes: a change of 3 % is one.
fn times(ratio: f64) -> String {
    format!("{}×", number(ratio))
}

fn found<'j>(judged: &'j Judged, cell: &Cell) -> Option<&'j CellSince<'j>> {
    judged.since.as_ref()?.of_cell(cell)
}

/// True where a column of changes has something to hold.
pub(crate) fn has_changes(judged: &Judged) -> bool {
    let main = judged.summary.main();
    judged.usable()
        && main.is_some_and(|scene| {
            let singles = scene.rows.iter().filter_map(|row| row.single.as_ref());
            singles.filter_map(|single| found(judged, single.cell)).next().is_some()
        })
}

/// Which run was the last one and what is compared with it; empty where none is known.
pub(crate) fn line(judged: &Judged) -> String {
    let since = judged.since.as_ref();
    since.map_or_else(String::new, |since| last_run::line(since, judged.summary.record))
}
