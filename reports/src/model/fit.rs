//! Lines through a few sizes of one start: Theil-Sen as the start, then iteratively reweighted
//! least squares with Huber's weights, on relative errors. It knows no lanes and makes no
//! intervals.

use crate::stats::paired_ratio::median;

/// Where Huber's weights begin to fall, in standard deviations: 95 % efficiency for normal errors
/// (Huber, "Robust Estimation of a Location Parameter", 1964).
const TUNING: f64 = 1.345;
/// The median of |r| of a standard normal distribution.
const NORMAL_MEDIAN: f64 = 0.674_489_750_196_081_7;
/// Rounds after which the fit is taken as it is; ten are usual.
const MOST_ROUNDS: usize = 200;
/// Residuals below this share are rounding: the points lie on the line.
const ROUNDING: f64 = 1e-12;

/// T(n) = a + b n, up to a bend; from there on each item takes [`Bend::item_beyond_ns`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Curve {
    /// a: what an action takes whatever it carries, ns.
    pub call_ns: f64,
    /// b: what each item adds, ns.
    pub item_ns: f64,
    /// From where on an item takes something else.
    pub bend: Option<Bend>,
}

/// Where a curve bends.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bend {
    /// The last item that takes what those before it take.
    pub items: f64,
    /// What each item adds beyond it, ns.
    pub item_beyond_ns: f64,
}

impl Curve {
    /// Time of an action of so many items, ns.
    pub fn at(&self, items: f64) -> f64 {
        match self.bend {
            Some(bend) if items > bend.items => {
                self.call_ns
                    + self.item_ns * bend.items
                    + bend.item_beyond_ns * (items - bend.items)
            }
            _ => self.call_ns + self.item_ns * items,
        }
    }

    /// The items of an action that takes this long, ns; `None` where items take no time.
    pub fn items_at(&self, ns: f64) -> Option<f64> {
        let (from, slope) = match self.bend {
            Some(bend) if ns > self.at(bend.items) => (bend.items, bend.item_beyond_ns),
            _ => (0.0, self.item_ns),
        };
        if slope > 0.0 {
            Some(from + (ns - self.at(from)) / slope)
        } else {
            None
        }
    }
}

/// A straight line.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Line {
    /// y at x = 0.
    pub intercept: f64,
    /// What y grows by where x grows by 1.
    pub slope: f64,
}

/// The line of Theil and Sen: the median of the slopes of all pairs, and the median
/// of what is left (Sen, "Estimates of the Regression Coefficient Based on Kendall's Tau", 1968).
/// `None` for fewer than two different x.
pub fn theil_sen(x: &[f64], y: &[f64]) -> Option<Line> {
    let mut slopes = Vec::new();
    for first in 0..x.len() {
        for second in first + 1..x.len() {
            if x[first] != x[second] {
                slopes.push((y[second] - y[first]) / (x[second] - x[first]));
            }
        }
    }
    let slope = median(&mut slopes)?;
    let mut rest: Vec<f64> = x.iter().zip(y).map(|(x, y)| y - slope * x).collect();
    Some(Line { intercept: median(&mut rest)?, slope })
}

/// The curve with the least relative error, and whatever sign its terms come out with: a negative
/// one says that it cannot be told from 0. `None` where there are fewer sizes than terms.
pub fn free(items: &[f64], ns: &[f64], bend: Option<f64>) -> Option<Curve> {
    let columns = terms(items, bend);
    let all: Vec<usize> = (0..columns.len()).collect();
    let found = robust(&columns, ns, &all, &start(items, ns, bend)?)?;
    Some(curve(&found, bend))
}

/// The same with no term below 0: a term that would be is left out, the most negative one first,
/// and the rest fitted again.
pub fn bounded(items: &[f64], ns: &[f64], bend: Option<f64>) -> Option<Curve> {
    let columns = terms(items, bend);
    let begin = start(items, ns, bend)?;
    let mut kept: Vec<usize> = (0..columns.len()).collect();
    loop {
        let found = robust(&columns, ns, &kept, &begin)?;
        match kept.iter().copied().min_by(|a, b| found[*a].total_cmp(&found[*b])) {
            Some(worst) if found[worst] < 0.0 => kept.retain(|term| *term != worst),
            _ => return Some(curve(&found, bend)),
        }
    }
}

/// What multiplies a, b and the slope beyond the bend at each size.
fn terms(items: &[f64], bend: Option<f64>) -> Vec<Vec<f64>> {
    let up_to = bend.unwrap_or(f64::INFINITY);
    let mut columns = vec![vec![1.0; items.len()], items.iter().map(|n| n.min(up_to)).collect()];
    columns.extend(bend.map(|bend| items.iter().map(|n| (n - bend).max(0.0)).collect()));
    columns
}

/// Where the fit begins: a, b and, with a bend, b once more for the slope beyond it.
fn start(items: &[f64], ns: &[f64], bend: Option<f64>) -> Option<Vec<f64>> {
    let Line { intercept, slope } = theil_sen(items, ns)?;
    let mut terms = vec![intercept, slope];
    if bend.is_some() {
        terms.push(slope);
    }
    Some(terms)
}

fn curve(found: &[f64], bend: Option<f64>) -> Curve {
    Curve {
        call_ns: found[0],
        item_ns: found[1],
        bend: bend.map(|items| Bend { items, item_beyond_ns: found[2] }),
    }
}

/// Fits the kept terms; the others are 0.
fn robust(columns: &[Vec<f64>], ns: &[f64], kept: &[usize], begin: &[f64]) -> Option<Vec<f64>> {
    if ns.len() < kept.len() || kept.is_empty() {
        return None;
    }
    // Divided by T, every size has the same relative error, and the left side is 1.
    let relative: Vec<Vec<f64>> = kept.iter().map(|term| divided(&columns[*term], ns)).collect();
    let mut found: Vec<f64> = kept.iter().map(|term| begin[*term]).collect();
    for _ in 0..MOST_ROUNDS {
        let residuals = residuals(&relative, &found);
        let scale = scale(&residuals, kept.len());
        if scale < ROUNDING {
            break;
        }
        let next = weighted(&relative, &huber_weights(&residuals, scale))?;
        let moved = next
            .iter()
            .zip(&found)
            .any(|(new, old)| (new - old).abs() > ROUNDING * old.abs());
        found = next;
        if !moved {
            break;
        }
    }
    let mut all = vec![0.0; columns.len()];
    for (term, value) in kept.iter().zip(found) {
        all[*term] = value;
    }
    Some(all)
}

fn divided(values: &[f64], by: &[f64]) -> Vec<f64> {
    values.iter().zip(by).map(|(value, by)| value / by).collect()
}

/// The fit of Huber's loss for a known scale of the errors: `columns` times the answer is 1
/// everywhere.
pub fn huber(columns: &[Vec<f64>], scale: f64) -> Option<Vec<f64>> {
    let mut found = least_squares(columns)?;
    for _ in 0..MOST_ROUNDS {
        found = weighted(columns, &huber_weights(&residuals(columns, &found), scale))?;
    }
    Some(found)
}

fn residuals(columns: &[Vec<f64>], found: &[f64]) -> Vec<f64> {
    (0..columns[0].len()).map(|row| 1.0 - fitted(columns, found, row)).collect()
}

fn fitted(columns: &[Vec<f64>], found: &[f64], row: usize) -> f64 {
    columns.iter().zip(found).map(|(column, value)| column[row] * value).sum()
}

fn huber_weights(residuals: &[f64], scale: f64) -> Vec<f64> {
    residuals.iter().map(|r| (TUNING * scale / r.abs()).min(1.0)).collect()
}

/// The scale of the errors from the median of their sizes. As many of the smallest as there are
/// terms, less one, are left out: with so few points a fit can pass through as many as it has
/// terms, and their errors say nothing (so also does `robustfit` of MATLAB).
fn scale(residuals: &[f64], terms: usize) -> f64 {
    let mut sizes: Vec<f64> = residuals.iter().map(|r| r.abs()).collect();
    sizes.sort_by(f64::total_cmp);
    let beyond = (terms - 1).min(sizes.len() - 1);
    median(&mut sizes[beyond..]).unwrap_or(0.0) / NORMAL_MEDIAN
}

/// Plain least squares: `columns` times the answer is as near 1 everywhere as it can be.
pub fn least_squares(columns: &[Vec<f64>]) -> Option<Vec<f64>> {
    weighted(columns, &vec![1.0; columns.first()?.len()])
}

/// Weighted least squares for a left side of 1, by the normal equations; at most three terms, each
/// scaled to length 1.
fn weighted(columns: &[Vec<f64>], weights: &[f64]) -> Option<Vec<f64>> {
    let lengths: Vec<f64> = columns.iter().map(|column| length(column)).collect();
    if lengths.iter().any(|length| !length.is_finite() || *length == 0.0) {
        return None;
    }
    let ones = vec![1.0; weights.len()];
    let mut rows: Vec<Vec<f64>> = Vec::new();
    for (first, length) in columns.iter().zip(&lengths) {
        let mut row = Vec::new();
        for (second, other) in columns.iter().zip(&lengths) {
            row.push(weighted_product(first, second, weights) / length / other);
        }
        row.push(weighted_product(first, &ones, weights) / length);
        rows.push(row);
    }
    Some(divided(&solved(rows)?, &lengths))
}

fn length(values: &[f64]) -> f64 {
    values.iter().map(|x| x * x).sum::<f64>().sqrt()
}

fn weighted_product(a: &[f64], b: &[f64], weights: &[f64]) -> f64 {
    a.iter().zip(b).zip(weights).map(|((x, y), weight)| x * y * weight).sum()
}

/// Gauss with pivoting; each row ends with its right side.
fn solved(mut rows: Vec<Vec<f64>>) -> Option<Vec<f64>> {
    let n = rows.len();
    for at in 0..n {
        let pivot = (at..n).max_by(|a, b| rows[*a][at].abs().total_cmp(&rows[*b][at].abs()))?;
        rows.swap(at, pivot);
        if rows[at][at].abs() < 1e-14 {
            return None;
        }
        let from = rows[at].clone();
        for (_, row) in rows.iter_mut().enumerate().filter(|(other, _)| *other != at) {
            let factor = row[at] / from[at];
            for (value, other) in row.iter_mut().zip(&from) {
                *value -= factor * other;
            }
        }
    }
    Some((0..n).map(|at| rows[at][n] / rows[at][at]).collect())
}
