//! The check of what is predicted for a service time: default lanes against themselves with a
//! callee that spins for so long.

use crate::{
    lanes::roster::Known,
    measure::contrasts::{pair::Handicap, pairs::Pair},
    plan::Plan,
};
pub(crate) use reports::figures::contrasts::service_time::KIND;
use reports::stats::units::time;
use std::time::Duration;

/// The longest service time that is checked: a burst makes 20 calls, and a start has four of them
/// and a warm-up.
const MOST: Duration = Duration::from_millis(20);
/// Calls over the working side in one placement of a start, at least: two bursts to warm up and two
/// in turns, with their lead-ins.
const CALLS: u32 = 88;

/// No call may come near the deadline.
fn most(plan: &Plan) -> Duration {
    MOST.min(plan.deadline / 4)
}

/// The default lanes among these that leave the process and both of whose sides are of this
/// program, where a service time is given. A run of two builds is for those.
pub(crate) fn of<'a>(plan: &Plan, lanes: &[&'a Known]) -> Vec<Pair<'a>> {
    let asked = plan.service_time.is_some_and(|work| work <= most(plan))
        && plan.against.is_none()
        && plan.workload.has_engine();
    let mut worked = Vec::new();
    for &lane in lanes {
        if asked && lane.about.is_default() && !lane.about.in_process && lane.is_own() {
            worked.push(Pair::of_one(KIND, lane));
        }
    }
    worked
}

/// Why the prediction is not checked although a service time is given.
pub(crate) fn left_out(plan: &Plan, checked: bool) -> Option<String> {
    let work = plan.service_time.filter(|_| !checked)?;
    let why = if !plan.workload.has_engine() {
        format!("workload {} has no engine that could work", plan.workload.name())
    } else if plan.against.is_some() {
        "the time is for the other build".to_owned()
    } else if work > most(plan) {
        format!("it is longer than {}", time(most(plan).as_nanos() as f64))
    } else {
        "no default lane of this run leaves the process".to_owned()
    };
    Some(format!("a callee that works as long as the service time: not measured, {why}"))
}

/// What makes the second side's callee work.
pub(crate) fn handicap(plan: &Plan) -> Option<Handicap> {
    plan.service_time.map(|work| Handicap::Callee(work.as_nanos() as u64))
}

/// What one start of such a pair takes in so many placements, if its bursts are given this long.
pub(crate) fn start_time(
    plan_work: Option<Duration>,
    bursts: Duration,
    placements: u32,
) -> Duration {
    plan_work.map_or(bursts, |work| bursts.max(work * CALLS * placements))
}
