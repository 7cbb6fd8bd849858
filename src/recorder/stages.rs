//! Stages of calls, floors and allocations in the record.

use crate::machine::floors::Floors;
use reports::record::{Allocations, Floor, FloorStart, Ladder, LadderStart, MissingRung};

/// What a run measures beside whole calls.
#[derive(Default)]
pub(crate) struct StagesRecord {
    /// The stages of each lane.
    pub(crate) lanes: Vec<Ladder>,
    pub(crate) floors: Vec<Floor>,
    pub(crate) allocations: Vec<Allocations>,
}

impl StagesRecord {
    fn of_lane(&mut self, lane: &str) -> Option<&mut Ladder> {
        self.lanes.iter_mut().find(|stages| stages.lane == lane)
    }

    /// The floor that bounds a lane.
    pub(crate) fn bound_by(&mut self, lane: &str, floor: Option<&str>) {
        if let Some(stages) = self.of_lane(lane) {
            stages.floor = floor.map(String::from);
        }
    }

    /// What the stages of a lane gave in one start.
    pub(crate) fn measured(&mut self, lane: &str, start: LadderStart) {
        if let Some(stages) = self.of_lane(lane) {
            stages.starts.push(start);
        }
    }

    /// A stage gives nothing more; the first reason is kept.
    pub(crate) fn without(&mut self, lane: &str, stage: &str, reason: String) {
        let Some(stages) = self.of_lane(lane) else { return };
        if !stages.missing.iter().any(|missing| missing.rung == stage) {
            stages.missing.push(MissingRung { rung: stage.into(), reason });
        }
    }

    /// The floors of one start.
    pub(crate) fn floors_of_start(&mut self, start: u32, measured: Floors) {
        for one in measured.floors {
            let Some(floor) = self.floors.iter_mut().find(|floor| floor.name == one.name) else {
                continue;
            };
            floor.reason = floor.reason.take().or(one.reason);
            if one.mean_ns.or(one.bytes_per_s).is_some() {
                let (mean_ns, bytes_per_s) = (one.mean_ns, one.bytes_per_s);
                floor.starts.push(FloorStart { start, mean_ns, bytes_per_s });
            }
        }
    }

    /// Why there are no floors in a start.
    pub(crate) fn without_floors(&mut self, reason: &str) {
        for floor in &mut self.floors {
            floor.reason = Some(reason.into());
        }
    }
}
