//! Visits in their order: whether a cell settled, and whether a run drifted.

pub mod drift;
pub mod interleaving;
pub mod lane_groups;
pub mod modes;
pub mod steady_state;
pub mod visits;
pub mod within_visits;
