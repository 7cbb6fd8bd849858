//! What the charts of section 8, and that of open loops in section 7, draw.

use crate::{
    figures::summary::Summary,
    model::{
        load_curves::{self, Curves},
        usl::Usl,
    },
    say::chart_sentences,
    stats::{estimates::Estimate, sample_times, units::count},
    view::charts::points::{Point, TailLine, drawn, index, split, tail_of},
};
use serde::Serialize;

/// Percentiles that have a panel.
const PANELS: [(f64, &str); 2] = [(0.5, "p50"), (0.99, "p99")];
/// Points of the curve of a law.
const STEPS: u32 = 24;

#[derive(Debug, Serialize)]
pub(crate) struct Loads {
    /// Where it was measured, as `one core`.
    placed: String,
    panels: Vec<Panel>,
    throughput: Vec<InFlight>,
    tail: Vec<TailLine>,
}

#[derive(Debug, Serialize)]
struct Panel {
    name: &'static str,
    lines: Vec<Line>,
}

/// Latency over offered calls per second.
#[derive(Debug, Serialize)]
struct Line {
    lane: usize,
    points: Vec<Point>,
    /// Rates that the lane did not keep up with, which have no latency.
    fell: Vec<Fell>,
}

#[derive(Debug, Serialize)]
struct Fell {
    x: f64,
    text: String,
}

/// Calls per second over calls in flight, and the law through them.
#[derive(Debug, Serialize)]
struct InFlight {
    lane: usize,
    points: Vec<Point>,
    curve: Vec<(f64, f64)>,
}

impl Loads {
    pub(crate) fn of(summary: &Summary) -> Option<Self> {
        let lanes = load_curves::of(summary.record, &summary.lanes);
        if lanes.is_empty() {
            return None;
        }
        let (mut throughput, mut tail) = (Vec::new(), Vec::new());
        for one in &lanes {
            let lane = index(&summary.lanes, one.lane);
            if !one.steps.is_empty() {
                throughput.push(InFlight::of(one, lane));
            }
            let common = one.common_tail();
            tail.extend(common.and_then(|common| tail_of(lane, one.lane, &common, "open loop")));
        }
        let panels = PANELS.into_iter();
        let panels = panels.map(|(quantile, name)| Panel::of(&lanes, summary, quantile, name));
        let placement = &summary.record.loads.as_ref()?.placement;
        let placed = summary.record.plan.placement_title(placement);
        Some(Self { placed, panels: panels.collect(), throughput, tail })
    }
}

impl Panel {
    fn of(lanes: &[Curves], summary: &Summary, quantile: f64, name: &'static str) -> Self {
        let mut lines = Vec::new();
        for one in lanes {
            let line = Line::of(one, index(&summary.lanes, one.lane), quantile, name);
            if !line.points.is_empty() || !line.fell.is_empty() {
                lines.push(line);
            }
        }
        Self { name, lines }
    }
}

/// A value with its text, at x.
fn point(x: f64, estimate: &Estimate, text: String) -> Point {
    let (value, low, high) = split(estimate);
    Point {
        x: drawn(x),
        value: drawn(value),
        low: low.map(drawn),
        high: high.map(drawn),
        before: None,
        added: false,
        text,
    }
}

impl Line {
    fn of(one: &Curves, lane: usize, quantile: f64, name: &str) -> Self {
        let (mut points, mut fell) = (Vec::new(), Vec::new());
        for at in &one.points {
            let rate = at.offered_per_s;
            let offered = format!("{} at {}", one.lane.named(), chart_sentences::per_s(rate));
            match &at.latency {
                Ok(tail) => {
                    let Ok(latency) = tail.percentile(quantile) else { continue };
                    let text =
                        format!("{offered}: {name} {}", sample_times::time_with_interval(&latency));
                    points.push(point(rate, &latency, text));
                }
                Err(why) => fell.push(Fell { x: drawn(rate), text: format!("{offered}: {why}") }),
            }
        }
        Self { lane, points, fell }
    }
}

impl InFlight {
    fn of(one: &Curves, lane: usize) -> Self {
        let mut points = Vec::new();
        for (in_flight, rate) in &one.steps {
            let calls = if *in_flight == 1 { "call" } else { "calls" };
            let text = format!(
                "{}, {} {calls} in flight: {}, closed loop",
                one.lane.named(),
                count((*in_flight).into()),
                chart_sentences::per_s_with_interval(rate)
            );
            points.push(point(f64::from(*in_flight), rate, text));
        }
        let most = one.steps.last().map_or(1, |(most, _)| *most);
        Self {
            lane,
            points,
            curve: one.law.as_ref().map_or_else(Vec::new, |law| curve(law, f64::from(most))),
        }
    }
}

/// Up to the most calls in flight that were tried, never beyond.
fn curve(law: &Usl, most: f64) -> Vec<(f64, f64)> {
    let mut points = Vec::new();
    for step in 0..=STEPS {
        let in_flight = most.powf(f64::from(step) / f64::from(STEPS));
        points.push((drawn(in_flight), drawn(law.at(in_flight))));
    }
    points
}
