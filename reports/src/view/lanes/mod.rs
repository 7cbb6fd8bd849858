//! Tables that set lanes side by side: the first one, pairs of lanes, lanes in several placements.

pub(crate) mod between_lanes;
pub(crate) mod choices;
pub(crate) mod first_table;
mod head_to_head;
mod languages;
mod one_change;
mod placements;
pub(crate) mod servers;
pub(crate) mod short_table;
pub(crate) mod since_last_run;
pub(crate) mod two_builds;
