//! Tables that set lanes side by side: the first one, pairs of lanes, lanes in several placements.

pub(crate) mod first_table;
pub(crate) mod head_to_head;
pub(crate) mod placements;
pub(crate) mod short_table;
