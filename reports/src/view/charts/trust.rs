//! What the charts of section 10 draw: lanes against themselves, and single calls by restart.

use crate::{
    figures::{contrasts, row::Row, summary::Summary},
    stats::units::{number, time, times_with_interval},
    view::charts::points::{drawn, index, spot},
};
use serde::Serialize;

#[derive(Debug, Serialize)]
pub(crate) struct Trust {
    selves: Vec<Itself>,
    restarts: Vec<Restarts>,
}

/// A lane divided by itself.
#[derive(Debug, Serialize)]
struct Itself {
    lane: usize,
    value: f64,
    low: Option<f64>,
    high: Option<f64>,
    words: &'static str,
    text: String,
}

/// The median of a single call in each restart, divided by the lane's geometric mean.
#[derive(Debug, Serialize)]
struct Restarts {
    lane: usize,
    points: Vec<Restart>,
    label: String,
}

#[derive(Debug, Serialize)]
struct Restart {
    /// Which restart, from 1.
    x: u32,
    value: f64,
    /// What it is; the lane and the restart go before it.
    text: String,
}

impl Trust {
    pub(crate) fn of(summary: &Summary) -> Self {
        Self { selves: selves(summary), restarts: restarts(summary) }
    }
}

fn selves(summary: &Summary) -> Vec<Itself> {
    let one = |(contrast, found): (
        &crate::record::Contrast,
        Option<crate::stats::comparison::Comparison>,
    )| {
        let found = found?;
        let lane = summary.lanes.iter().position(|lane| lane.name == contrast.first)?;
        let (value, low, high) = spot(&found.ratio);
        let words = contrasts::words_of_itself(&found);
        let text = format!(
            "{} against itself: {}, over {} restarts: {words}",
            summary.lanes[lane].named(),
            times_with_interval(&found.ratio),
            found.ratio.starts
        );
        let drawable = value.is_finite() && value > 0.0;
        drawable.then_some(Itself { lane, value, low, high, words, text })
    };
    let mut rows: Vec<Itself> = contrasts::themselves(summary.record).filter_map(one).collect();
    rows.sort_by_key(|row| row.lane);
    rows
}

fn restarts(summary: &Summary) -> Vec<Restarts> {
    let rows = summary.main().into_iter().flat_map(|scene| &scene.rows);
    rows.filter_map(|row| of_row(summary, row)).collect()
}

fn of_row(summary: &Summary, row: &Row) -> Option<Restarts> {
    let single = row.single.as_ref().filter(|single| single.starts.len() > 1)?;
    let lane = index(&summary.lanes, row.lane);
    let shares = single.by_mean();
    let point = |(start, ratio, p50_ns): &(u32, f64, f64)| Restart {
        x: start.saturating_add(1),
        value: drawn(*ratio),
        text: format!("{}, {} times its mean", time(*p50_ns), number(*ratio)),
    };
    let extreme =
        |fold: fn(f64, f64) -> f64| shares.iter().map(|(_, ratio, _)| *ratio).reduce(fold);
    let label = format!("{} to {}×", number(extreme(f64::min)?), number(extreme(f64::max)?));
    Some(Restarts { lane, points: shares.iter().map(point).collect(), label })
}
