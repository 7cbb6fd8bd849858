//! What the charts of section 5 draw: ratios to each lane that may be the base, where lanes cross,
//! and who is the quickest.

use crate::{
    figures::{
        row::Row,
        summary::{Scene, Summary},
    },
    model::{
        self,
        batch_sizes::{self, Against, Contest, Quickest},
        crossover::{self, CrossOver},
    },
    record::{Lane, Record},
    say::chart_sentences,
    stats::units::{count, time_with_interval, times_with_interval},
    view::charts::points::{Spot, drawn, index, split, spot},
};
use serde::Serialize;

#[derive(Debug, Serialize)]
pub(crate) struct Crossing {
    /// What the sizes of the payload count.
    unit: String,
    bases: Vec<Base>,
    /// The one that is shown first.
    first: usize,
    contests: Vec<Grid>,
}

/// Everything against one lane.
#[derive(Debug, Serialize)]
struct Base {
    lane: usize,
    /// Where it was measured, as ` on two cores`; empty where the run has one placement.
    placed: String,
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
    size: u32,
    /// Those than which no other is quicker; several are not told apart.
    lanes: Vec<usize>,
    text: String,
}

/// Lanes that share a field and are read out by name; the table has all.
const MOST_READ_OUT: usize = 8;

impl Crossing {
    pub(crate) fn of(summary: &Summary) -> Option<Self> {
        let scene = summary.main()?;
        let (mut bases, mut first) = (Vec::new(), 0);
        for (at, placed) in summary.placed().into_iter().enumerate() {
            let (of_placement, best) = Base::all_of(placed, summary);
            if at == 0 {
                first = best;
            }
            bases.extend(of_placement);
        }
        let contests = batch_sizes::contests(summary);
        let contests: Vec<Grid> =
            contests.iter().map(|contest| Grid::of(contest, &summary.lanes)).collect();
        (!bases.is_empty() || !contests.is_empty()).then_some(Self {
            unit: unit_of(summary.record, scene.asked.workload),
            bases,
            first,
            contests,
        })
    }
}

/// What the sizes of a workload count; nothing where the plan does not say.
fn unit_of(record: &Record, workload: &str) -> String {
    let planned = record.plan.workloads.iter().find(|planned| planned.name == workload);
    planned.map_or_else(String::new, |planned| planned.unit.clone())
}

impl Base {
    /// Every lane of a scene that others can be set against, and which of them is shown first. A
    /// run of single calls has a quickest lane, and no ratios over sizes.
    fn all_of(scene: &Scene, summary: &Summary) -> (Vec<Self>, usize) {
        let rows = batch_sizes::drawable(scene);
        let modelled = model::of(scene);
        let crossings = crossover::cross_overs(&modelled);
        let first = batch_sizes::first_base(&rows, &crossings).filter(|_| rows.len() > 1);
        let Some(first) = first else { return (Vec::new(), 0) };
        let placed = &scene.placed;
        let of = |base: &&Row| Self::of(base, &rows, &crossings, &summary.lanes, placed);
        (rows.iter().map(of).collect(), first)
    }

    fn of(
        base: &Row,
        rows: &[&Row],
        crossings: &[CrossOver],
        lanes: &[&Lane],
        placed: &str,
    ) -> Self {
        let against = batch_sizes::against(rows, base);
        let lines: Vec<Line> = against.iter().map(|one| Line::of(one, lanes)).collect();
        let mut drawn_crossings = Vec::new();
        for crossing in crossings {
            let Some(cross) = Cross::of(crossing, base.lane, lanes, placed) else {
                continue;
            };
            if lines.iter().any(|line| line.lane == cross.lane) {
                drawn_crossings.push(cross);
            }
        }
        Self {
            lane: index(lanes, base.lane),
            placed: placed.to_owned(),
            lines,
            crossings: drawn_crossings,
        }
    }
}

impl Line {
    fn of(against: &Against, lanes: &[&Lane]) -> Self {
        let mut points = Vec::new();
        for (items, comparison) in &against.points {
            let ratio = &comparison.ratio;
            points.push((*items, spot(ratio), times_with_interval(ratio)));
        }
        Self { lane: index(lanes, against.row.lane), points }
    }
}

impl Cross {
    /// None where the base is neither of the two lanes, or where they cross is not known.
    fn of(crossing: &CrossOver, base: &Lane, lanes: &[&Lane], placed: &str) -> Option<Self> {
        let (few, many) = (crossing.few.lane, crossing.many.lane);
        let other = if base.name == few.name {
            many
        } else if base.name == many.name {
            few
        } else {
            return None;
        };
        let (at, low, high) = split(crossing.items.as_ref()?);
        Some(Self {
            lane: index(lanes, other),
            at: drawn(at),
            low: low.map(drawn),
            high: high.map(drawn),
            text: chart_sentences::crossing_placed(crossing, placed),
        })
    }
}

impl Grid {
    fn of(contest: &Contest, lanes: &[&Lane]) -> Self {
        Self {
            name: chart_sentences::among(contest),
            cells: contest.cells.iter().map(|cell| Cell::of(cell, lanes)).collect(),
        }
    }
}

impl Cell {
    fn of(cell: &Quickest, lanes: &[&Lane]) -> Self {
        let first = cell
            .first
            .iter()
            .map(|(row, ns)| format!("{} {}", row.lane.named(), time_with_interval(ns)));
        let mut first: Vec<String> = first.collect();
        let told = cell.tie.map_or_else(String::new, |tie| format!(" ({tie})"));
        let more = first.len().saturating_sub(MOST_READ_OUT);
        if more > 0 {
            first.truncate(MOST_READ_OUT);
            first.push(format!("and {more} more"));
        }
        let next = cell.next.as_ref().map_or_else(String::new, |(row, ratio)| {
            let (words, times) = (ratio.words_with_size(), times_with_interval(&ratio.ratio));
            format!("; next {}: {words}, {times} as long", row.lane.named())
        });
        let at = format!("n = {}, {} per item", count(cell.items.into()), cell.asked.amount());
        Self {
            items: cell.items,
            size: cell.asked.size,
            lanes: cell.first.iter().map(|(row, _)| index(lanes, row.lane)).collect(),
            text: format!("{at}: {} per item{told}{next}", first.join(", ")),
        }
    }
}
