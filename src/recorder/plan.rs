//! The plan in the record, and what a pilot makes of it.

use crate::{
    lanes::roster::Known,
    plan::{Plan, order::Order, schedule::Schedule},
    recorder::Recorder,
};
use reports::record;

impl Recorder {
    /// What is wanted of the intervals, what the pilot saw, what was chosen.
    pub(crate) fn precision(&mut self, precision: record::Precision) {
        self.record.plan.precision = Some(precision);
    }

    /// From the next start on there are so many in all, and visits as in this schedule.
    pub(crate) fn reschedule(&mut self, starts: u32, schedule: &Schedule) {
        (self.record.plan.starts, self.record.plan.blocks) = (starts, schedule.blocks);
        self.planned_visits =
            (0..self.record.cells.len()).map(|cell| schedule.visits_of(cell)).collect();
    }
}

pub(crate) fn planned(plan: &Plan, lanes: &[&Known], schedule: &Schedule) -> record::Plan {
    record::Plan {
        name: plan.name.into(),
        lanes: lanes.iter().map(|lane| lane.about.name.clone()).collect(),
        batch: plan.batch.clone(),
        spread: plan.spread.clone(),
        max_results: plan.max_results.clone(),
        modes: plan.modes.iter().map(|mode| mode.name().into()).collect(),
        engines: plan.engines.iter().map(|engine| engine.name().into()).collect(),
        starts: plan.starts,
        blocks: schedule.blocks,
        budget_s: plan.budget.as_secs_f64(),
        precision: None,
        order: (plan.order == Order::Fixed).then(|| plan.order.name().into()),
        deadline_ms: plan.deadline.as_millis() as u64,
        service_time_ns: plan.service_time.map(|time| time.as_nanos() as u64),
        calls_per_s: plan.calls_per_s,
    }
}
