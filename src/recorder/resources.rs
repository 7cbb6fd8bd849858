//! What the processes of a lane use while it is visited, in the record.

use crate::{machine::placement::Placement, plan::Plan, protocol::Visited};
use reports::record::{Part, PartUse, ProcessUse, Resources, ResourcesStart, of_part};

/// What one process of a lane has used since it began.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ProcessNow {
    pub(crate) part: Part,
    /// The core that it is held to.
    pub(crate) seat: Option<usize>,
    /// The most memory that it had resident so far, bytes.
    pub(crate) memory_bytes: Option<u64>,
    pub(crate) used: Option<ProcessUse>,
}

/// What the processes of a lane have used since they began.
pub(crate) type Used = Vec<ProcessNow>;

/// What they had used when a visit began, and when it was over.
#[derive(Clone, Debug, Default)]
pub(crate) struct UsedAround {
    pub(crate) before: Used,
    pub(crate) after: Used,
}

/// The resources of a run, by lane.
pub(crate) struct ResourcesRecord {
    /// Those of the main placement first.
    pub(crate) lanes: Vec<Resources>,
    main_placement: Placement,
}

impl ResourcesRecord {
    pub(crate) fn new(plan: &Plan) -> Self {
        Self { lanes: Vec::new(), main_placement: plan.main_placement() }
    }

    /// Adds what the processes of a lane used in a visit in one placement.
    pub(crate) fn used(
        &mut self,
        whose: (&str, Placement),
        start: u32,
        visited: &Visited,
        used: &UsedAround,
    ) {
        let starts = &mut self.of_lane(whose).starts;
        let first = starts.last().is_none_or(|last| last.start != start);
        if first {
            starts.push(ResourcesStart { start, ..ResourcesStart::default() });
        }
        let sum = starts.last_mut().expect("pushed just now if there was none");
        sum.items += visited.items + visited.lead_in_items;
        let parts = parts_of(used);
        sum.parts = if first { parts } else { all_added(&sum.parts, &parts) };
    }

    fn of_lane(&mut self, (lane, placement): (&str, Placement)) -> &mut Resources {
        let is_it = |other: &Resources| other.lane == lane && other.placement == placement.name();
        let at = self.lanes.iter().position(is_it).unwrap_or_else(|| {
            let main = self.main_placement;
            let of_main = |other: &&Resources| other.placement == main.name();
            let all = self.lanes.len();
            let at = if placement == main {
                self.lanes.iter().filter(of_main).count()
            } else {
                all
            };
            let (lane, placement) = (lane.into(), placement.name().into());
            self.lanes.insert(at, Resources { lane, placement, starts: Vec::new() });
            at
        });
        &mut self.lanes[at]
    }
}

/// What each process used in a visit.
fn parts_of(used: &UsedAround) -> Vec<PartUse> {
    let mut parts = Vec::new();
    for after in &used.after {
        let before = used.before.iter().find(|before| before.part == after.part);
        parts.push(PartUse {
            part: after.part,
            seats: after.seat.into_iter().map(|core| core as u32).collect(),
            memory_bytes: after.memory_bytes,
            used: grown(before.and_then(|before| before.used), after.used),
        });
    }
    parts
}

fn all_added(sums: &[PartUse], parts: &[PartUse]) -> Vec<PartUse> {
    let mut all = Vec::new();
    for sum in sums {
        let more = of_part(parts, sum.part);
        all.push(PartUse {
            used: added(sum.used, more.and_then(|more| more.used)),
            memory_bytes: sum.memory_bytes.max(more.and_then(|more| more.memory_bytes)),
            ..sum.clone()
        });
    }
    all
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
