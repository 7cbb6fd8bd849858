//! What all charts share: values with their ends as drawn, points with their texts, and tails as
//! lines.

use crate::{
    figures::tail::{Percentile, Tail},
    record::Lane,
    stats::{estimates::Estimate, sample_times, units::count},
};

use serde::Serialize;

/// Percentiles that are marked on a tail: nines, name.
pub(crate) const MARKS: [(f64, f64, &str); 4] = [
    (0.5, std::f64::consts::LOG10_2, "p50"),
    (0.9, 1.0, "p90"),
    (0.99, 2.0, "p99"),
    (0.999, 3.0, "p99.9"),
];

/// Steps of a tail line, nines.
pub(crate) const STEP: f64 = 0.05;

#[derive(Debug, Serialize)]
pub(crate) struct Point {
    pub(crate) x: f64,
    pub(crate) value: f64,
    pub(crate) low: Option<f64>,
    pub(crate) high: Option<f64>,
    /// The value in the last run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) before: Option<f64>,
    /// Measured later than the rest: drawn hollow.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(crate) added: bool,
    pub(crate) text: String,
}

#[derive(Debug, Serialize)]
pub(crate) struct TailLine {
    pub(crate) lane: usize,
    pub(crate) line: Vec<(f64, f64)>,
    pub(crate) points: Vec<Point>,
}

/// Where a lane stands among all lanes.
pub(crate) fn index(lanes: &[&Lane], lane: &Lane) -> usize {
    lanes.iter().position(|other| other.name == lane.name).unwrap_or_default()
}

/// A tail as a line; `how` calls were sent is said with each of its points.
pub(crate) fn tail_of(lane: usize, of: &Lane, tail: &Tail, how: &str) -> Option<TailLine> {
    let (first, last) = (MARKS[0].1, tail.nines());
    if last < first {
        return None;
    }
    let steps = ((last - first) / STEP) as u32;
    let even = (0..=steps).map(|s| first + f64::from(s) * STEP);
    // The marks are among the points, so that each lies on its line.
    let marks = MARKS.iter().map(|(_, nines, _)| *nines).filter(|nines| *nines < last);
    let mut nines: Vec<f64> = even.chain(marks).chain([last]).collect();
    nines.sort_by(f64::total_cmp);
    let mut line: Vec<(f64, f64)> =
        nines.into_iter().map(|x| (drawn(x), drawn(tail.at_nines(x)))).collect();
    // A mark where a step is.
    line.dedup();
    let points = MARKS.iter().filter_map(|mark| tail_point(of, tail, *mark, how)).collect();
    Some(TailLine { lane, line, points })
}

pub(crate) fn tail_point(
    lane: &Lane,
    tail: &Tail,
    (quantile, nines, name): (f64, f64, &str),
    how: &str,
) -> Option<Point> {
    let estimate: Percentile = tail.percentile(quantile);
    let estimate = estimate.ok()?;
    let (value, low, high) = split(&estimate);
    let samples = count(tail.samples());
    let text = format!(
        "{}: {name} {}, {how}, {samples} calls",
        lane.named(),
        sample_times::time_with_interval(&estimate)
    );
    Some(Point {
        x: drawn(nines),
        value: drawn(value),
        low: low.map(drawn),
        high: high.map(drawn),
        before: None,
        added: false,
        text,
    })
}

/// Five significant digits: a position in a drawing needs no more, and they take a third of the
/// room.
pub(crate) fn drawn(value: f64) -> f64 {
    if !value.is_finite() || value == 0.0 {
        return value;
    }
    let digits = 4 - value.abs().log10().floor() as i32;
    let scale = 10_f64.powi(digits.abs());
    if !scale.is_finite() {
        return value;
    }
    if digits < 0 {
        (value / scale).round() * scale
    } else {
        (value * scale).round() / scale
    }
}

/// Value, lower and upper end, as drawn.
pub(crate) type Spot = (f64, Option<f64>, Option<f64>);

pub(crate) fn spot(estimate: &Estimate) -> Spot {
    let (value, low, high) = split(estimate);
    (drawn(value), low.map(drawn), high.map(drawn))
}

pub(crate) fn split(estimate: &Estimate) -> (f64, Option<f64>, Option<f64>) {
    (
        estimate.value,
        estimate.interval.map(|i| i.low),
        estimate.interval.map(|i| i.high),
    )
}
