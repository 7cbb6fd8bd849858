//! Loads in the record.

use reports::record::{LaneLoads, LoadPoint, LoadStart, Loads, SearchStep};

/// The loads of a run; none where it has none.
#[derive(Default)]
pub(crate) struct LoadsRecord {
    pub(crate) loads: Option<Loads>,
}

impl LoadsRecord {
    fn of_lane(&mut self, lane: &str) -> Option<&mut LaneLoads> {
        self.loads.as_mut()?.lanes.iter_mut().find(|loads| loads.lane == lane)
    }

    /// The loads of a lane in this start.
    fn of_start(&mut self, lane: &str, start: u32) -> Option<&mut LoadStart> {
        let starts = &mut self.of_lane(lane)?.starts;
        if starts.last().is_none_or(|last| last.start != start) {
            starts.push(LoadStart { start, ..LoadStart::default() });
        }
        starts.last_mut()
    }

    /// A step of the search for a lane's capacity.
    pub(crate) fn searched(&mut self, lane: &str, start: u32, step: SearchStep) {
        if let Some(of_start) = self.of_start(lane, start) {
            of_start.search.push(step);
        }
    }

    /// A point of the open loop.
    pub(crate) fn loaded(&mut self, lane: &str, start: u32, point: LoadPoint) {
        if let Some(of_start) = self.of_start(lane, start) {
            of_start.points.push(point);
        }
    }

    /// Rates that all lanes are asked for, and the lane that they come from.
    pub(crate) fn common_rates(&mut self, per_s: &[f64], slowest: &str) {
        if let Some(loads) = &mut self.loads {
            loads.common_per_s = per_s.to_vec();
            loads.slowest = Some(slowest.into());
        }
    }

    /// A lane has no loads, or not all; the first reason is kept.
    pub(crate) fn without(&mut self, lane: &str, reason: String) {
        if let Some(loads) = self.of_lane(lane) {
            loads.reason.get_or_insert(reason);
        }
    }
}
