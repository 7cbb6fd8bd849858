//! What the processes of a lane use while it is visited, in the record.

use crate::protocol::Visited;
use reports::record::{ProcessUse, Resources, ResourcesStart};

/// What the processes of a lane have used since they began.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Used {
    pub(crate) caller: Option<ProcessUse>,
    /// Of the callee; absent for in-process lanes.
    pub(crate) callee: Option<ProcessUse>,
}

/// What both sides had used when a visit began, and when it was over.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct UsedAround {
    pub(crate) before: Used,
    pub(crate) after: Used,
}

/// The resources of a run, by lane.
#[derive(Default)]
pub(crate) struct ResourcesRecord {
    pub(crate) lanes: Vec<Resources>,
}

impl ResourcesRecord {
    /// Adds what both sides of a lane used in a visit.
    pub(crate) fn used(&mut self, lane: &str, start: u32, visited: &Visited, used: &UsedAround) {
        let starts = &mut self.of_lane(lane).starts;
        let first = starts.last().is_none_or(|last| last.start != start);
        if first {
            starts.push(ResourcesStart { start, ..ResourcesStart::default() });
        }
        let sum = starts.last_mut().expect("pushed just now if there was none");
        sum.items += visited.items + visited.lead_in_items;
        let (before, after) = (used.before, used.after);
        let caller = grown(before.caller, after.caller);
        let callee = grown(before.callee, after.callee);
        if first {
            (sum.caller, sum.callee) = (caller, callee);
        } else {
            sum.caller = added(sum.caller, caller);
            sum.callee = added(sum.callee, callee);
        }
    }

    fn of_lane(&mut self, lane: &str) -> &mut Resources {
        let known = self.lanes.iter().position(|resources| resources.lane == lane);
        let at = known.unwrap_or_else(|| {
            self.lanes.push(Resources { lane: lane.into(), starts: Vec::new() });
            self.lanes.len() - 1
        });
        &mut self.lanes[at]
    }
}

/// What was used between two looks; none where a thread that was counted has ended.
fn grown(before: Option<ProcessUse>, after: Option<ProcessUse>) -> Option<ProcessUse> {
    let (before, after) = (before?, after?);
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

/// One visit that could not be read leaves the whole start not measured.
fn added(sum: Option<ProcessUse>, used: Option<ProcessUse>) -> Option<ProcessUse> {
    let (sum, used) = (sum?, used?);
    Some(ProcessUse {
        user_ms: sum.user_ms + used.user_ms,
        kernel_ms: sum.kernel_ms + used.kernel_ms,
        tick_ms: used.tick_ms,
        switches_voluntary: sum.switches_voluntary + used.switches_voluntary,
        switches_involuntary: sum.switches_involuntary + used.switches_involuntary,
    })
}
