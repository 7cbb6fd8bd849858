//! Allocations of a single call over each lane, in a pass of its own after the restarts: a fresh
//! driver and callee that count, and visits of two lengths. What a visit takes beside its calls is
//! the same in both, and goes with the difference.

use crate::{
    fleet::{Behaviour, Driver, Fleet, OpenTo, Seats, Trouble},
    lanes::roster::Known,
    machine::allocations::Counts,
    measure::{
        contrasts::pair::Broken,
        run::{
            Run,
            running_lane::{SLACK, number},
        },
    },
    plan::Plan,
    protocol::{Order, Visit, Visited},
    shell::interrupt,
};
use reports::record::{Allocated, Allocations};
use std::{path::Path, time::Duration};

/// A visit that fills caches and buffers, a short one, a long one.
const LIMITS: [Duration; 3] =
    [Duration::from_millis(20), Duration::from_millis(20), Duration::from_millis(200)];
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

impl Run<'_> {
    /// Counts over every lane that can; a lane that fails is said and costs its counts alone.
    pub(crate) fn count_allocations(&mut self) {
        if self.stages.left_out().is_some() || interrupt::requested() {
            return;
        }
        let lanes = counted(self.plan, &self.chosen);
        let fleet = match self.fleet.counting() {
            Ok(fleet) => fleet,
            Err(failure) => {
                return self.recorder.note(None, &format!("allocations: not measured, {failure}"));
            }
        };
        for known in lanes {
            let golden = &self.golden[&self.plan.engines[0]];
            let found = count(&fleet, known, self.plan, golden);
            if interrupt::requested() {
                return;
            }
            match found {
                Ok(Ok(allocations)) => self.recorder.allocations(allocations),
                Ok(Err(why)) => {
                    self.recorder.note(
                        Some(&known.about.name),
                        &format!("allocations: not measured, {why}"),
                    );
                }
                Err(Broken { wrong, reason }) => {
                    self.died |= !wrong;
                    self.wrong_apart |= wrong;
                    self.progress
                        .say(&format!("tollgate: allocations of {reason}; the rest goes on"));
                    let note = format!("allocations: not measured, {reason}");
                    self.recorder.note(Some(&known.about.name), &note);
                }
            }
            self.progress.advance(COST, &format!("allocations of {}", known.about.short));
        }
    }
}

/// The counts of both sides, and the items that have crossed.
type Looked = ([Option<Counts>; 2], u64);

/// The counts of a lane, or why there are none although nothing failed.
type Counted = Result<Allocations, &'static str>;

fn count(fleet: &Fleet, known: &Known, plan: &Plan, golden: &Path) -> Result<Counted, Broken> {
    let name = &known.about.name;
    let (behaviour, seats) = (Behaviour::plain(plan.engines[0]), Seats::default());
    let (endpoint, callee) = fleet.endpoint(known, behaviour, seats)?;
    let mut driver = fleet.driver(known, 0, seats)?;
    let to = OpenTo {
        behaviour,
        deadline: plan.deadline,
        golden,
        first_max_results: Some(plan.max_results[0]),
        callee_pid: callee.as_ref().map(|callee| callee.process.pid()),
    };
    let order = fleet.open_order(number(plan.engines[0]), known, &endpoint, &to);
    driver
        .open(&order, plan.deadline * 2 + SLACK)
        .map_err(|trouble| Broken::of(name, &trouble))?;
    let mut grown: Vec<Looked> = Vec::new();
    for limit in LIMITS {
        let look =
            || [Some("drive"), callee.as_ref().map(|_| "serve")].map(|name| fleet.counts(name?));
        let before = look();
        let crossed = visit(name, &mut driver, plan, limit)?;
        let after = look();
        let since = |side: usize| Some(after[side]?.since(before[side]?));
        grown.push(([since(0), since(1)], crossed));
    }
    let [_, few, many] = grown[..] else { unreachable!("a visit for each limit") };
    let calls = many.1.saturating_sub(few.1);
    if calls == 0 {
        return Ok(Err(
            "a call takes too long for it: a longer visit made no more calls than a shorter one",
        ));
    }
    let of = |side: usize| Some(per_call(few.0[side]?, many.0[side]?, calls));
    let (caller, of_callee) = (of(0), of(1));
    if caller.is_none() || (callee.is_some() && of_callee.is_none()) {
        return Ok(Err("the library that counts was not loaded"));
    }
    Ok(Ok(Allocations { lane: name.clone(), calls, caller, callee: of_callee }))
}

/// One visit of single calls, always of the same questions; answers the calls that were made.
fn visit(lane: &str, driver: &mut Driver, plan: &Plan, limit: Duration) -> Result<u64, Broken> {
    let order = Order::Visit(Visit {
        id: number(plan.engines[0]),
        mode: "chatty".into(),
        items: 1,
        max_results: plan.max_results[0],
        first: 0,
        lead_in_calls: 1,
        lead_in_ms: 0,
        limit_ms: limit.as_millis() as u64,
        group: Some(1),
        samples: None,
        handicap_ns: None,
        payload_bytes: None,
        reply_bytes: None,
    });
    let visited: Result<Visited, Trouble> = driver.tell(&order, limit + plan.deadline * 2 + SLACK);
    let visited = visited.map_err(|trouble| Broken::of(lane, &trouble))?;
    match (visited.wrong + visited.errors, visited.detail) {
        (0, _) => Ok(visited.items + visited.lead_in_items),
        (_, detail) => {
            let reason = format!("{lane}: {}", detail.unwrap_or_else(|| "a wrong answer".into()));
            Err(Broken { wrong: visited.wrong > 0, reason })
        }
    }
}

/// What a longer visit asked for beyond a shorter one, by the calls that it made more.
fn per_call(few: Counts, many: Counts, calls: u64) -> Allocated {
    let more = |many: u64, few: u64| many.saturating_sub(few) as f64 / calls as f64;
    Allocated {
        per_call: more(many.allocations, few.allocations),
        bytes_per_call: more(many.bytes, few.bytes),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_every_visit_takes_goes_with_the_difference() {
        let visit = |calls: u64| Counts { allocations: 70 + 3 * calls, bytes: 9_000 + 96 * calls };
        let found = per_call(visit(10), visit(1_010), 1_000);
        assert_eq!((found.per_call, found.bytes_per_call), (3.0, 96.0));
    }
}
