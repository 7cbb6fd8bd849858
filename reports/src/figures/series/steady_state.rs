//! Whether a cell had settled in a start: a piecewise-constant fit to the medians of its visits,
//! after Barrett, Bolz-Tereick, Killick, Mount and Tratt, "Virtual machine warmup blows hot and
//! cold", OOPSLA 2017. They use PELT (Killick, Fearnhead and Eckley, "Optimal detection of
//! changepoints with a linear computational cost", 2012) with squared errors; series here are short
//! and heavy-tailed, so that the whole optimal partitioning (Jackson and others, "An algorithm for
//! optimal partitioning of data on an interval", 2005) is affordable, and errors are absolute, so
//! that one odd visit is no change. It knows no cells.

use crate::{
    figures::series::visits::{Thinned, median, thinned},
    stats::comparison::MARGIN,
};

/// Fewest visits of a cell in a start for a judgement.
pub const VISITS_ENOUGH: usize = 8;
/// Fewest visits between two changes.
const SHORTEST_SEGMENT: usize = 3;
/// They are at least this part of a series (a twelfth): in a long one three odd visits in a row are
/// no level.
const SHORTEST_PART: usize = 12;
/// What one visit costs at most, in units of scatter: one that is far off is an accident, not a
/// level (Fearnhead and Rigaill, "Changepoint detection in the presence of outliers", 2019).
const MOST_COST: f64 = 8.0;
/// What a change must gain, in units of the scatter of neighbours: `PENALTY + PENALTY_PER_LOG *
/// ln(visits)`. Chosen in the seeded simulation of `reports/tests/it/steady.rs`, so that at most 5
/// % of series without a change are given one.
const PENALTY: f64 = 7.5;
const PENALTY_PER_LOG: f64 = 0.5;
/// Share of a start that its last level must hold for it to be called settled (Barrett and others:
/// 500 of 2,000 iterations).
const SETTLED_SHARE: f64 = 0.25;
/// Scatter that the histogram's three digits make by themselves.
const LEAST_SCATTER: f64 = 1e-3;

/// What a cell did in a start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Course {
    /// One level, within the margin of what matters.
    Steady,
    /// Slower at first, then one level.
    WarmUp {
        /// Visits before that level.
        visits: usize,
    },
    /// Some level before the last was faster.
    Slowdown,
    /// The last level came too late to be called one.
    NoSteadyState,
}

/// Judges a series of logarithms of medians, in the order of the visits; `None` where there are too
/// few.
pub fn course(log_p50: &[f64]) -> Option<Course> {
    if log_p50.len() < VISITS_ENOUGH {
        return None;
    }
    let Thinned { values, each } = thinned(log_p50);
    let levels = levels(&values)?;
    let last = levels.last()?.log_ns;
    let margin = (1.0 + MARGIN).ln();
    let Some(at) = levels.iter().rposition(|level| (level.log_ns - last).abs() > margin) else {
        return Some(Course::Steady);
    };
    let settled = levels[at + 1].begin;
    let held = (values.len() - settled) as f64 / values.len() as f64;
    let was_faster = levels.iter().any(|level| level.log_ns < last - margin);
    if held < SETTLED_SHARE {
        Some(Course::NoSteadyState)
    } else if was_faster {
        Some(Course::Slowdown)
    } else {
        Some(Course::WarmUp { visits: settled * each })
    }
}

/// A part of a series without a change.
struct Level {
    /// Index of its first value.
    begin: usize,
    /// Median of its values.
    log_ns: f64,
}

fn levels(values: &[f64]) -> Option<Vec<Level>> {
    let mut levels = Vec::new();
    let mut begin = 0;
    for end in changes(values) {
        levels.push(Level { begin, log_ns: median(&values[begin..end])? });
        begin = end;
    }
    Some(levels)
}

/// The cheapest fit to the first values of a series.
#[derive(Clone, Copy)]
struct Fit {
    cost: f64,
    /// Where its last segment begins.
    last_begin: usize,
}

/// Ends of the segments of the best fit, the last one the length of the series.
pub fn changes(values: &[f64]) -> Vec<usize> {
    let n = values.len();
    let shortest = SHORTEST_SEGMENT.max(n / SHORTEST_PART).min(n);
    let penalty = PENALTY + PENALTY_PER_LOG * (n.max(1) as f64).ln();
    let scatter = scatter(values);
    // best[j] is that of the first j values.
    let mut best = vec![Fit { cost: f64::INFINITY, last_begin: 0 }; n + 1];
    best[0].cost = -penalty;
    for begin in 0..n {
        if !best[begin].cost.is_finite() {
            continue;
        }
        for (end, cost) in (begin + 1..).zip(costs(values, begin, scatter)) {
            let total = best[begin].cost + penalty + cost;
            if end - begin >= shortest && total < best[end].cost {
                best[end] = Fit { cost: total, last_begin: begin };
            }
        }
    }
    let mut ends = Vec::new();
    let mut end = n;
    while end > 0 {
        ends.push(end);
        end = best[end].last_begin;
    }
    ends.reverse();
    ends
}

/// For the segments that begin here and have one value, two, and so on: the sum of distances from
/// the segment's median, in units of scatter.
fn costs(values: &[f64], begin: usize, scatter: f64) -> Vec<f64> {
    let mut costs = Vec::new();
    let mut sorted: Vec<f64> = Vec::new();
    for value in &values[begin..] {
        sorted.insert(sorted.partition_point(|other| other < value), *value);
        let middle = sorted[sorted.len() / 2];
        let distances =
            sorted.iter().map(|other| ((other - middle).abs() / scatter).min(MOST_COST));
        costs.push(distances.sum());
    }
    costs
}

/// Scatter of one value, from differences of neighbours: a change of level touches only one of
/// these. For normal noise it is the standard deviation (median of |x| is 0.6745 of it, and a
/// difference scatters by the root of 2 as much).
fn scatter(values: &[f64]) -> f64 {
    let steps: Vec<f64> = values.windows(2).map(|pair| (pair[1] - pair[0]).abs()).collect();
    (median(&steps).unwrap_or(0.0) / 0.674_5 / 2f64.sqrt()).max(LEAST_SCATTER)
}
