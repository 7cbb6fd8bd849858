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

/// What of stages and floors a run measures, and why not all.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Scope {
    /// Stages of calls, floors, allocations.
    All,
    /// All but stages.
    WithoutStages(&'static str),
    /// Nothing.
    Nothing(&'static str),
}

impl Scope {
    pub(crate) fn of(plan: &Plan) -> Self {
        if plan.against.is_some() {
            Self::Nothing("the time is for the other build")
        } else if plan.precision.is_some() {
            Self::Nothing("the time is for the wanted precision")
        } else if plan.order == Order::Fixed {
            Self::Nothing("visits of a fixed order are not mixed with others")
        } else if plan.workload.has_engine() {
            Self::All
        } else {
            Self::WithoutStages("an echo of bytes has neither codec nor engine to take apart")
        }
    }

    /// In words, for a dry run of so many stages, each visited so often.
    pub(crate) fn text(self, stages: usize, visits: u32) -> String {
        match self {
            Self::All => format!(
                "{stages} rungs of stages, each visited {visits} times in a restart, and floors; \
                allocations once"
            ),
            Self::WithoutStages(because) => {
                format!("floors, and allocations once; no stages: {because}")
            }
            Self::Nothing(because) => format!("no stages, no floors, no allocations: {because}"),
        }
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
    /// For so many stages of all lanes together, and for floors where they are measured.
    pub(crate) fn new(plan: &Plan, stages: usize, scope: Scope) -> Self {
        let share = match scope {
            Scope::WithoutStages(_) => SHARE * FLOORS_SHARE,
            _ if stages > 0 => SHARE,
            _ => 0.0,
        };
        let in_start = plan.budget.mul_f64(share) / plan.starts;
        let floors = floors::NAMES.len() as u32;
        let of_floors = if stages > 0 { in_start.mul_f64(FLOORS_SHARE) } else { in_start };
        let floor = (of_floors / floors).min(LONGEST_FLOOR);
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
