//! How much time of a restart goes to stages and floors, and how often each stage is visited in it.
//! A visit of a stage lasts as long as one of a whole call: with free placement what a call takes
//! depends on the length, and differences between lengths would pass for parts of a call.

use crate::{
    machine::floors,
    plan::{Plan, order::Order},
};
use std::time::Duration;

/// Share of a run's budget.
const SHARE: f64 = 0.15;
/// Share of that for floors, and the longest that one of them is measured in one start.
const FLOORS_SHARE: f64 = 0.2;
const LONGEST_FLOOR: Duration = Duration::from_millis(60);
/// Restarts in which each stage is visited, at least, where there are as many: fewer have no
/// interval.
const FEWEST_RESTARTS: u32 = 3;

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
        } else if plan.is_first_look() {
            Self::Nothing("a first look is one table")
        } else if plan.is_addition() {
            Self::Nothing("only cells that the record lacks are")
        } else if plan.order == Order::Fixed {
            Self::Nothing("visits of a fixed order are not mixed with others")
        } else if plan.workload.has_engine() {
            Self::All
        } else {
            Self::WithoutStages("an echo of bytes has neither codec nor engine to take apart")
        }
    }

    /// In words, for a dry run of so many stages.
    pub(crate) fn text(self, stages: usize, share: &Share) -> String {
        match self {
            Self::All => {
                let Share { visits, every, visit, .. } = share;
                let often = match every {
                    1 => format!("{visits} times in a restart"),
                    _ => format!("once in one restart of {every}"),
                };
                format!(
                    "{stages} parts of calls, each measured {often} for {} ms, as whole calls are, \
                    and floors; allocations once",
                    visit.as_millis()
                )
            }
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
    /// Visits of each stage in a restart in which its lane has its turn.
    pub(crate) visits: u32,
    /// A lane's stages are visited in one restart of so many.
    pub(crate) every: u32,
    /// What each stage may take in a restart.
    of_stage: Duration,
    starts: u32,
}

impl Share {
    /// For so many stages of all lanes together, and for floors where they are measured. What a
    /// visit takes is not known yet: all time of a stage stands for it.
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
        Self {
            floor,
            visit: of_stage,
            visits: 1,
            every: 1,
            of_stage,
            starts: plan.starts,
        }
    }

    /// The same with visits of this length: as many as the time of a stage holds, or one in some
    /// restarts alone.
    pub(crate) fn with_visits_of(self, length: Duration) -> Self {
        let fitting = self.of_stage.as_secs_f64() / length.as_secs_f64();
        let most_apart = (self.starts / FEWEST_RESTARTS).max(1);
        Self {
            visit: length,
            visits: (fitting.round() as u32).max(1),
            every: ((1.0 / fitting).round() as u32).clamp(1, most_apart),
            ..self
        }
    }

    /// True where the stages of this lane are visited in this restart.
    pub(crate) fn has_turn(&self, lane: usize, start: u32) -> bool {
        (lane as u32).wrapping_add(start).is_multiple_of(self.every)
    }

    /// Time of all floors.
    pub(crate) fn floors_time(&self) -> Duration {
        self.floor * floors::NAMES.len() as u32
    }

    /// Time of so many stages in a restart, the mean over restarts.
    pub(crate) fn stages_time(&self, stages: usize) -> Duration {
        self.visit * self.visits * stages as u32 / self.every
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A run of so many restarts that gives each of 40 stages this many ms in a restart.
    fn share(starts: u32, ms: u64, length_ms: u64) -> Share {
        let floors = LONGEST_FLOOR * floors::NAMES.len() as u32;
        let in_start = floors + Duration::from_millis(ms) * 40;
        let budget = (in_start * starts).div_f64(SHARE);
        let plan = Plan { budget, starts, ..Plan::standard() };
        Share::new(&plan, 40, Scope::All).with_visits_of(Duration::from_millis(length_ms))
    }

    #[test]
    fn more_time_makes_more_visits_and_never_longer_or_shorter_ones() {
        let made = |ms, length_ms| {
            let share = share(5, ms, length_ms);
            (share.visits, share.visit.as_millis())
        };
        assert_eq!(made(60, 150), (1, 150));
        assert_eq!(made(150, 150), (1, 150));
        assert_eq!(made(300, 150), (2, 150));
        assert_eq!(made(900, 60), (15, 60));
    }

    #[test]
    fn where_one_visit_in_a_restart_is_too_much_lanes_take_turns_and_keep_three_restarts() {
        assert_eq!(share(5, 30, 150).every, 1, "two restarts would have no interval");
        assert_eq!(share(10, 75, 150).every, 2);
        let far_too_little = share(12, 10, 150);
        assert_eq!((far_too_little.visits, far_too_little.every), (1, 4));
        for lane in 0..9 {
            let turns = (0..12).filter(|start| far_too_little.has_turn(lane, *start)).count();
            assert_eq!(turns, 3, "lane {lane}");
        }
        let lanes_at = |start| (0..8).filter(|lane| far_too_little.has_turn(*lane, start)).count();
        assert_eq!([lanes_at(0), lanes_at(1), lanes_at(2)], [2, 2, 2], "restarts are alike");
    }
}
