//! Whether a comparison of two records lets a change pass. It compares nothing itself.

use crate::{
    judge::comparison::{Between, Change, Fate},
    stats::comparison::{self, DETECTION},
};

/// What a gate says, of one figure or of all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gate {
    /// No figure can be slower by more than the limit, whatever its interval leaves open.
    Passed,
    /// At least one figure is slower by more than the limit, or was lost.
    Failed,
    /// The intervals leave it open, or the earlier record has too few restarts of something.
    CannotTell,
    /// One of the records must not be used.
    Untrustworthy,
}

/// What a gate says of a comparison.
#[derive(Clone, Debug)]
pub struct Gated {
    /// Of all figures together.
    pub outcome: Gate,
    /// Of each change, in their order.
    pub each: Vec<Gate>,
}

/// Whether all figures are within this slowdown (0.1 for 10 %).
///
/// The error is controlled over the whole family, whatever its size. It *fails* if the hypothesis
/// "this figure is slower by at most the limit" is rejected for a figure: Welch's t, one-sided, on
/// logarithms of starts, Holm over all figures, 1 % in all. So a change that slows nothing by more
/// than the limit fails in at most one of a hundred comparisons, however many figures there are. It
/// *passes* only if the 99 % interval of every figure lies below the limit: a change that slows a
/// figure by more passes in at most one of two hundred (an intersection-union test; Berger,
/// "Multiparameter hypothesis testing and acceptance sampling", 1982). Between the two it cannot
/// tell. Intervals hold the luck of a run too, as far as the figures of both show it.
///
/// Of fewer than three restarts, of restarts that do not differ at all, and of figures that are in
/// two groups or were disturbed on a side, it cannot tell.
///
/// A figure that the later run planned and lost fails too. One that it did not plan, or measured in
/// visits of another length, does not.
pub fn gate(between: &Between, slowdown: f64) -> Gated {
    let limit = slowdown.ln_1p();
    let told = between.changes.iter().filter(|change| change.open.is_none());
    let p_values: Vec<f64> = told.map(|change| change.logs.p_value_of_at_most(limit)).collect();
    let mut beyond = comparison::holm(&p_values, 1.0 - DETECTION).into_iter();
    let mut each = Vec::new();
    for change in &between.changes {
        let is_beyond = change.open.is_none() && beyond.next().unwrap_or(false);
        each.push(gate_of_one(change, slowdown, is_beyond));
    }
    let outcome = if !between.distrusted.is_empty() {
        Gate::Untrustworthy
    } else if each.contains(&Gate::Failed) || any_gone(between, Fate::Lost) {
        Gate::Failed
    } else if each.contains(&Gate::CannotTell) || any_gone(between, Fate::Undecided) {
        Gate::CannotTell
    } else {
        Gate::Passed
    };
    Gated { outcome, each }
}

fn any_gone(between: &Between, fate: Fate) -> bool {
    between.gone.iter().any(|gone| gone.fate == fate)
}

/// One figure, which the family's tests found to be `beyond` the limit or not.
fn gate_of_one(change: &Change, slowdown: f64, beyond: bool) -> Gate {
    if beyond {
        Gate::Failed
    } else if change.open.is_none()
        && change.logs.differs()
        && change.comparison.is_below(1.0 + slowdown)
    {
        Gate::Passed
    } else {
        Gate::CannotTell
    }
}
