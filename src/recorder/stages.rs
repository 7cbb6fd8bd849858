//! Ladders, resources and floors in the record.

use crate::{machine::floors::Floors, protocol::Visited, recorder::Recorder};
use reports::record::{
    Allocations, Floor, FloorStart, Ladder, LadderStart, MissingRung, ProcessUse, Resources,
    ResourcesStart,
};

/// What the processes of a lane have used since they began.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Used {
    pub(crate) caller: Option<ProcessUse>,
    /// Of the callee; absent for in-process lanes.
    pub(crate) callee: Option<ProcessUse>,
}

impl Recorder {
    /// Ladders and floors to come.
    pub(crate) fn plan_stages(&mut self, (ladders, floors): (Vec<Ladder>, Vec<Floor>)) {
        (self.record.ladders, self.record.floors) = (ladders, floors);
    }

    /// The start that is under way.
    pub(crate) fn start_number(&self) -> u32 {
        self.start
    }

    fn ladder(&mut self, lane: &str) -> Option<&mut Ladder> {
        self.record.ladders.iter_mut().find(|ladder| ladder.lane == lane)
    }

    /// The floor that bounds a lane.
    pub(crate) fn bound_by(&mut self, lane: &str, floor: Option<&str>) {
        if let Some(ladder) = self.ladder(lane) {
            ladder.floor = floor.map(String::from);
        }
    }

    /// What the rungs of a lane gave in this start.
    pub(crate) fn climbed(&mut self, lane: &str, start: LadderStart) {
        if let Some(ladder) = self.ladder(lane) {
            ladder.starts.push(start);
        }
    }

    /// A rung gives nothing more; the first reason is kept.
    pub(crate) fn without_rung(&mut self, lane: &str, rung: &str, reason: &str) {
        let reason = self.public(reason);
        let Some(ladder) = self.ladder(lane) else { return };
        if !ladder.missing.iter().any(|missing| missing.rung == rung) {
            ladder.missing.push(MissingRung { rung: rung.into(), reason });
        }
    }

    /// What a call over one lane allocates.
    pub(crate) fn allocations(&mut self, allocations: Allocations) {
        self.record.allocations.push(allocations);
    }

    /// The floors of this start, or why there are none.
    pub(crate) fn floors(&mut self, measured: Result<Floors, String>) {
        let start = self.start;
        match measured {
            Ok(measured) => {
                for one in measured.floors {
                    let Some(floor) =
                        self.record.floors.iter_mut().find(|floor| floor.name == one.name)
                    else {
                        continue;
                    };
                    floor.reason = floor.reason.take().or(one.reason);
                    if one.mean_ns.or(one.bytes_per_s).is_some() {
                        let (mean_ns, bytes_per_s) = (one.mean_ns, one.bytes_per_s);
                        floor.starts.push(FloorStart { start, mean_ns, bytes_per_s });
                    }
                }
            }
            Err(reason) => {
                let reason = self.public(&reason);
                self.record
                    .floors
                    .iter_mut()
                    .for_each(|floor| floor.reason = Some(reason.clone()));
            }
        }
    }

    /// What both sides used in a visit of the cell, if it is the main single call of its lane.
    pub(crate) fn used(&mut self, cell: usize, visited: &Visited, before: &Used, after: &Used) {
        let (of, plan) = (&self.record.cells[cell], &self.record.plan);
        let main =
            of.items == 1 && of.engine == plan.engines[0] && of.max_results == plan.max_results[0];
        if !main {
            return;
        }
        let lane = of.lane.clone();
        let known = self.record.resources.iter().position(|resources| resources.lane == lane);
        let at = known.unwrap_or_else(|| {
            self.record.resources.push(Resources { lane, starts: Vec::new() });
            self.record.resources.len() - 1
        });
        let starts = &mut self.record.resources[at].starts;
        let first = starts.last().is_none_or(|last| last.start != self.start);
        if first {
            starts.push(ResourcesStart { start: self.start, ..ResourcesStart::default() });
        }
        let sum = starts.last_mut().expect("pushed just now if there was none");
        sum.items += visited.items + visited.lead_in_items;
        let add = |sum: &mut Option<ProcessUse>,
                   before: Option<ProcessUse>,
                   after: Option<ProcessUse>| {
            let used = before.zip(after).and_then(|(before, after)| grown(before, after));
            *sum = if first {
                used
            } else {
                sum.zip(used).map(|(sum, used)| added(sum, used))
            };
        };
        add(&mut sum.caller, before.caller, after.caller);
        add(&mut sum.callee, before.callee, after.callee);
    }
}

/// What was used between two looks; none where a thread that was counted has ended.
fn grown(before: ProcessUse, after: ProcessUse) -> Option<ProcessUse> {
    Some(ProcessUse {
        user_ms: after.user_ms.checked_sub(before.user_ms)?,
        kernel_ms: after.kernel_ms.checked_sub(before.kernel_ms)?,
        tick_ms: after.tick_ms,
        switches_voluntary: after.switches_voluntary.checked_sub(before.switches_voluntary)?,
        switches_involuntary: after
            .switches_involuntary
            .checked_sub(before.switches_involuntary)?,
    })
}

fn added(sum: ProcessUse, used: ProcessUse) -> ProcessUse {
    ProcessUse {
        user_ms: sum.user_ms + used.user_ms,
        kernel_ms: sum.kernel_ms + used.kernel_ms,
        tick_ms: used.tick_ms,
        switches_voluntary: sum.switches_voluntary + used.switches_voluntary,
        switches_involuntary: sum.switches_involuntary + used.switches_involuntary,
    }
}
