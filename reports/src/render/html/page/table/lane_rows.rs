//! The table of lanes: one row each, every figure with its interval, blank with the reason where
//! there is none.

use crate::{
    figures::{
        load::sweep::{self, NoTail},
        resources::at_rate::Cores,
        row::Row,
        summary::Scene,
    },
    judge::Judged,
    record::{Lane, Record},
    say::{answers::matters::work_ns, cores_at_rate},
    stats::{
        estimates::Estimate,
        sample_times,
        units::{ABSENT, bytes, count, interval_behind, interval_of_time, number, short, time},
    },
    view::lanes::{
        first_table::{self, Call},
        since_last_run::{self, Changed},
    },
};

/// A figure in a table.
#[derive(Clone, Debug, Default)]
pub(crate) struct Value {
    pub(crate) text: String,
    pub(crate) interval: Option<String>,
    /// Small print: at which n, or why it is blank.
    pub(crate) note: Option<String>,
}

impl Value {
    fn of(estimate: Option<&Estimate>) -> Self {
        match estimate {
            Some(e) => Self {
                text: time(e.value),
                interval: interval_of_time(e),
                note: None,
            },
            None => Self::blank("not measured"),
        }
    }

    /// Of a median or a percentile.
    fn of_sample(estimate: &Estimate) -> Self {
        Self {
            text: sample_times::time(estimate.value),
            interval: sample_times::interval(estimate),
            note: None,
        }
    }

    fn blank(note: &str) -> Self {
        Self {
            text: ABSENT.to_owned(),
            interval: None,
            note: Some(note.to_owned()),
        }
    }

    fn plain(text: String) -> Self {
        Self { text, ..Self::default() }
    }
}

/// Headings that depend on the run.
pub(crate) struct Columns {
    /// Where the single calls of each column were made: `one core`, `two cores`.
    pub(crate) calls: Vec<String>,
    /// The first of these where there are several: all other columns are of it.
    pub(crate) main: Option<String>,
    pub(crate) batch: String,
    /// How long the user's own service works for a call.
    pub(crate) work: String,
    /// The lowest rate that all lanes were asked for, calls per second.
    pub(crate) common: Option<String>,
    /// The user's own rate, calls per second.
    pub(crate) rate: Option<String>,
    /// True where some single call of the first column was measured alike in the last run.
    pub(crate) has_changes: bool,
}

impl Columns {
    pub(crate) fn of(judged: &Judged) -> Self {
        let summary = &judged.summary;
        let (scene, record) = (summary.main(), summary.record);
        let largest = scene.and_then(Scene::largest_batch);
        let calls = first_table::placements(summary);
        Self {
            main: calls.first().filter(|_| calls.len() > 1).cloned(),
            calls,
            work: short::time(work_ns(summary)),
            batch: largest.map_or_else(
                || "per item, batched".to_owned(),
                |n| format!("per item, n = {}", count(n.into())),
            ),
            common: sweep::lowest_common_per_s(record).map(cores_at_rate::written),
            rate: record.plan.calls_per_s.map(cores_at_rate::written),
            has_changes: since_last_run::has_changes(judged),
        }
    }
}

impl Columns {
    /// What a single call of this column is called where there is no heading above it.
    pub(crate) fn label(&self, column: &usize) -> String {
        self.calls
            .get(*column)
            .map_or_else(String::new, |at| format!("one call, {at}, median"))
    }

    /// What an item of a batch is called there.
    pub(crate) fn item(&self) -> String {
        format!("{}, mean", self.batch)
    }

    /// What the last column is called there.
    pub(crate) fn share(&self) -> String {
        format!("share of a {} call", self.work)
    }

    /// Behind what a column holds: where that was measured, if columns are of several placements.
    pub(crate) fn at(&self) -> String {
        self.main.as_ref().map_or_else(String::new, |main| format!(", {main}"))
    }
}

/// What a call is of one to a service that works so long.
fn share(row: &Row, work_ns: f64) -> Value {
    let call_ns = row.single.as_ref().map(|single| single.p50.value);
    call_ns.map_or_else(Value::default, |ns| Value::plain(short::percent(ns / (ns + work_ns))))
}

/// Rows of the first table, at most.
const MOST_ROWS: usize = 10;

/// The rows of the main scene, as [`split`] has them.
pub(crate) fn split_main(judged: &Judged) -> [Vec<LaneRow>; 2] {
    let main = judged.summary.main();
    main.map_or_else(Default::default, |scene| split(scene, judged))
}

/// The rows of the first table and those beyond it, each loose to tight: the base of each role
/// comes before other default lanes, and these before the rest.
pub(crate) fn split(scene: &Scene, judged: &Judged) -> [Vec<LaneRow>; 2] {
    first_table::split(scene, &judged.summary, MOST_ROWS)
        .map(|rows| rows.into_iter().map(|row| LaneRow::of(row, scene, judged)).collect())
}

/// One row.
pub(crate) struct LaneRow {
    pub(crate) name: String,
    /// Of the footnotes that concern it.
    pub(crate) marks: String,
    pub(crate) implementation: String,
    /// Of caller and callee, with a space between; none where all callers have one.
    pub(crate) languages: Option<String>,
    /// True for the lane that answers nothing.
    pub(crate) harness: bool,
    pub(crate) rank: String,
    /// The median of a single call in each placement.
    pub(crate) calls: Vec<Value>,
    /// The single call of the first column by that of the last run.
    pub(crate) change: Value,
    pub(crate) item: Value,
    pub(crate) cpu: Value,
    /// p99 at the lowest common rate, from the intended start; absent where the run has no loads.
    pub(crate) loaded: Option<Value>,
    /// At the user's own rate; absent where none was named.
    pub(crate) cores: Option<Value>,
    pub(crate) bytes: Value,
    /// What it is of a call to the user's own service.
    pub(crate) share: Value,
}

impl LaneRow {
    pub(crate) fn of(row: &Row, scene: &Scene, judged: &Judged) -> Self {
        let summary = &judged.summary;
        let (lane, record) = (row.lane, summary.record);
        Self {
            name: lane.short.clone(),
            marks: judged.marks(lane),
            implementation: lane.implementation.clone(),
            languages: summary
                .has_several_languages()
                .then(|| format!("{} {}", lane.caller, lane.callee)),
            harness: !lane.answers,
            rank: row.place().unwrap_or_else(|| ABSENT.to_owned()),
            calls: first_table::calls(summary, lane)
                .into_iter()
                .map(|of| call(of, record))
                .collect(),
            change: change(row, judged),
            item: item(row, scene, record),
            cpu: cpu(row),
            loaded: sweep::lowest_common_per_s(summary.record)
                .map(|_| loaded(lane, summary.record)),
            cores: summary.record.plan.calls_per_s.map(|calls_per_s| cores(row, calls_per_s)),
            bytes: sizes(row),
            share: share(row, work_ns(summary)),
        }
    }
}

fn call(call: Call, record: &Record) -> Value {
    match call {
        Call::Measured(single) => Value {
            note: single.restarts(record),
            ..Value::of_sample(&single.p50)
        },
        Call::TwoModes(modes) => Value::plain(modes.text()),
        Call::WithinProcess => Value::blank("in one process"),
        Call::Missing => Value::of(None),
    }
}

/// Absent where both runs did not measure it alike.
fn change(row: &Row, judged: &Judged) -> Value {
    let cell = row.single.as_ref().map(|single| single.cell);
    let since = judged.since.as_ref();
    match since.zip(cell).and_then(|(since, cell)| Changed::of(since, cell)) {
        Some(changed) => Value {
            text: changed.times,
            interval: changed.interval,
            note: Some(changed.words.to_owned()),
        },
        None => Value { text: ABSENT.to_owned(), ..Value::default() },
    }
}

/// At the largest batch this lane was measured at; said where others went farther.
fn item(row: &Row, scene: &Scene, record: &Record) -> Value {
    let Some(batch) = row.largest_batch() else {
        return Value::blank("no batch measured");
    };
    let largest = scene.largest_batch();
    let mut value = Value::of(Some(&batch.item));
    let mut notes = Vec::new();
    if Some(batch.cell.items) != largest {
        notes.push(format!("n = {}", count(batch.cell.items.into())));
    }
    notes.extend(batch.restarts(record));
    if !notes.is_empty() {
        value.note = Some(notes.join(", "));
    }
    value
}

/// Of both sides; each by itself stands under "What does it burn?".
fn cpu(row: &Row) -> Value {
    Value::of(row.cpu.both.as_ref())
}

fn loaded(lane: &Lane, record: &Record) -> Value {
    if !lane.answers {
        return Value::blank("answers nothing");
    }
    let Some(under_load) = sweep::of(record, &lane.name) else {
        return Value::blank("not measured");
    };
    match under_load.at_lowest_common(0.99) {
        Ok(Ok(p99)) => Value::of_sample(&p99),
        Ok(Err(why)) => Value::blank(&why.to_string()),
        Err(NoTail::NotAsked) => Value::blank("not asked at this rate"),
        Err(NoTail::Unstable) => Value::blank("unstable: does not keep up"),
        Err(NoTail::Untrustworthy) => Value::blank("not to be used"),
        Err(NoTail::NoSample) => Value::blank("not measured"),
    }
}

/// Of both sides, without what the harness takes.
fn cores(row: &Row, calls_per_s: f64) -> Value {
    if !row.lane.answers {
        return Value::blank("answers nothing");
    }
    match Cores::of(row, calls_per_s).both {
        None => Value::blank("not measured"),
        Some(both) => {
            let alone = Estimate { interval: None, too_noisy: false, ..both };
            let interval = interval_behind(&both, number);
            let interval = interval.strip_prefix(" (").and_then(|rest| rest.strip_suffix(')'));
            Value {
                text: cores_at_rate::shown(Some(&alone)),
                interval: interval.map(str::to_owned),
                note: None,
            }
        }
    }
}

fn sizes(row: &Row) -> Value {
    let single = row.single.as_ref();
    match (single.and_then(|c| c.bytes_out), single.and_then(|c| c.bytes_back)) {
        (Some(out), Some(back)) => Value::plain(format!("{} / {}", bytes(out), bytes(back))),
        _ if row.lane.codec.is_none() => Value::blank("not encoded"),
        _ => Value::blank("not measured"),
    }
}
