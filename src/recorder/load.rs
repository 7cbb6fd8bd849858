//! Loads in the record.

use crate::recorder::Recorder;
use reports::record::{LaneLoads, LoadPoint, LoadStart, Loads, SearchStep};

impl Recorder {
    /// Loads to come.
    pub(crate) fn plan_loads(&mut self, loads: Option<Loads>) {
        self.record.loads = loads;
    }

    /// What a clock read costs here, ns.
    pub(crate) fn clock_read_ns(&self) -> f64 {
        self.record.environment.clock_read_ns
    }

    fn loads_of(&mut self, lane: &str) -> Option<&mut LaneLoads> {
        self.record.loads.as_mut()?.lanes.iter_mut().find(|loads| loads.lane == lane)
    }

    /// The loads of a lane in the start that is under way.
    fn load_start(&mut self, lane: &str) -> Option<&mut LoadStart> {
        let start = self.start;
        let starts = &mut self.loads_of(lane)?.starts;
        if starts.last().is_none_or(|last| last.start != start) {
            starts.push(LoadStart { start, ..LoadStart::default() });
        }
        starts.last_mut()
    }

    /// A step of the search for a lane's capacity.
    pub(crate) fn searched(&mut self, lane: &str, mut step: SearchStep) {
        step.reasons = step.reasons.iter().map(|said| self.public(said)).collect();
        if let Some(start) = self.load_start(lane) {
            start.search.push(step);
        }
    }

    /// A point of the open loop.
    pub(crate) fn loaded(&mut self, lane: &str, mut point: LoadPoint) {
        point.reasons = point.reasons.iter().map(|said| self.public(said)).collect();
        if let Some(start) = self.load_start(lane) {
            start.points.push(point);
        }
    }

    /// Rates that all lanes are asked for, and the lane that they come from.
    pub(crate) fn common_rates(&mut self, per_s: &[f64], slowest: &str) {
        if let Some(loads) = &mut self.record.loads {
            (loads.common_per_s, loads.slowest) = (per_s.to_vec(), Some(slowest.into()));
        }
    }

    /// A lane has no loads, or not all; the first reason is kept.
    pub(crate) fn without_load(&mut self, lane: &str, reason: &str) {
        let reason = self.public(reason);
        if let Some(loads) = self.loads_of(lane) {
            loads.reason.get_or_insert(reason);
        }
    }
}
