//! What the charts of section 8, and that of open loops in section 7, draw.

use crate::{
    figures::summary::Summary,
    model::{
        load_curves::{self, Curves},
        usl::Usl,
    },
    say::chart_sentences,
    stats::{
        estimates::Estimate,
        units::{count, time_with_interval},
    },
    view::charts::points::{Point, TailLine, drawn, index, split, tail_of},
};
use serde::Serialize;

/// Percentiles that have a panel.
const PANELS: [(f64, &str); 2] = [(0.5, "p50"), (0.99, "p99")];
/// Points of the curve of a law.
const STEPS: u32 = 24;

#[derive(Debug, Serialize)]
pub(crate) struct Loads {
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
        let place = |one: &Curves| index(&summary.lanes, one.lane);
        let panel = |(quantile, name): (f64, &'static str)| {
            let lines = lanes.iter().map(|one| Line::of(one, place(one), quantile, name));
            Panel {
                name,
                lines: lines
                    .filter(|line| !line.points.is_empty() || !line.fell.is_empty())
                    .collect(),
            }
        };
        let tail = |one: &Curves| tail_of(place(one), one.lane, &one.common_tail()?, "open loop");
        let throughput = lanes.iter().filter(|one| !one.steps.is_empty());
        (!lanes.is_empty()).then(|| Self {
            panels: PANELS.into_iter().map(panel).collect(),
            throughput: throughput.map(|one| InFlight::of(one, place(one))).collect(),
            tail: lanes.iter().filter_map(tail).collect(),
        })
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
        text,
    }
}

impl Line {
    fn of(one: &Curves, lane: usize, quantile: f64, name: &str) -> Self {
        let offered =
            |rate: f64| format!("{} at {}", one.lane.named(), chart_sentences::per_s(rate));
        let held = one.points.iter().filter_map(|at| {
            let latency = at.latency.as_ref().ok()?.percentile(quantile).ok()?;
            let text =
                format!("{}: {name} {}", offered(at.offered_per_s), time_with_interval(&latency));
            Some(point(at.offered_per_s, &latency, text))
        });
        let fell = one.points.iter().filter_map(|at| {
            let why = at.latency.as_ref().err()?;
            Some(Fell {
                x: drawn(at.offered_per_s),
                text: format!("{}: {why}", offered(at.offered_per_s)),
            })
        });
        Self { lane, points: held.collect(), fell: fell.collect() }
    }
}

impl InFlight {
    fn of(one: &Curves, lane: usize) -> Self {
        let at = |(in_flight, rate): &(u32, Estimate)| {
            let calls = if *in_flight == 1 { "call" } else { "calls" };
            let text = format!(
                "{}, {} {calls} in flight: {}, closed loop",
                one.lane.named(),
                count((*in_flight).into()),
                chart_sentences::per_s_with_interval(rate)
            );
            point(f64::from(*in_flight), rate, text)
        };
        let most = one.steps.last().map_or(1, |(most, _)| *most);
        Self {
            lane,
            points: one.steps.iter().map(at).collect(),
            curve: one.law.as_ref().map_or_else(Vec::new, |law| curve(law, f64::from(most))),
        }
    }
}

/// Up to the most calls in flight that were tried, never beyond.
fn curve(law: &Usl, most: f64) -> Vec<(f64, f64)> {
    let at = |step: u32| most.powf(f64::from(step) / f64::from(STEPS));
    (0..=STEPS).map(|step| (drawn(at(step)), drawn(law.at(at(step))))).collect()
}
