//! Allocations of a single call over each lane, in a pass of its own after the restarts: a fresh
//! driver and callee that count, and visits of two lengths. What a visit takes beside its calls is
//! the same in both, and goes with the difference.

use crate::{
    fleet::{
        Fleet,
        callee::Behaviour,
        driver::{Driver, DriverError},
        lane_failure::{FailureKind, LaneFailure},
        side::{Side, SideSpec},
    },
    lanes::roster::Known,
    machine::{allocations::Counts, placement::Seats},
    measure::{
        session::Session,
        visit::{self, connection_of, patience},
    },
    plan::Plan,
    protocol::{Order, Visit, Visited},
};
use reports::record::{AllocatedPart, Allocations, Part};
use std::{path::Path, time::Duration};

/// A visit that fills caches and buffers, before those that are compared.
const WARM_UP: Duration = Duration::from_millis(20);
const SHORT: Duration = Duration::from_millis(20);
const LONG: Duration = Duration::from_millis(200);
/// What starting and stopping one lane takes, and its visits, for the prediction.
const COST: Duration = Duration::from_millis(600);

/// What the pass takes for so many lanes.
pub(crate) fn time(lanes: usize) -> Duration {
    COST * lanes as u32
}

/// The lanes both of whose sides are of this program, and started by it: of others it is not known
/// what they ask of malloc.
pub(crate) fn counted<'a>(plan: &Plan, chosen: &[&'a Known]) -> Vec<&'a Known> {
    let own =
        |lane: &&&Known| lane.is_own() && lane.about.answers && plan.endpoint_of(lane).is_none();
    chosen.iter().filter(own).copied().collect()
}

/// Counts over every lane that can; a lane that fails is said and costs its counts alone.
pub(crate) fn measure(session: &mut Session<'_>) {
    if session.stop_requested() {
        return;
    }
    let fleet = match session.fleet.counting() {
        Ok(fleet) => fleet,
        Err(failure) => {
            let note = format!("allocations: not measured, {failure}");
            return session.recorder.note(None, &note);
        }
    };
    for known in counted(session.plan, &session.chosen) {
        let name = &known.about.name;
        let counted = count(&fleet, known, session.plan, session.main_golden());
        if session.stop_requested() {
            return;
        }
        match counted {
            Ok(allocations) => session.recorder.stages.allocations.push(allocations),
            Err(failure) => {
                let reason = &failure.reason;
                if failure.kind != FailureKind::Unsupported {
                    let line = format!("tollgate: allocations of {reason}; the rest goes on");
                    session.progress.say(&line);
                }
                session.outcome.add(failure.kind);
                let note = format!("allocations: not measured, {reason}");
                session.recorder.note(Some(name), &note);
            }
        }
        let doing = format!("allocations of {}", known.about.short);
        session.progress.advance(COST, &doing);
    }
}

/// What both sides have asked for so far, where it is counted.
#[derive(Clone, Copy)]
struct Looked {
    caller: Option<Counts>,
    callee: Option<Counts>,
}

/// A visit: what both sides asked for in it, and the items that crossed.
struct CountedVisit {
    caller: Option<Counts>,
    callee: Option<Counts>,
    items: u64,
}

fn look(fleet: &Fleet, has_callee: bool) -> Looked {
    let callee = if has_callee { fleet.counts("serve") } else { None };
    Looked { caller: fleet.counts("drive"), callee }
}

fn count(
    fleet: &Fleet,
    known: &Known,
    plan: &Plan,
    golden: &Path,
) -> Result<Allocations, LaneFailure> {
    let name = &known.about.name;
    let spec = SideSpec {
        known,
        behaviour: Behaviour::plain(plan.engines[0]),
        seats: Seats::default(),
        given: None,
        deadline: plan.deadline,
        patience: patience(plan.deadline),
        golden,
        first: Some(plan.main_question()),
        callee_cpu: true,
    };
    let mut side = Side::bring_up(fleet, &spec, connection_of(plan.engines[0]), || 0)
        .map_err(|error| error.of_lane(name))?;
    let mut visit = |limit: Duration| counted_visit(fleet, name, &mut side, plan, limit);
    visit(WARM_UP)?;
    let (few, many) = (visit(SHORT)?, visit(LONG)?);
    let calls = many.items.saturating_sub(few.items);
    if calls == 0 {
        return Err(LaneFailure::new(
            FailureKind::Unsupported,
            "a call takes too long for it: a longer visit made no more calls than a shorter one",
        ));
    }
    let caller = per_call(few.caller, many.caller, calls);
    let callee = per_call(few.callee, many.callee, calls);
    if caller.is_none() || (side.answering.callee.is_some() && callee.is_none()) {
        let reason = "the library that counts was not loaded";
        return Err(LaneFailure::new(FailureKind::Unsupported, reason));
    }
    let parts = [(Part::Caller, caller), (Part::Callee, callee)];
    let parts = parts.into_iter().filter_map(|(part, by)| by.map(|by| by.of(part)));
    Ok(Allocations { lane: name.clone(), calls, parts: parts.collect() })
}

fn counted_visit(
    fleet: &Fleet,
    lane: &str,
    side: &mut Side,
    plan: &Plan,
    limit: Duration,
) -> Result<CountedVisit, LaneFailure> {
    let has_callee = side.answering.callee.is_some();
    let before = look(fleet, has_callee);
    let items = single_calls(&mut side.driver, plan, limit).map_err(|error| error.of_lane(lane))?;
    let after = look(fleet, has_callee);
    Ok(CountedVisit {
        caller: since(before.caller, after.caller),
        callee: since(before.callee, after.callee),
        items,
    })
}

fn since(before: Option<Counts>, after: Option<Counts>) -> Option<Counts> {
    Some(after?.since(before?))
}

/// One visit of single calls, always of the same questions; answers the calls that were made.
fn single_calls(driver: &mut Driver, plan: &Plan, limit: Duration) -> Result<u64, LaneFailure> {
    let id = connection_of(plan.engines[0]);
    let order = Order::Visit(Visit {
        lead_in_calls: 1,
        lead_in_ms: 0,
        group: Some(1),
        ..visit::order(id, "chatty", plan.main_question(), limit)
    });
    let told: Result<Visited, DriverError> = driver.tell(&order, limit + patience(plan.deadline));
    let visited = told?;
    if visited.wrong + visited.errors == 0 {
        return Ok(visited.items + visited.lead_in_items);
    }
    let kind = if visited.wrong > 0 {
        FailureKind::WrongAnswer
    } else {
        FailureKind::Failed
    };
    Err(LaneFailure::new(
        kind,
        visited.detail.unwrap_or_else(|| "a wrong answer".into()),
    ))
}

/// What one process asks for in a call.
#[derive(Clone, Copy, Debug)]
struct Allocated {
    per_call: f64,
    bytes_per_call: f64,
}

impl Allocated {
    fn of(self, part: Part) -> AllocatedPart {
        let Self { per_call, bytes_per_call } = self;
        AllocatedPart { part, per_call, bytes_per_call }
    }
}

/// What a longer visit asked for beyond a shorter one, by the calls that it made more.
fn per_call(few: Option<Counts>, many: Option<Counts>, calls: u64) -> Option<Allocated> {
    let (few, many) = (few?, many?);
    let more = |many: u64, few: u64| many.saturating_sub(few) as f64 / calls as f64;
    Some(Allocated {
        per_call: more(many.allocations, few.allocations),
        bytes_per_call: more(many.bytes, few.bytes),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_every_visit_takes_goes_with_the_difference() {
        let visit =
            |calls: u64| Some(Counts { allocations: 70 + 3 * calls, bytes: 9_000 + 96 * calls });
        let found = per_call(visit(10), visit(1_010), 1_000).expect("both were counted");
        assert_eq!((found.per_call, found.bytes_per_call), (3.0, 96.0));
    }
}
