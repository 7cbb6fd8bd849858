//! The table of lanes: what each costs, and what one gets for it.

pub(crate) mod guarantees;
pub(crate) mod lane_rows;
