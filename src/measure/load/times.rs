//! How long the loads of a run last, and in which restarts there are some.

use crate::{
    drive::load::arrivals::LATE_SHARE,
    lanes::roster::Known,
    measure::load::capacity::{COMMON, MOST_STEPS, SHARES},
    plan::Plan,
    shell::progress::spoken,
};
use reports::record::{LaneLoads, Loads};
use std::time::Duration;

/// Restarts with loads, as many as an interval over restarts wants: luck of one start must not pass
/// for a property of a lane.
const STARTS: u32 = 5;
/// A step of the search, in points, and the shortest.
const STEP_SHARE: f64 = 0.25;
const SHORTEST_STEP: Duration = Duration::from_millis(200);
/// Opening connections, the last answers and their encoding, for one load.
const AROUND: Duration = Duration::from_millis(15);
/// The gaps between calls.
pub(crate) const ARRIVALS: &str = "poisson";

/// The time of loads.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LoadTimes {
    /// At one rate.
    pub(crate) point: Duration,
    /// Of one step of the search for a capacity.
    pub(crate) step: Duration,
    /// Restarts with loads.
    pub(crate) starts: u32,
}

impl LoadTimes {
    /// Of a run.
    pub(crate) fn new(plan: &Plan) -> Self {
        let point = plan.load.unwrap_or_default();
        Self {
            point,
            step: point.mul_f64(STEP_SHARE).max(SHORTEST_STEP),
            starts: if plan.load.is_some() { STARTS.min(plan.starts) } else { 0 },
        }
    }

    /// What the loads of so many lanes take in one restart, at most.
    pub(crate) fn of_start(&self, lanes: usize) -> Duration {
        let points = (SHARES.len() + COMMON.len()) as u32;
        // A point goes on while what was due is sent late.
        let point = self.point.mul_f64(1.0 + LATE_SHARE) + AROUND;
        let of_lane = (self.step + AROUND) * MOST_STEPS + point * points;
        of_lane * lanes as u32
    }

    /// What they take in the restart of this number, at most.
    pub(crate) fn in_start(&self, start: u32, lanes: usize) -> Duration {
        if start < self.starts {
            self.of_start(lanes)
        } else {
            Duration::ZERO
        }
    }

    /// What they take in the whole run, at most.
    pub(crate) fn of_run(&self, lanes: usize) -> Duration {
        self.of_start(lanes) * self.starts
    }

    /// In words, for a dry run.
    pub(crate) fn text(&self, lanes: usize) -> Option<String> {
        if self.starts == 0 {
            return None;
        }
        Some(format!(
            "loads on {lanes} lanes in {} restarts, {} s at a point: at most {} of the time, \
            beyond the budget",
            self.starts,
            self.point.as_secs_f64(),
            spoken(self.of_run(lanes))
        ))
    }

    /// As a record holds the loads of these lanes, without figures.
    pub(crate) fn planned(&self, plan: &Plan, chosen: &[&Known]) -> Option<Loads> {
        if self.starts == 0 {
            return None;
        }
        let asked = chosen.iter().filter(|known| is_asked(plan, known));
        Some(Loads {
            engine: plan.main_engine_name().into(),
            workload: plan.workload.name().into(),
            size: plan.sizes[0],
            placement: plan.main_placement().name().into(),
            arrivals: ARRIVALS.into(),
            point_s: self.point.as_secs_f64(),
            step_s: self.step.as_secs_f64(),
            starts: self.starts,
            common_per_s: Vec::new(),
            slowest: None,
            lanes: asked.map(|known| planned_lane(known)).collect(),
        })
    }
}

/// True for a lane whose load the user asked for: what every run measures beside them has single
/// calls to be counted from.
pub(crate) fn is_asked(plan: &Plan, known: &Known) -> bool {
    known.about.answers && !plan.also_measured.contains(&known.about.name)
}

fn planned_lane(known: &Known) -> LaneLoads {
    let caller = &known.about.caller;
    let reason = (!known.takes_load)
        .then(|| format!("not measured: its caller ({caller}) does not send calls by a schedule"));
    LaneLoads { lane: known.about.name.clone(), starts: Vec::new(), reason }
}
