//! Groups in the record: which lanes were alive together where a run had too many for one group,
//! and what the processes of a lane did while nobody asked them.

use serde::{Deserialize, Serialize};

/// Lanes that were alive together in one start.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Group {
    /// Which start, from 0.
    pub start: u32,
    /// Which group of the start, from 0.
    pub group: u32,
    /// Full names of the lanes whose cells were visited in it.
    pub lanes: Vec<String>,
    /// The same two lanes in every group of the start, which groups are compared by; none in a run
    /// of one group.
    #[serde(default)]
    pub anchors: Vec<Anchor>,
    /// What processes did while they were not visited.
    #[serde(default)]
    pub idle: Vec<IdleUse>,
}

/// Single calls of an anchor in one group: main engine and size. Where the anchor is not among the
/// group's lanes, they are in no cell.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Anchor {
    /// Full name of the lane.
    pub lane: String,
    /// Visits made.
    pub visits: u32,
    /// Median of their medians, ns; absent without a visit.
    pub p50_ns: Option<f64>,
}

/// CPU time that the processes of a lane used while they were alive and not visited.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct IdleUse {
    /// Full name of the lane.
    pub lane: String,
    /// Which start, from 0.
    pub start: u32,
    /// Cores that they kept busy, on average.
    pub cores: f64,
}
