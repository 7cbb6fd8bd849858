//! The table of the first screen: for each of a few lanes, quickest first, what one call takes in
//! each placement, an item of the largest batch, CPU, bytes, and what share of one's own action it
//! is. Two digits; the whole table has a third and the intervals.

use crate::{
    figures::{
        cells::CellFigures,
        row::Row,
        summary::{Scene, Summary},
    },
    record::Record,
    say::{answers::matters::work_ns, header},
    stats::{
        estimates::Estimate,
        sample_times,
        units::{ABSENT, count, short},
    },
    view::lanes::{
        first_table::{self, Call},
        servers,
    },
};

/// In the place of a figure with an error above ±100 %.
const TOO_NOISY: &str = "too noisy";

/// Figures as text, the lane with the quickest single call first.
pub(crate) struct ShortTable {
    /// The columns of single calls.
    pub(crate) placements: Vec<String>,
    /// Items of the largest batch.
    pub(crate) batch: Option<String>,
    /// The work of the user's own service, `5 ms`.
    pub(crate) work: String,
    pub(crate) rows: Vec<ShortRow>,
    /// Measured lanes that are not among the rows.
    pub(crate) further: usize,
    /// How its figures are to be read: sentences.
    pub(crate) note: String,
    /// The same where CPU stands among them.
    pub(crate) note_with_cpu: String,
}

/// One lane.
pub(crate) struct ShortRow {
    pub(crate) name: String,
    /// One for each placement.
    pub(crate) calls: Vec<String>,
    pub(crate) item: String,
    pub(crate) cpu: String,
    pub(crate) bytes: String,
    pub(crate) share: String,
}

impl ShortTable {
    /// Of the main scene, so many lanes at most; none where nothing was measured. The lane that
    /// answers nothing has no row.
    pub(crate) fn of(summary: &Summary, most: usize) -> Option<Self> {
        let scene = summary.main()?;
        let [shown, beyond] = first_table::split(scene, summary, most);
        let largest = scene.largest_batch();
        let answer = shown.into_iter().filter(|row| row.lane.answers);
        let mut rows: Vec<(f64, &Row)> = answer.map(|row| (in_turns(row, scene), row)).collect();
        rows.sort_by(|(a, _), (b, _)| a.total_cmp(b));
        Some(Self {
            placements: first_table::placements(summary),
            batch: largest.map(|items| count(items.into())),
            work: short::named_time(work_ns(summary)),
            rows: rows.iter().map(|(_, row)| ShortRow::of(row, summary, largest)).collect(),
            further: beyond.iter().filter(|row| row.lane.answers).count(),
            note: note(summary, false),
            note_with_cpu: note(summary, true),
        })
    }
}

impl ShortRow {
    fn of(row: &Row, summary: &Summary, largest: Option<u32>) -> Self {
        let batch = row.largest_batch().filter(|cell| Some(cell.cell.items) == largest);
        let call = row.single.as_ref().map(|single| &single.p50);
        Self {
            name: row.lane.short.clone(),
            calls: first_table::calls(summary, row.lane)
                .into_iter()
                .map(|call| one_call(call, summary.record))
                .collect(),
            item: batch.map_or_else(absent, |cell| {
                marked(told(&cell.item, short::time), cell, summary.record)
            }),
            cpu: row.cpu.both.as_ref().map_or_else(absent, |cpu| told(cpu, short::time)),
            bytes: bytes(row),
            share: call.map_or_else(absent, |call| told(call, |ns| share(ns, work_ns(summary)))),
        }
    }
}

/// What a single call takes by the lane that others are counted from, along pairs asked in turns;
/// its median where no chain of pairs leads there.
fn in_turns(row: &Row, scene: &Scene) -> f64 {
    let median = |row: &Row| row.single.as_ref().map_or(f64::INFINITY, |cell| cell.p50.value);
    let Some(base) = scene.baseline() else { return median(row) };
    let ratio = scene.compared_in_turns(row, base);
    ratio.map_or_else(|| median(row), |compared| compared.ratio.value * median(base))
}

fn absent() -> String {
    ABSENT.to_owned()
}

/// With a mark where it was measured later.
fn marked(text: String, cell: &CellFigures, record: &Record) -> String {
    if cell.is_added(record) { text + header::ADDED } else { text }
}

fn one_call(call: Call, record: &Record) -> String {
    match call {
        Call::Measured(single) => {
            marked(told(&single.p50, sample_times::short_time), single, record)
        }
        Call::TwoModes(modes) => modes.short_text(),
        Call::WithinProcess | Call::Missing => absent(),
    }
}

/// A figure, unless its error is above ±100 %.
fn told(estimate: &Estimate, written: impl Fn(f64) -> String) -> String {
    if estimate.too_noisy || estimate.relative_error().is_some_and(|error| error > 1.0) {
        TOO_NOISY.to_owned()
    } else {
        written(estimate.value)
    }
}

/// Of a call whose callee works this long, what the boundary takes.
fn share(call_ns: f64, work_ns: f64) -> String {
    short::percent(call_ns / (call_ns + work_ns))
}

/// Bytes of a single call: out, and back.
pub(crate) fn bytes(row: &Row) -> String {
    let single = row.single.as_ref();
    match (single.and_then(|c| c.bytes_out), single.and_then(|c| c.bytes_back)) {
        (Some(out), Some(back)) => format!("{}/{}", compact(out), compact(back)),
        _ => absent(),
    }
}

/// Bytes in few letters, `999` or `1.2k`.
fn compact(bytes: f64) -> String {
    if bytes < 999.5 {
        format!("{bytes:.0}")
    } else {
        format!("{:.1}k", bytes / 1e3)
    }
}

/// What its figures are, and how far they can be trusted.
fn note(summary: &Summary, has_cpu: bool) -> String {
    let errors = errors(summary).map_or_else(String::new, |errors| format!(" ({errors})"));
    let placed = summary.main().map_or("", |scene| scene.placed.as_str());
    let server = summary.main().map_or("", servers::in_cpu_time);
    let means = if has_cpu {
        format!("Items and CPU are means{placed}; CPU time includes checking the answers{server}.")
    } else {
        format!("Items are means{placed}.")
    };
    format!(
        "One call: median{errors}. {means} Ratios of single calls come from other calls, made \
        alternately."
    )
}

/// The narrowest and the widest interval of single calls in each placement; none where no restart
/// told.
fn errors(summary: &Summary) -> Option<String> {
    let plan = &summary.record.plan;
    let said: Vec<String> = summary
        .placed()
        .into_iter()
        .filter_map(|scene| {
            let widths = widths(scene);
            let (least, most) = (widths.first()?, widths.last()?);
            let title = plan.placement_title(scene.asked.placement);
            Some(format!("{title} {}", range(*least, *most)))
        })
        .collect();
    (!said.is_empty()).then(|| said.join(", "))
}

/// Relative errors of single calls, rising.
fn widths(scene: &Scene) -> Vec<f64> {
    let rows = scene.rows.iter().filter(|row| row.lane.answers && row.is_of(scene.asked));
    let mut widths: Vec<f64> =
        rows.filter_map(|row| row.single.as_ref()?.p50.relative_error()).collect();
    widths.sort_by(f64::total_cmp);
    widths
}

fn range(least: f64, most: f64) -> String {
    let whole = |share: f64| (100.0 * share).round().max(1.0);
    match (whole(least), whole(most)) {
        (_, most) if most > 100.0 => format!("±{:.0} % to beyond ±100 %", whole(least)),
        (least, most) if least < most => format!("±{least:.0} to {most:.0} %"),
        (_, most) => format!("±{most:.0} %"),
    }
}
