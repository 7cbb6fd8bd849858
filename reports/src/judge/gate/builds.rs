//! Whether a run of two builds lets this build pass. It compares nothing itself.

use crate::{
    figures::{
        contrasts::{compared, logs, of_kind, resolution},
        withdrawn,
    },
    judge::{gate::records::Gate, trust},
    record::{Contrast, Record},
    stats::{
        comparison::{self, DETECTION},
        estimates,
    },
};

/// What a gate says of a run of two builds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gated {
    /// Of all lanes together.
    pub outcome: Gate,
    /// Lanes that are slower by more than the limit, as shown, each with its placement.
    pub slower: Vec<String>,
    /// Lanes of which it cannot tell.
    pub open: Vec<String>,
}

/// Whether this build is within this slowdown (0.1 for 10 %) of the other on every lane.
///
/// The rule is that of [`records::gate`](crate::judge::gate::records::gate), on pairs: it *fails*
/// if "slower by at most the limit" is rejected for a lane, by Student's t, one-sided, on the
/// log-ratios of the starts, Holm over all lanes, 1 % in all; it *passes* only if the 99 % interval
/// of every lane lies below the limit. A lane of which fewer than three starts came through, whose
/// starts do not differ at all, that failed or is withdrawn, leaves it open.
pub fn gate(record: &Record, slowdown: f64) -> Gated {
    let lanes: Vec<&Contrast> = of_kind(record, "against").collect();
    let withdrawn = withdrawn::of(record);
    let is_withdrawn = |lane: &Contrast| withdrawn.iter().any(|one| one.lane == lane.second);
    let limit = slowdown.ln_1p();
    let p_values: Vec<f64> = lanes.iter().map(|lane| p_value(record, lane, limit)).collect();
    let beyond = comparison::holm(&p_values, 1.0 - DETECTION);
    let (mut slower, mut open) = (Vec::new(), Vec::new());
    for (lane, beyond) in lanes.iter().zip(beyond) {
        let placed = record.plan.placement_phrase(&lane.placement);
        let name = format!("{} {placed}", record.name_of(&lane.second));
        if beyond && !is_withdrawn(lane) {
            slower.push(name);
        } else if is_withdrawn(lane) || !is_below(record, lane, slowdown) {
            open.push(name);
        }
    }
    let outcome = if trust::grade(record).forbids().is_some() {
        Gate::Untrustworthy
    } else if !slower.is_empty() {
        Gate::Failed
    } else if !open.is_empty() || lanes.is_empty() {
        Gate::CannotTell
    } else {
        Gate::Passed
    };
    Gated { outcome, slower, open }
}

/// Whether no interval leaves open that a lane is slower by the limit.
fn is_below(record: &Record, lane: &Contrast, slowdown: f64) -> bool {
    lane.reason.is_none()
        && estimates::differ(&logs(lane))
        && compared(record, lane).is_some_and(|found| found.is_below(1.0 + slowdown))
}

/// Of "slower by at most the limit"; 1 where the starts are too few, or do not differ.
fn p_value(record: &Record, lane: &Contrast, limit: f64) -> f64 {
    let finest = resolution(record, lane).log();
    estimates::p_value_of_at_most(&logs(lane), limit, finest).unwrap_or(1.0)
}
