//! What the charts of one scene draw: single calls, batches, tails.

use crate::{
    figures::{cells::CellFigures, row::Row, summary::Scene},
    judge::Judged,
    record::{Lane, Record},
    stats::{
        sample_times,
        units::{count, time_with_interval},
    },
    view::{
        charts::{
            drawn_scenes,
            marks::{FloorMark, Knee},
            points::{Point, TailLine, drawn, index, split, spot, tail_of},
        },
        lanes::since_last_run::Ghost,
    },
};

use serde::Serialize;

#[derive(Debug, Serialize)]
pub(crate) struct SceneChart {
    /// What is asked here in each placement, this one first; none where there is no other, and in
    /// a placement that is not the main one.
    placements: Vec<Placement>,
    /// Where it was measured, as `two cores`.
    placed: String,
    cost: Vec<Dot>,
    batching: Vec<Line>,
    tail: Vec<TailLine>,
}

/// Where the same was measured.
#[derive(Debug, Serialize)]
struct Placement {
    title: String,
    /// Index of its scene among those that are drawn.
    scene: usize,
    /// Whether it has lines of batches, and tails.
    batching: bool,
    tail: bool,
}

/// A single call: its value with the interval, the medians of its starts, and its words.
#[derive(Debug, Serialize)]
struct Call {
    value: f64,
    low: Option<f64>,
    high: Option<f64>,
    starts: Vec<f64>,
    /// The median in the last run.
    #[serde(skip_serializing_if = "Option::is_none")]
    before: Option<f64>,
    /// Measured later than the rest.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    added: bool,
    label: String,
    text: String,
}

/// A single call over a lane. `lane` is an index into `lanes`.
#[derive(Debug, Serialize)]
struct Dot {
    lane: usize,
    #[serde(flatten)]
    call: Call,
    floor: Option<FloorMark>,
    /// The same in other placements.
    elsewhere: Vec<Elsewhere>,
}

/// A value in another placement, which is an index into `placements`.
#[derive(Debug, Serialize)]
struct Elsewhere {
    placement: usize,
    #[serde(flatten)]
    call: Call,
}

#[derive(Debug, Serialize)]
struct Line {
    lane: usize,
    mode: String,
    points: Vec<Point>,
    knee: Option<Knee>,
}

impl SceneChart {
    pub(crate) fn of(scene: &Scene, judged: &Judged) -> Self {
        let summary = &judged.summary;
        let all = summary.placed();
        let is_main = all.first().is_some_and(|main| main.asked == scene.asked);
        let several = is_main && all.len() > 1;
        let others = if several { &all[1..] } else { &[] };
        let (mut cost, mut batching, mut tail) = (Vec::new(), Vec::new(), Vec::new());
        for row in scene.rows.iter().filter(|row| row.is_of(scene.asked)) {
            let lane = index(&summary.lanes, row.lane);
            cost.extend(dot(lane, row, others, judged));
            // A batch that answers nothing costs fractions of a ns for an item: drawn, it would
            // squeeze all others.
            if row.lane.answers {
                batching.extend(lines(lane, row, judged));
            }
            tail.extend(tail_line(lane, row));
        }
        let placements = if several {
            let all = all.iter().enumerate();
            all.map(|(at, scene)| Placement::of(at, scene, summary.record)).collect()
        } else {
            Vec::new()
        };
        let placed = summary.record.plan.placement_title(scene.asked.placement);
        Self { placements, placed, cost, batching, tail }
    }
}

impl Placement {
    fn of(at: usize, scene: &Scene, record: &Record) -> Self {
        let own = drawn_scenes::own(scene);
        Self {
            title: record.plan.placement_title(scene.asked.placement),
            scene: at,
            batching: drawn_scenes::has_lines(&own),
            tail: drawn_scenes::has_tails(&own),
        }
    }
}

fn dot(lane: usize, row: &Row, others: &[&Scene], judged: &Judged) -> Option<Dot> {
    let mut call = Call::of(row, judged)?;
    let floor = FloorMark::of(&row.lane.name, judged.summary.record);
    if let Some(floor) = &floor {
        call.text = format!("{}; {}", call.text, floor.text);
    }
    let mut elsewhere = Vec::new();
    for (at, scene) in others.iter().enumerate() {
        let row = scene.rows.iter().find(|other| other.lane.name == row.lane.name);
        let row = row.filter(|row| row.is_of(scene.asked));
        let call = row.and_then(|row| Call::of(row, judged));
        elsewhere.extend(call.map(|call| Elsewhere { placement: at + 1, call }));
    }
    Some(Dot { lane, call, floor, elsewhere })
}

impl Call {
    fn of(row: &Row, judged: &Judged) -> Option<Self> {
        let single = row.single.as_ref()?;
        let (value, low, high) = spot(&single.p50);
        let ghost = Ghost::of_call(judged, single.cell);
        let text = spoken(row.lane, single, judged.summary.record);
        Some(Self {
            value,
            low,
            high,
            starts: medians(single),
            before: ghost.as_ref().map(|ghost| drawn(ghost.value)),
            added: single.is_added(judged.summary.record),
            label: sample_times::time(single.p50.value),
            text: with_ghost(text, ghost.as_ref()),
        })
    }
}

/// A text with what it was in the last run.
fn with_ghost(text: String, ghost: Option<&Ghost>) -> String {
    match ghost {
        Some(ghost) => text + &ghost.text,
        None => text,
    }
}

fn medians(single: &CellFigures) -> Vec<f64> {
    let starts = single.comparable(|start| Some(start.p50_ns));
    starts.iter().map(|(_, p50)| drawn(*p50)).collect()
}

fn spoken(lane: &Lane, single: &CellFigures, record: &Record) -> String {
    format!(
        "{}, {}: {} per call (p50), {}",
        lane.named(),
        record.plan.placement_title(&single.cell.placement),
        sample_times::time_with_interval(&single.p50),
        single.rests_on(record)
    )
}

/// One line for each mode; all of them begin at the single call, which they share.
fn lines(lane: usize, row: &Row, judged: &Judged) -> Vec<Line> {
    let mut modes: Vec<&str> = row.cells.iter().map(|c| c.cell.mode.as_str()).collect();
    modes.dedup();
    modes.into_iter().map(|mode| Line::of(lane, row, mode, judged)).collect()
}

impl Line {
    fn of(lane: usize, row: &Row, mode: &str, judged: &Judged) -> Self {
        let cells = row.single.iter().chain(row.cells.iter().filter(|c| c.cell.mode == mode));
        Self {
            lane,
            mode: mode.to_owned(),
            points: cells.map(|c| point(row.lane, mode, c, judged)).collect(),
            knee: if judged.usable() { Knee::of(row, mode) } else { None },
        }
    }
}

fn point(lane: &Lane, mode: &str, figures: &CellFigures, judged: &Judged) -> Point {
    let (value, low, high) = split(&figures.item);
    let ghost = Ghost::of_item(judged, figures.cell);
    let n = figures.cell.items;
    let mode = if n == 1 { "a single call" } else { mode };
    let added = figures.is_added(judged.summary.record);
    let text = format!(
        "{}, {mode}, n = {}: {} per item (mean){}",
        lane.named(),
        count(n.into()),
        time_with_interval(&figures.item),
        if added { ", added later" } else { "" }
    );
    Point {
        x: f64::from(n),
        value: drawn(value),
        low: low.map(drawn),
        high: high.map(drawn),
        before: ghost.as_ref().map(|ghost| drawn(ghost.value)),
        added,
        text: with_ghost(text, ghost.as_ref()),
    }
}

fn tail_line(lane: usize, row: &Row) -> Option<TailLine> {
    tail_of(lane, row.lane, row.tail.as_ref().ok()?, "closed loop")
}
