//! Whether a cell had settled in a start: a piecewise-constant fit to the medians of its visits,
//! after Barrett, Bolz-Tereick, Killick, Mount and Tratt, "Virtual machine warmup blows hot and
//! cold", OOPSLA 2017. They use PELT (Killick, Fearnhead and Eckley, "Optimal detection of
//! changepoints with a linear computational cost", 2012) with squared errors; series here are short
//! and heavy-tailed, so that the whole optimal partitioning (Jackson and others, "An algorithm for
//! optimal partitioning of data on an interval", 2005) is affordable, and errors are absolute, so
//! that one odd visit is no change. It knows no cells.

use crate::{
    figures::series::visits::{median, thinned},
    stats::comparison::MARGIN,
};

/// Fewest visits of a cell in a start for a judgement.
pub const VISITS_ENOUGH: usize = 8;
/// Fewest visits between two changes, and the share of a series that they are at least: in a long
/// series three odd visits in a row are no level.
const SHORTEST_SEGMENT: usize = 3;
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
    let (grouped, each) = thinned(log_p50);
    let log_p50 = grouped.as_slice();
    let ends = changes(log_p50);
    let mut begin = 0;
    let mut levels = Vec::new();
    for end in ends {
        levels.push((begin, median(&log_p50[begin..end])?));
        begin = end;
    }
    let last = levels.last()?.1;
    let margin = (1.0 + MARGIN).ln();
    let apart = |level: f64| (level - last).abs() > margin;
    let Some(at) = levels.iter().rposition(|(_, level)| apart(*level)) else {
        return Some(Course::Steady);
    };
    let settled = levels[at + 1].0;
    let held = (log_p50.len() - settled) as f64 / log_p50.len() as f64;
    Some(match levels.iter().any(|(_, level)| *level < last - margin) {
        _ if held < SETTLED_SHARE => Course::NoSteadyState,
        true => Course::Slowdown,
        false => Course::WarmUp { visits: settled * each },
    })
}

/// Ends of the segments of the best fit, the last one the length of the series.
pub fn changes(values: &[f64]) -> Vec<usize> {
    let n = values.len();
    let shortest = SHORTEST_SEGMENT.max(n / SHORTEST_PART).min(n);
    let penalty = PENALTY + PENALTY_PER_LOG * (n.max(1) as f64).ln();
    let scatter = scatter(values);
    // best[j]: least cost of the first j values, and where its last segment begins.
    let mut best = vec![(f64::INFINITY, 0); n + 1];
    best[0].0 = -penalty;
    for begin in 0..n {
        if best[begin].0.is_finite() {
            for (end, cost) in costs(values, begin, scatter) {
                let total = best[begin].0 + penalty + cost;
                if end - begin >= shortest && total < best[end].0 {
                    best[end] = (total, begin);
                }
            }
        }
    }
    let mut ends = Vec::new();
    let mut end = n;
    while end > 0 {
        ends.push(end);
        end = best[end].1;
    }
    ends.reverse();
    ends
}

/// For each end of a segment that begins here, the sum of distances from the segment's median, in
/// units of scatter.
fn costs(values: &[f64], begin: usize, scatter: f64) -> impl Iterator<Item = (usize, f64)> {
    let mut sorted: Vec<f64> = Vec::new();
    values[begin..].iter().enumerate().map(move |(at, value)| {
        sorted.insert(sorted.partition_point(|other| other < value), *value);
        let middle = sorted[sorted.len() / 2];
        (
            begin + at + 1,
            sorted
                .iter()
                .map(|other| ((other - middle).abs() / scatter).min(MOST_COST))
                .sum(),
        )
    })
}

/// Scatter of one value, from differences of neighbours: a change of level touches only one of
/// these. For normal noise it is the standard deviation (median of |x| is 0.6745 of it, and a
/// difference scatters by the root of 2 as much).
fn scatter(values: &[f64]) -> f64 {
    let steps: Vec<f64> = values.windows(2).map(|pair| (pair[1] - pair[0]).abs()).collect();
    (median(&steps).unwrap_or(0.0) / 0.674_5 / 2f64.sqrt()).max(LEAST_SCATTER)
}
