//! How a visit is measured: what it asks at once, and for how long.

use api::Mode;
use std::time::Duration;

/// How one cell is measured in one visit.
#[derive(Clone, Debug)]
pub struct Shape {
    /// How the items of an action travel.
    pub mode: Mode,
    /// Items per action.
    pub items: usize,
    /// Actions per sample; none chooses the least for which a sample takes 20 clock reads
    /// and as many steps of the clock, and half as much again.
    pub group: Option<u32>,
    /// Actions before recording begins, at most.
    pub lead_in_calls: u32,
    /// Time before recording begins, at most.
    pub lead_in: Duration,
    /// Time for the visit, lead-in included.
    pub limit: Duration,
    /// Samples after which the visit ends; they are kept as a list.
    pub samples: Option<u32>,
    /// What each call takes longer, within the timed span; chatty only.
    pub handicap: Option<Duration>,
}
