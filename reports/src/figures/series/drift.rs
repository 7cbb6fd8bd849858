//! Whether a run drifted: over the visits of a start, and from start to start; and whether starts
//! fall into two groups. The start is the unit of an interval here too. It knows no lanes by name.

use crate::{
    figures::series::visits::{Series, median, thinned},
    record::Record,
    stats::{
        comparison::MARGIN,
        estimates::{self, Estimate, Interval},
    },
};
use statrs::distribution::{ContinuousCDF, Normal};

/// Fewest visits in a start for a slope of it.
const VISITS_ENOUGH: usize = 4;
/// Fewest starts for a slope over them.
const STARTS_ENOUGH: usize = 4;

/// Median of all slopes between two points (Theil 1950), with the interval of Sen 1968 (normal
/// approximation to Kendall's S); points one step apart. `None` of fewer than two values.
pub fn theil_sen(values: &[f64], confidence: f64) -> Option<Estimate> {
    let n = values.len();
    let pairs = (0..n).flat_map(|i| (i + 1..n).map(move |j| (i, j)));
    let mut slopes: Vec<f64> =
        pairs.map(|(i, j)| (values[j] - values[i]) / (j - i) as f64).collect();
    slopes.sort_by(f64::total_cmp);
    let value = median(&slopes)?;
    // Ties lessen the variance of S (Sen 1968, equation 2.6, here in values alone: places differ).
    let variance = (n * (n - 1) * (2 * n + 5)) as f64 - ties(values);
    let z = Normal::standard().inverse_cdf(f64::midpoint(1.0, confidence));
    let half = z * (variance.max(0.0) / 18.0).sqrt();
    let all = slopes.len() as f64;
    let at = |place: f64| slopes[(place.max(0.0) as usize).min(slopes.len() - 1)];
    let low = at(((all - half) / 2.0).round_ties_even() - 1.0);
    let high = at(((all + half) / 2.0).round_ties_even());
    Some(Estimate { value, interval: Some(Interval { low, high }), starts: n })
}

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
    let change = |one: &&Series| {
        let (values, _) = thinned(&one.log_p50);
        Some(theil_sen(&values, confidence)?.value * (values.len() - 1) as f64)
    };
    let of_start = |start: u32| {
        median(
            &of_lane
                .iter()
                .filter(|one| one.start == start)
                .filter_map(change)
                .collect::<Vec<_>>(),
        )
    };
    let changes: Vec<f64> = (0..record.progress.starts_done).filter_map(of_start).collect();
    estimates::mean_of_starts(&changes, confidence).filter(|estimate| estimate.interval.is_some())
}

/// How much slower everything became from the first start to the last, as a logarithm: the
/// Theil-Sen slope over starts of the median over cells, each cell set against its own median.
pub fn over_starts(record: &Record, confidence: f64) -> Option<Estimate> {
    let starts = record.progress.starts_done;
    let logs = |of: &crate::record::Cell| -> Vec<(u32, f64)> {
        let positive = |ns: &f64| ns.is_finite() && *ns > 0.0;
        of.starts
            .iter()
            .filter_map(|s| Some((s.start, s.p50_ns.filter(positive)?.ln())))
            .collect()
    };
    let mut of_start = vec![Vec::new(); starts as usize];
    for cell in record.cells.iter().map(logs) {
        let Some(middle) = median(&cell.iter().map(|(_, log)| *log).collect::<Vec<_>>()) else {
            continue;
        };
        for (start, log) in cell {
            if let Some(values) = of_start.get_mut(start as usize) {
                values.push(log - middle);
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

/// True where a change is shown, and lies beyond the margin of what matters.
pub fn matters(change: &Estimate) -> bool {
    let shown = change.interval.is_some_and(|i| i.low > 0.0 || i.high < 0.0);
    shown && change.value.abs() > (1.0 + MARGIN).ln()
}

/// Starts in two groups: the smaller values' number and middle, and the larger ones', ns.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TwoGroups {
    /// Starts and median of the faster group.
    pub fast: (usize, f64),
    /// Starts and median of the slower group.
    pub slow: (usize, f64),
}

/// The gap between two groups is at least so many times the width of either.
const GAP: f64 = 3.0;

/// Starts whose medians fall into two groups: at least two in each, the gap beyond twice the margin
/// and three times as wide as either group. Of five starts that scatter normally by 2 % fewer than
/// 1 % do (`reports/tests/it/drift.rs`).
pub fn two_groups(p50_ns: &[f64]) -> Option<TwoGroups> {
    let mut logs: Vec<f64> = p50_ns.iter().filter(|ns| **ns > 0.0).map(|ns| ns.ln()).collect();
    logs.sort_by(f64::total_cmp);
    let splits = 2..logs.len().saturating_sub(1);
    let cut =
        splits.max_by(|a, b| (logs[*a] - logs[*a - 1]).total_cmp(&(logs[*b] - logs[*b - 1])))?;
    let (fast, slow) = logs.split_at(cut);
    let gap = slow[0] - fast[cut - 1];
    let width = |group: &[f64]| group[group.len() - 1] - group[0];
    let apart = gap > GAP * width(fast).max(width(slow)) && gap > (1.0 + 2.0 * MARGIN).ln();
    let group = |logs: &[f64]| Some((logs.len(), median(logs)?.exp()));
    apart.then_some(TwoGroups { fast: group(fast)?, slow: group(slow)? })
}
