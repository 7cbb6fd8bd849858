//! How much time of a restart goes to stages and floors, and how often each stage is visited in it.

use crate::{
    machine::floors,
    plan::{
        Plan,
        order::Order,
        schedule::{SHORTEST_VISIT, USUAL_VISIT},
    },
};
use std::time::Duration;

/// Share of a run's budget.
const SHARE: f64 = 0.15;
/// Share of that for floors, and the longest that one of them is measured in one start.
const FLOORS_SHARE: f64 = 0.2;
const LONGEST_FLOOR: Duration = Duration::from_millis(60);

/// Why a run measures no stages.
pub(crate) fn left_out(plan: &Plan) -> Option<&'static str> {
    if plan.against.is_some() {
        Some("the time is for the other build")
    } else if plan.precision.is_some() {
        Some("the time is for the wanted precision")
    } else if plan.order == Order::Fixed {
        Some("visits of a fixed order are not mixed with others")
    } else {
        None
    }
}

/// The time of one restart.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Share {
    /// Of one floor.
    pub(crate) floor: Duration,
    /// Of one visit of a stage.
    pub(crate) visit: Duration,
    /// Visits of each stage.
    pub(crate) visits: u32,
}

impl Share {
    /// For so many stages of all lanes together.
    pub(crate) fn new(plan: &Plan, stages: usize) -> Self {
        let share = if stages > 0 { SHARE } else { 0.0 };
        let in_start = plan.budget.mul_f64(share) / plan.starts;
        let floors = floors::NAMES.len() as u32;
        let floor = (in_start.mul_f64(FLOORS_SHARE) / floors).min(LONGEST_FLOOR);
        let of_stage = (in_start - floor * floors) / stages.max(1) as u32;
        let visits = of_stage.as_nanos().div_ceil(USUAL_VISIT.as_nanos()).max(1) as u32;
        Self {
            floor,
            visit: (of_stage / visits).max(SHORTEST_VISIT),
            visits,
        }
    }

    /// Time of all floors.
    pub(crate) fn floors_time(&self) -> Duration {
        self.floor * floors::NAMES.len() as u32
    }
}
