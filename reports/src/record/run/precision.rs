//! What was wanted of the intervals, what the pilot saw and what was chosen from it.

use serde::{Deserialize, Serialize};

/// The precision that was asked for, and how the run meant to reach it. What was reached follows
/// from the cells.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Precision {
    /// Wanted half width of the 95 % interval of each lane's single call (p50, first engine, first
    /// size), as a share of the value, above 0.
    pub wanted_share: f64,
    /// Restarts of the pilot; they count like all others.
    pub pilot_starts: u32,
    /// What the pilot saw; empty until it is done.
    pub pilot: Vec<PilotLane>,
    /// What a restart took besides measuring, seconds, mean over the pilot.
    pub restart_cost_s: Option<f64>,
    /// Time of visits and of pairs asked in turns in a restart of the pilot, seconds.
    pub pilot_work_s: f64,
    /// The same in a restart after the pilot.
    pub work_s: Option<f64>,
    /// Half width foreseen for the lane that scatters most, as a share.
    pub predicted_share: Option<f64>,
    /// Restarts that the wanted precision needs, where the budget does not allow them; 1,000 stands
    /// for as many or more.
    pub needed_starts: Option<u32>,
    /// Time that these would take, the pilot included, seconds.
    pub needed_s: Option<f64>,
}

/// What the pilot saw of one lane's single call.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PilotLane {
    /// Full name of the lane.
    pub lane: String,
    /// Standard deviation of the logarithms of the p50 of its starts.
    pub start_scatter: f64,
    /// The part of it that visits within a start leave open: standard deviation of their
    /// logarithms, divided by the root of their number; absent where a start has one visit.
    pub visit_error: Option<f64>,
}
