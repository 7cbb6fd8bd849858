//! What a single change takes: of one thing in a lane, or of the cores that its processes run on.

pub mod crossing_cores;
pub mod order_between_placements;
pub mod variants;
