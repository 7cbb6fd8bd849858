//! Whether a run drifted: over the visits of a start, and from start to start; and whether starts
//! fall into two groups. The start is the unit of an interval here too. It knows no lanes by name.

use crate::{
    figures::cells::LEAST_VISITS,
    figures::series::visits::{Series, median, thinned},
    record::{Cell, Record},
    stats::{
        comparison::MARGIN,
        estimates::{self, Estimate, Interval},
    },
};
use statrs::distribution::{ContinuousCDF, Normal};

pub use crate::stats::starts::two_groups::{TwoGroups, two_groups};

/// Fewest visits in a start for a slope of it.
const VISITS_ENOUGH: usize = 4;
/// Fewest starts for a slope over them.
const STARTS_ENOUGH: usize = 4;

/// Median of all slopes between two points (Theil 1950), with the interval of Sen 1968 (normal
/// approximation to Kendall's S); points one step apart. `None` of fewer than two values.
pub fn theil_sen(values: &[f64], confidence: f64) -> Option<Estimate> {
    let n = values.len();
    let slopes = sorted_slopes(values);
    let value = median(&slopes)?;
    // Ties lessen the variance of S (Sen 1968, equation 2.6, here in values alone: places differ).
    let variance = (n * (n - 1) * (2 * n + 5)) as f64 - ties(values);
    let z = Normal::standard().inverse_cdf(f64::midpoint(1.0, confidence));
    let half = z * (variance.max(0.0) / 18.0).sqrt();
    let all = slopes.len() as f64;
    let last = slopes.len() - 1;
    let low_place = ((all - half) / 2.0).round_ties_even() - 1.0;
    let high_place = ((all + half) / 2.0).round_ties_even();
    let interval = Interval {
        low: slopes[(low_place.max(0.0) as usize).min(last)],
        high: slopes[(high_place.max(0.0) as usize).min(last)],
    };
    Some(Estimate { value, interval: Some(interval), starts: n, too_noisy: false })
}

/// Of each two points, in rising order.
fn sorted_slopes(values: &[f64]) -> Vec<f64> {
    let mut slopes = Vec::new();
    for first in 0..values.len() {
        for second in first + 1..values.len() {
            slopes.push((values[second] - values[first]) / (second - first) as f64);
        }
    }
    slopes.sort_by(f64::total_cmp);
    slopes
}

/// What equal values take off 18 times the variance of S.
fn ties(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let runs = sorted.chunk_by(|a, b| a == b).map(|run| run.len() as f64);
    runs.map(|k| k * (k - 1.0) * (2.0 * k + 5.0)).sum()
}

/// How much slower a lane's visits became from the first to the last of a start, as a logarithm:
/// mean over starts of the median over its cells of the Theil-Sen slope. `None` with fewer than two
/// starts that can be judged.
pub fn within_starts(
    record: &Record,
    series: &[Series],
    lane: &str,
    confidence: f64,
) -> Option<Estimate> {
    let of_lane: Vec<&Series> = series
        .iter()
        .filter(|one| record.cells[one.cell].lane == lane && one.log_p50.len() >= VISITS_ENOUGH)
        .collect();
    let mut changes = Vec::new();
    for start in 0..record.progress.starts_done {
        let of_start = of_lane.iter().filter(|one| one.start == start);
        let of_cells: Vec<f64> =
            of_start.filter_map(|one| first_to_last(&one.log_p50, confidence)).collect();
        changes.extend(median(&of_cells));
    }
    estimates::mean_of_starts(&changes, 0.0, confidence)
        .filter(|estimate| estimate.interval.is_some())
}

/// The Theil-Sen slope times the steps from the first value to the last.
fn first_to_last(values: &[f64], confidence: f64) -> Option<f64> {
    let values = thinned(values).values;
    Some(theil_sen(&values, confidence)?.value * (values.len() - 1) as f64)
}

/// How much slower everything became from the first start to the last, as a logarithm: the
/// Theil-Sen slope over starts of the median over cells, each cell set against its own median.
pub fn over_starts(record: &Record, confidence: f64) -> Option<Estimate> {
    let starts = record.progress.starts_done;
    let mut of_start = vec![Vec::new(); starts as usize];
    for cell in &record.cells {
        for (start, deviation) in deviations(cell) {
            if let Some(values) = of_start.get_mut(start as usize) {
                values.push(deviation);
            }
        }
    }
    let levels: Vec<f64> = of_start.iter().filter_map(|values| median(values)).collect();
    if levels.len() < STARTS_ENOUGH {
        return None;
    }
    let slope = theil_sen(&levels, confidence)?;
    Some(slope.scaled((levels.len() - 1) as f64))
}

/// The logarithm of each start's median less the median of them all.
fn deviations(cell: &Cell) -> Vec<(u32, f64)> {
    let mut logs = Vec::new();
    for start in &cell.starts {
        if let Some(p50_ns) = start.p50_ns.filter(|ns| ns.is_finite() && *ns > 0.0) {
            logs.push((start.start, p50_ns.ln()));
        }
    }
    let values: Vec<f64> = logs.iter().map(|(_, log)| *log).collect();
    let Some(middle) = median(&values) else { return Vec::new() };
    logs.into_iter().map(|(start, log)| (start, log - middle)).collect()
}

/// True where a change is shown, and lies beyond the margin of what matters.
pub fn matters(change: &Estimate) -> bool {
    let shown = change.interval.is_some_and(|i| i.low > 0.0 || i.high < 0.0);
    shown && change.value.abs() > (1.0 + MARGIN).ln()
}

/// The starts of a single call whose median tells something of the start, ns.
pub fn medians_of_starts(cell: &Cell) -> Vec<f64> {
    let told = cell.starts.iter().filter(|start| start.visits_done >= LEAST_VISITS);
    told.filter_map(|start| start.p50_ns).collect()
}
