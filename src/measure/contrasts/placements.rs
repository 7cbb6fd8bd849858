//! Placement beside placement: default lanes with free placement against themselves with both sides
//! on one core.

use crate::{
    lanes::roster::Known,
    machine::placement::Seats,
    machine::{linux, placement::Placement},
    measure::contrasts::pairs::Pair,
    plan::Plan,
    shell::failure::Failure,
};
use fixtures::generate::SplitMix64;

/// The kind of such a pair; the side with free placement is the first.
pub(crate) const PLACEMENT: &str = "placement";

/// The default lanes among these that leave the process, in a run with free placement. A run of two
/// builds is for those.
pub(crate) fn of<'a>(plan: &Plan, lanes: &[&'a Known]) -> Vec<Pair<'a>> {
    let free = plan.placement == Placement::Free && plan.against.is_none();
    let mut placed = Vec::new();
    for &lane in lanes {
        if free && lane.about.is_default() && !lane.about.in_process {
            placed.push(Pair::of_one(PLACEMENT, lane));
        }
    }
    placed
}

/// Why this machine cannot do it.
pub(crate) fn hindrance() -> Option<&'static str> {
    match linux::cores().len() {
        0 => Some("it needs Linux"),
        1 => Some("there is one core only"),
        _ => None,
    }
}

/// Where the two sides run in one start: the first anywhere, the second with both of its processes
/// on one core.
pub(crate) fn seats(random: &mut SplitMix64) -> Result<[Seats; 2], Failure> {
    Ok([Placement::Free.seats(random)?, Placement::Same.seats(random)?])
}
