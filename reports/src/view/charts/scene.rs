//! What the charts of one scene draw: single calls, batches, tails.

use crate::{
    figures::{
        cells::CellFigures,
        row::Row,
        summary::{Scene, Summary},
    },
    record::{Lane, Record},
    stats::{
        sample_times,
        units::{count, time_with_interval},
    },
    view::charts::{
        marks::{FloorMark, Knee},
        points::{Point, TailLine, drawn, index, split, tail_of},
    },
};

use serde::Serialize;

#[derive(Debug, Serialize)]
pub(crate) struct SceneChart {
    cost: Vec<Dot>,
    batching: Vec<Line>,
    tail: Vec<TailLine>,
}

/// A value with its interval. `lane` is an index into `lanes`.
#[derive(Debug, Serialize)]
struct Dot {
    lane: usize,
    value: f64,
    low: Option<f64>,
    high: Option<f64>,
    starts: Vec<f64>,
    label: String,
    text: String,
    floor: Option<FloorMark>,
}

#[derive(Debug, Serialize)]
struct Line {
    lane: usize,
    mode: String,
    points: Vec<Point>,
    knee: Option<Knee>,
}

impl SceneChart {
    /// `usable`: whether anything may be said of the figures.
    pub(crate) fn of(scene: &Scene, summary: &Summary, usable: bool) -> Self {
        let (mut cost, mut batching, mut tail) = (Vec::new(), Vec::new(), Vec::new());
        for row in &scene.rows {
            let lane = index(&summary.lanes, row.lane);
            cost.extend(dot(lane, row, summary.record));
            // A batch that answers nothing costs fractions of a ns for an item: drawn, it would
            // squeeze all others.
            if row.lane.answers {
                batching.extend(lines(lane, row, usable));
            }
            tail.extend(tail_line(lane, row));
        }
        Self { cost, batching, tail }
    }
}

fn dot(lane: usize, row: &Row, record: &Record) -> Option<Dot> {
    let single = row.single.as_ref()?;
    let floor = FloorMark::of(&row.lane.name, record);
    let beside = floor.as_ref().map_or_else(String::new, |floor| format!("; {}", floor.text));
    let (value, low, high) = split(&single.p50);
    Some(Dot {
        lane,
        value: drawn(value),
        low: low.map(drawn),
        high: high.map(drawn),
        starts: single
            .comparable(|s| Some(s.p50_ns))
            .iter()
            .map(|(_, p50)| drawn(*p50))
            .collect(),
        label: sample_times::time(value),
        text: format!(
            "{}: {} per call (p50), {}{beside}",
            row.lane.named(),
            sample_times::time_with_interval(&single.p50),
            single.rests_on()
        ),
        floor,
    })
}

/// One line for each mode; all of them begin at the single call, which they share.
fn lines(lane: usize, row: &Row, usable: bool) -> Vec<Line> {
    let mut modes: Vec<&str> = row.cells.iter().map(|c| c.cell.mode.as_str()).collect();
    modes.dedup();
    modes.into_iter().map(|mode| Line::of(lane, row, mode, usable)).collect()
}

impl Line {
    fn of(lane: usize, row: &Row, mode: &str, usable: bool) -> Self {
        let cells = row.single.iter().chain(row.cells.iter().filter(|c| c.cell.mode == mode));
        Self {
            lane,
            mode: mode.to_owned(),
            points: cells.map(|c| point(row.lane, mode, c)).collect(),
            knee: if usable { Knee::of(row, mode) } else { None },
        }
    }
}

fn point(lane: &Lane, mode: &str, figures: &CellFigures) -> Point {
    let (value, low, high) = split(&figures.item);
    let n = figures.cell.items;
    let mode = if n == 1 { "a single call" } else { mode };
    let text = format!(
        "{}, {mode}, n = {}: {} per item (mean)",
        lane.named(),
        count(n.into()),
        time_with_interval(&figures.item)
    );
    Point {
        x: f64::from(n),
        value: drawn(value),
        low: low.map(drawn),
        high: high.map(drawn),
        text,
    }
}

fn tail_line(lane: usize, row: &Row) -> Option<TailLine> {
    tail_of(lane, row.lane, row.tail.as_ref().ok()?, "closed loop")
}
