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
/// tell. What the machine did between the two runs is no error of sampling: against that nothing
/// here protects.
///
/// Of fewer than three restarts, and of restarts that do not differ at all, it cannot tell.
///
/// A figure that the later run planned and lost fails too; one that it did not plan does not.
pub fn gate(between: &Between, slowdown: f64) -> Gated {
    let limit = slowdown.ln_1p();
    let p_values: Vec<f64> = between
        .changes
        .iter()
        .map(|change| change.logs.p_value_of_at_most(limit))
        .collect();
    let beyond = comparison::holm(&p_values, 1.0 - DETECTION);
    let each: Vec<Gate> = between
        .changes
        .iter()
        .zip(beyond)
        .map(|(change, beyond)| gate_of_one(change, slowdown, beyond))
        .collect();
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
    } else if change.logs.differs() && change.comparison.is_below(1.0 + slowdown) {
        Gate::Passed
    } else {
        Gate::CannotTell
    }
}
