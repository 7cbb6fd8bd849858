//! Lanes in the record: what each is, how its first call went, and what a reader should know.

use crate::{
    lanes::roster::{Known, known::declared},
    machine::placement::Placement,
    plan::{Plan, workload_fits},
    protocol::Opened,
};
use reports::record::{CallerFloor, Cold, Lane, Note, Part, ReadyPart, Setting};
use std::time::Duration;

/// The lanes of a record, those that are not measured included.
pub(crate) struct LanesRecord {
    pub(crate) lanes: Vec<Lane>,
    pub(crate) cold: Vec<Cold>,
    pub(crate) notes: Vec<Note>,
    placement: &'static str,
}

impl LanesRecord {
    /// All that are known, with what this plan makes of them.
    pub(crate) fn new(known: &[Known], chosen: &[&Known], plan: &Plan) -> Self {
        Self {
            lanes: known.iter().map(|lane| described(lane, chosen, plan)).collect(),
            cold: Vec::new(),
            notes: Vec::new(),
            placement: plan.main_placement().name(),
        }
    }

    /// The cold path of a lane; `ready` is how long each of its processes took to start.
    pub(crate) fn cold(
        &mut self,
        lane: &str,
        start: u32,
        ready: Vec<(Part, Duration)>,
        opened: &Opened,
    ) {
        self.cold.push(Cold {
            lane: lane.into(),
            start,
            placement: self.placement.into(),
            ready: ready.into_iter().map(ready_part).collect(),
            open_ns: opened.open_ns,
            first_call_ns: opened.first_call_ns,
            floor: opened.floor.map(|floor| CallerFloor {
                clock_read_ns: floor.clock_read_ns,
                empty_call_ns: floor.empty_call_ns,
            }),
        });
    }

    /// Settings read back from a lane's sockets.
    pub(crate) fn settings(&mut self, lane: &str, settings: Vec<Setting>) {
        let Some(lane) = self.lanes.iter_mut().find(|known| known.name == lane) else {
            return;
        };
        for setting in settings {
            if !lane.fairness.contains(&setting) {
                lane.fairness.push(setting);
            }
        }
    }

    /// Something a reader should know. The same words are said once a start.
    pub(crate) fn note(&mut self, note: Note) {
        let said = self.notes.iter().any(|other| {
            (other.start, &other.lane, &other.text) == (note.start, &note.lane, &note.text)
        });
        if !said {
            self.notes.push(note);
        }
    }
}

fn ready_part((part, ready): (Part, Duration)) -> ReadyPart {
    ReadyPart { part, ready_ns: ready.as_nanos() as u64 }
}

/// On how many cores a process of this lane runs at a time, for its card.
fn cores(lane: &Known, plan: &Plan) -> Setting {
    let side = if plan.endpoint_of(lane).is_some() { "caller" } else { "both" };
    let value = if lane.has_threads_that_talk() {
        "1 for the thread that calls, 1 for all others: the same one in placement one"
    } else {
        "1, which all of its threads share"
    };
    Setting { side: side.into(), ..declared("cores of a process", value) }
}

fn described(lane: &Known, chosen: &[&Known], plan: &Plan) -> Lane {
    let mut about = lane.about.clone();
    about.given_endpoint = plan.endpoint_of(lane).is_some();
    about.planned = chosen.iter().any(|other| other.about.name == about.name);
    if about.planned && plan.main_placement() != Placement::Free {
        about.fairness.push(cores(lane, plan));
    }
    if !about.planned {
        // Nobody looks up how a lane would have been set, and there are many.
        about.fairness.clear();
    }
    if !about.planned && about.available {
        let not_named = "not chosen: name it with --lanes, or use --lanes all";
        about.reason = Some(workload_fits::why_not(plan, lane).unwrap_or(not_named).into());
    }
    about
}
