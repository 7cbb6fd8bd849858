//! What two records could show at all, and what their runs differ by as a whole.

use crate::{
    judge::comparison::{Between, Placed},
    stats::units::percent,
};

/// The smallest slowdown that the two records name in nine of ten cases, in each placement.
pub(crate) fn smallest(between: &Between) -> Option<String> {
    let placed: Vec<String> = between.placed.iter().filter_map(smallest_in).collect();
    (!placed.is_empty()).then(|| {
        format!(
            "A slowdown of one figure is named in nine of ten cases if it is as large as: {}.",
            placed.join("; ")
        )
    })
}

/// `one core 6.2 % (from 3 % to 31 %, by figure)`.
fn smallest_in(placed: &Placed) -> Option<String> {
    let [least, middle, most] = placed.smallest?.map(percent);
    let title = &placed.placement;
    Some(if least == most {
        format!("{title} {middle}")
    } else {
        format!("{title} {middle} (from {least} to {most}, by figure)")
    })
}

/// Where most figures of a placement differ by more than their restarts say.
pub(crate) fn of_runs(between: &Between) -> Option<String> {
    let shown = between.placed.iter().filter(|placed| placed.runs.is_shown());
    let shown: Vec<String> = shown
        .map(|placed| format!("{} {}", placed.placement, percent(placed.runs.share())))
        .collect();
    (!shown.is_empty()).then(|| {
        format!(
            "Most figures differ by more than their restarts explain ({}, typically): the machine \
            may have changed, so only what goes beyond that is named.",
            shown.join(", ")
        )
    })
}
