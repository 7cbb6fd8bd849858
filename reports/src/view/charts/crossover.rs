//! What the charts of section 5 draw: ratios to each lane that may be the base, where lanes cross,
//! and who is the quickest.

use crate::{
    figures::{row::Row, summary::Summary},
    model::{
        self,
        batch_sizes::{self, Against, Contest, Quickest},
        crossover::{self, CrossOver},
    },
    record::Lane,
    say::{chart_sentences, cost_model},
    stats::{
        comparison::Comparison,
        units::{count, time_with_interval, times_with_interval},
    },
    view::charts::points::{Spot, drawn, index, split, spot},
};
use serde::Serialize;

#[derive(Debug, Serialize)]
pub(crate) struct Crossing {
    bases: Vec<Base>,
    /// The one that is shown first.
    first: usize,
    contests: Vec<Grid>,
}

/// Everything against one lane.
#[derive(Debug, Serialize)]
struct Base {
    lane: usize,
    lines: Vec<Line>,
    crossings: Vec<Cross>,
}

#[derive(Debug, Serialize)]
struct Line {
    lane: usize,
    /// Items, ratio with its ends, and the ratio in words.
    points: Vec<(u32, Spot, String)>,
}

/// Where the base and a lane cross, items.
#[derive(Debug, Serialize)]
struct Cross {
    lane: usize,
    at: f64,
    low: Option<f64>,
    high: Option<f64>,
    text: String,
}

#[derive(Debug, Serialize)]
struct Grid {
    name: String,
    cells: Vec<Cell>,
}

#[derive(Debug, Serialize)]
struct Cell {
    items: u32,
    ids: u32,
    /// Those than which no other is quicker; several are not told apart.
    lanes: Vec<usize>,
    text: String,
}

/// Lanes that share a field and are read out by name; the table has all.
const MOST_READ_OUT: usize = 8;

impl Crossing {
    pub(crate) fn of(summary: &Summary) -> Option<Self> {
        let scene = summary.main()?;
        let rows = batch_sizes::drawable(scene);
        let modelled = model::of(scene);
        let crossings = crossover::cross_overs(&modelled);
        let first = batch_sizes::first_base(&rows, &crossings).filter(|_| rows.len() > 1);
        let base = |base: &&Row| Base::of(base, &rows, &crossings, &summary.lanes);
        let grid = |contest: &Contest| Grid {
            name: chart_sentences::among(contest),
            cells: contest.cells.iter().map(|cell| Cell::of(cell, &summary.lanes)).collect(),
        };
        let contests: Vec<Grid> = batch_sizes::contests(summary).iter().map(grid).collect();
        // A run of single calls has a quickest lane, and no ratios over sizes.
        let bases = if first.is_some() {
            rows.iter().map(base).collect()
        } else {
            Vec::new()
        };
        let first = first.unwrap_or_default();
        (!bases.is_empty() || !contests.is_empty()).then_some(Self { bases, first, contests })
    }
}

impl Base {
    fn of(base: &Row, rows: &[&Row], crossings: &[CrossOver], lanes: &[&Lane]) -> Self {
        let line = |one: &Against| {
            let point = |(n, comparison): &(u32, Comparison)| {
                (*n, spot(&comparison.ratio), times_with_interval(&comparison.ratio))
            };
            Line {
                lane: index(lanes, one.row.lane),
                points: one.points.iter().map(point).collect(),
            }
        };
        let lines: Vec<Line> = batch_sizes::against(rows, base).iter().map(line).collect();
        let shown = |lane: usize| lines.iter().any(|line| line.lane == lane);
        let cross = |one: &CrossOver| {
            let other = if base.lane.name == one.few.lane.name {
                one.many.lane
            } else if base.lane.name == one.many.lane.name {
                one.few.lane
            } else {
                return None;
            };
            let (at, low, high) = split(one.items.as_ref()?);
            let [low, high] = [low.map(drawn), high.map(drawn)];
            Some(Cross {
                lane: index(lanes, other),
                at: drawn(at),
                low,
                high,
                text: cost_model::crossing(one),
            })
        };
        let crossings = crossings.iter().filter_map(cross).filter(|one| shown(one.lane)).collect();
        Self { lane: index(lanes, base.lane), lines, crossings }
    }
}

impl Cell {
    fn of(cell: &Quickest, lanes: &[&Lane]) -> Self {
        let first = cell
            .first
            .iter()
            .map(|(row, ns)| format!("{} {}", row.lane.named(), time_with_interval(ns)));
        let mut first: Vec<String> = first.collect();
        let told = if first.len() > 1 { ", not told apart" } else { "" };
        let more = first.len().saturating_sub(MOST_READ_OUT);
        if more > 0 {
            first.truncate(MOST_READ_OUT);
            first.push(format!("and {more} more"));
        }
        let next = cell.next.as_ref().map_or_else(String::new, |(row, ratio)| {
            format!("; next {}: {} as long", row.lane.named(), times_with_interval(&ratio.ratio))
        });
        let at = format!(
            "n = {}, {} ids per item",
            count(cell.items.into()),
            count(cell.max_results.into())
        );
        Self {
            items: cell.items,
            ids: cell.max_results,
            lanes: cell.first.iter().map(|(row, _)| index(lanes, row.lane)).collect(),
            text: format!("{at}: {} per item{told}{next}", first.join(", ")),
        }
    }
}
