//! Controls in the record: what interleaving does to a call. What they say is in
//! `figures::interleaving`.

use serde::{Deserialize, Serialize};

/// What interleaving does to a call.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Controls {
    /// The first samples of visits, by their place: how soon a call takes what it takes.
    #[serde(default)]
    pub settling: Vec<Settling>,
    /// Visits without interruption, one of each lane in a start.
    #[serde(default)]
    pub uninterrupted: Vec<Uninterrupted>,
}

/// The samples at some places of a lane's visits in one start: single calls, main engine and reply
/// size, lead-in included.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Settling {
    /// Full name of the lane.
    pub lane: String,
    /// Which start, from 0.
    pub start: u32,
    /// First place in the visit, from 1.
    pub from: u32,
    /// Last place in the visit.
    pub to: u32,
    /// Actions timed together as one sample.
    pub group: u32,
    /// Samples at these places, all visits of the start together.
    pub samples: u64,
    /// Their median, for one action, ns.
    pub p50_ns: f64,
}

/// A visit for much longer than any other: single calls, main engine and reply size.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Uninterrupted {
    /// Full name of the lane.
    pub lane: String,
    /// Which start, from 0.
    pub start: u32,
    /// How long it lasted, ms.
    pub limit_ms: u64,
    /// Samples taken.
    pub samples: u64,
    /// Median time of one action, ns.
    pub p50_ns: f64,
    /// The same of each 10 ms, as a visit has it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub slices_p50_ns: Vec<f64>,
}
