//! What the chart of single calls by their bytes draws.

use crate::{
    figures::summary::Summary,
    model::{
        grid::SizedCell,
        payload_sizes::{self, LaneBySize},
    },
    record::{BYTES, Lane, amount},
    stats::units::time_with_interval,
    view::charts::points::{Point, drawn, index, split},
};
use serde::Serialize;

#[derive(Debug, Serialize)]
pub(crate) struct Sizes {
    lines: Vec<Line>,
}

#[derive(Debug, Serialize)]
struct Line {
    lane: usize,
    mode: &'static str,
    /// By bytes each way, ascending.
    points: Vec<Point>,
}

impl Sizes {
    pub(crate) fn of(summary: &Summary) -> Option<Self> {
        let by_size = payload_sizes::of(summary)?;
        let lines = by_size.lanes.iter().map(|lane| Line::of(lane, &summary.lanes));
        Some(Self { lines: lines.collect() })
    }
}

impl Line {
    fn of(of: &LaneBySize, lanes: &[&Lane]) -> Self {
        Self {
            lane: index(lanes, of.lane),
            mode: payload_sizes::MODE,
            points: of.calls.iter().map(|call| point(of.lane, *call)).collect(),
        }
    }
}

fn point(lane: &Lane, call: SizedCell) -> Point {
    let mean = &call.cell.item;
    let (value, low, high) = split(mean);
    Point {
        x: f64::from(call.size),
        value: drawn(value),
        low: low.map(drawn),
        high: high.map(drawn),
        before: None,
        added: false,
        text: format!(
            "{}, {} there and back: {} (mean of a single call)",
            lane.named(),
            amount(BYTES, call.size),
            time_with_interval(mean)
        ),
    }
}
