//! Whether a line describes a lane: how far it misses a size that it has not seen, whether one bend
//! serves better, or neither.

use crate::{
    model::{
        fit::{self, Curve},
        grid::Grid,
    },
    stats::paired_ratio::median,
};

/// A model that misses unseen sizes by more than this share is none.
pub const MOST_ERROR: f64 = 0.10;
/// Sizes that a bend leaves on its lower side, itself included, and on its upper side, at least:
/// one more than the terms there need, so that one can be left out.
const BELOW: usize = 3;
/// See [`BELOW`].
const ABOVE: usize = 2;
/// Fewest sizes for a line of which one is left out.
pub const FEWEST_SIZES: usize = 3;

/// What describes a lane.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Form {
    /// T(n) = a + b n.
    Line,
    /// A line that bends once, at this many items.
    Bent(u32),
    /// Neither: what a size that was not measured takes is not known.
    Neither,
}

/// How far a model misses sizes that it has not seen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Missed {
    /// Root mean square over the sizes, as a share. Each size counts with the median over starts of
    /// what its prediction by the other sizes misses it by: what remains is the model's error, not
    /// the noise of one start.
    pub error: f64,
    /// The size that is missed by most.
    pub worst_items: u32,
    /// By how much: positive where the model says too much.
    pub worst: f64,
}

/// The form, and how far it misses; for [`Form::Neither`] how far the line does.
pub(crate) fn of(grid: &Grid) -> Option<(Form, Missed)> {
    let line = missed(grid, None)?;
    if line.error <= MOST_ERROR {
        return Some((Form::Line, line));
    }
    if let Some(bend) = better_bend(grid)
        && let Some(bent) = missed(grid, Some(bend))
        && bent.error <= MOST_ERROR
    {
        return Some((Form::Bent(bend), bent));
    }
    Some((Form::Neither, line))
}

/// The bend with the least information criterion, if that is less than the line's; items.
fn better_bend(grid: &Grid) -> Option<u32> {
    let last = grid.sizes.len().saturating_sub(ABOVE);
    let mut best: Option<(u32, f64)> = None;
    for &bend in (BELOW - 1..last).map(|at| &grid.sizes[at]) {
        let Some(criterion) = information_criterion(grid, Some(bend)) else { continue };
        if best.is_none_or(|(_, least)| criterion.total_cmp(&least).is_lt()) {
            best = Some((bend, criterion));
        }
    }
    let (bend, criterion) = best?;
    let of_line = information_criterion(grid, None)?;
    if criterion < of_line { Some(bend) } else { None }
}

/// The curve of one start.
pub(crate) fn curve(grid: &Grid, ns: &[f64], form: Form) -> Option<Curve> {
    let bend = match form {
        Form::Bent(bend) => Some(f64::from(bend)),
        Form::Line | Form::Neither => None,
    };
    fit::bounded(&grid.items(), ns, bend)
}

fn missed(grid: &Grid, bend: Option<u32>) -> Option<Missed> {
    if grid.sizes.len() < FEWEST_SIZES {
        return None;
    }
    let items = grid.items();
    let errors: Vec<f64> = (0..items.len())
        .map(|at| missed_at(grid, &items, at, bend))
        .collect::<Option<_>>()?;
    let square = errors.iter().map(|e| e * e).sum::<f64>() / errors.len() as f64;
    let worst = (0..errors.len()).max_by(|a, b| errors[*a].abs().total_cmp(&errors[*b].abs()))?;
    Some(Missed {
        error: square.sqrt(),
        worst_items: grid.sizes[worst],
        worst: errors[worst],
    })
}

/// What one size is missed by, by the fit to all others: median over starts.
fn missed_at(grid: &Grid, items: &[f64], left: usize, bend: Option<u32>) -> Option<f64> {
    let mut misses = Vec::new();
    for (_, ns) in &grid.starts {
        let curve = fit::bounded(&without(items, left), &without(ns, left), bend.map(f64::from))?;
        misses.push(curve.at(items[left]) / ns[left] - 1.0);
    }
    median(&mut misses)
}

fn without(values: &[f64], left: usize) -> Vec<f64> {
    [&values[..left], &values[left + 1..]].concat()
}

/// The Bayesian information criterion (Schwarz, "Estimating the Dimension of a Model", 1978) of one
/// curve for each start with a common bend, for relative errors with Laplace's distribution, which
/// a disturbed size does not rule.
fn information_criterion(grid: &Grid, bend: Option<u32>) -> Option<f64> {
    let items = grid.items();
    let mut sum = 0.0;
    for (_, ns) in &grid.starts {
        let curve = fit::bounded(&items, ns, bend.map(f64::from))?;
        sum += items.iter().zip(ns).map(|(n, t)| (1.0 - curve.at(*n) / t).abs()).sum::<f64>();
    }
    let starts = grid.starts.len() as f64;
    let values = starts * items.len() as f64;
    let terms = if bend.is_some() { 3.0 * starts + 1.0 } else { 2.0 * starts };
    // Points that lie on the curve have an error of rounding, not of 0.
    let mean = (sum / values).max(1e-12);
    Some(2.0 * values * mean.ln() + terms * values.ln())
}
