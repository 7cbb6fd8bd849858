//! What the charts of section 10 draw: lanes against themselves, and single calls by restart.

use crate::{
    figures::{contrasts, row::Row, summary::Summary},
    stats::{
        sample_times,
        units::{number, times_with_interval},
    },
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
    let mut rows = Vec::new();
    for (contrast, found) in contrasts::themselves(summary.record) {
        let lane = summary.lanes.iter().position(|lane| lane.name == contrast.first);
        let (Some(found), Some(lane)) = (found, lane) else { continue };
        let (value, low, high) = spot(&found.ratio);
        let words = contrasts::words_of_itself(&found);
        let text = format!(
            "{} against itself{}: {}, over {} restarts: {words}",
            summary.lanes[lane].named(),
            summary.record.plan.where_placed(&contrast.placement),
            times_with_interval(&found.ratio),
            found.ratio.starts
        );
        if value.is_finite() && value > 0.0 {
            rows.push(Itself { lane, value, low, high, words, text });
        }
    }
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
    let mut points = Vec::new();
    for (start, ratio, p50_ns) in &shares {
        points.push(Restart {
            x: start.saturating_add(1),
            value: drawn(*ratio),
            text: format!("{}, {} times its mean", sample_times::time(*p50_ns), number(*ratio)),
        });
    }
    let ratios: Vec<f64> = shares.iter().map(|(_, ratio, _)| *ratio).collect();
    let least = ratios.iter().copied().reduce(f64::min)?;
    let most = ratios.iter().copied().reduce(f64::max)?;
    let label = format!("{} to {}×", number(least), number(most));
    Some(Restarts { lane, points, label })
}
