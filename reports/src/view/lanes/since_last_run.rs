//! What became of a cell since the last run, as tables and charts have it.

use crate::{
    judge::{Judged, SinceLastRun, since_last_run::CellSince},
    record::Cell,
    say::two_records::last_run,
    stats::{
        sample_times,
        units::{number, time},
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
