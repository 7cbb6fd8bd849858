//! Ctrl-C, wherever a run is: what was measured is kept, the rest says that it is missing.

use super::{Ran, loaded_plan, plan, run, three};
use crate::{
    fleet::launch::scripted::script::{Phase, Script, What, When},
    shell::failure::Code,
};

/// The run of a script in which Ctrl-C is pressed at the n-th order of this phase in lane `near`.
fn stopped_at(phase: Phase, nth: u32) -> Ran {
    let plan = if phase == Phase::Load { loaded_plan() } else { plan() };
    let script = Script::default().event("near", phase, When::Nth(nth), What::StopRun);
    let ran = run(script, three(), &plan);
    assert_eq!(ran.code, Some(Code::Interrupted));
    let progress = &ran.record.progress;
    assert!(progress.interrupted && !progress.finished, "{progress:?}");
    let noted = ran.record.notes.iter().any(|note| note.text.starts_with("interrupted "));
    assert!(noted, "{:?}", ran.record.notes);
    let failed = ran.said.iter().find(|line| line.starts_with("tollgate: "));
    assert_eq!(failed, None, "what Ctrl-C cuts short is nobody's failure");
    ran
}

/// Orders that came behind the one at which it was pressed.
fn orders_after(ran: &Ran, phase: Phase, nth: usize) -> usize {
    let heard = ran.world.heard();
    let is_it = |heard: &super::Heard| heard.lane == "near" && heard.phase == phase;
    let places = heard.iter().enumerate().filter(|(_, heard)| is_it(heard));
    let (place, _) = places.into_iter().nth(nth - 1).expect("it was pressed");
    heard.len() - place - 1
}

#[test]
fn ctrl_c_while_lanes_start_leaves_no_figure_and_asks_nothing_more() {
    let ran = stopped_at(Phase::Driver, 1);
    assert_eq!(ran.record.progress.starts_done, 0);
    for lane in ["inside", "near", "far"] {
        assert_eq!(ran.statuses(lane), ["missing", "missing"]);
    }
    let reason = ran.cells("far")[0].reason.clone().unwrap_or_default();
    assert!(reason.starts_with("interrupted"), "{reason}");
    assert!(ran.visits().is_empty());
    assert_eq!(ran.kept, [(0, false)]);
    // The lane that was being started says hello and opens its connection.
    assert_eq!(orders_after(&ran, Phase::Driver, 1), 3, "hello, callee, open");
}

#[test]
fn ctrl_c_among_the_visits_of_a_later_restart_keeps_the_restart_before() {
    let whole = run(Script::default(), three(), &plan());
    let of_near = |ran: &Ran| ran.visits().iter().filter(|(lane, _)| lane == "near").count();
    let middle = of_near(&whole) * 3 / 4;
    let ran = stopped_at(Phase::Visit, middle as u32);
    assert_eq!(ran.record.progress.starts_done, 1);
    for lane in ["inside", "near", "far"] {
        assert_eq!(ran.statuses(lane), ["partial", "partial"]);
        let first = &ran.cells(lane)[0].starts[0];
        assert_eq!(first.visits_done, first.visits_planned);
    }
    let reason = ran.cells("near")[0].reason.clone().unwrap_or_default();
    assert_eq!(reason, "interrupted (1 of 2 restarts whole)");
    // After the first restart, in the second, and at the end.
    assert_eq!(ran.kept, [(1, false); 3]);
    assert_eq!(orders_after(&ran, Phase::Visit, middle), 0);
}

#[test]
fn ctrl_c_among_pairs_keeps_the_visits_of_their_restart_and_the_pairs_before() {
    let ran = stopped_at(Phase::Burst, 20);
    assert_eq!(ran.record.progress.starts_done, 0, "its restart is not whole");
    for lane in ["inside", "near", "far"] {
        assert_eq!(ran.statuses(lane), ["partial", "partial"], "{:?}", ran.cells(lane));
        let first = &ran.cells(lane)[0].starts[0];
        assert_eq!((first.visits_done, first.start), (first.visits_planned, 0));
    }
    assert!(ran.record.contrasts.iter().any(|contrast| !contrast.starts.is_empty()));
    assert!(ran.record.contrasts.iter().all(|contrast| contrast.reason.is_none()));
}

#[test]
fn ctrl_c_under_load_keeps_the_visits_and_the_loads_before() {
    let ran = stopped_at(Phase::Load, 6);
    assert_eq!(ran.statuses("near"), ["partial", "partial"]);
    let loads = ran.record.loads.as_ref().expect("they were planned");
    let searched = |lane: &reports::record::LaneLoads| {
        lane.starts.iter().any(|start| !start.search.is_empty())
    };
    assert!(loads.lanes.iter().all(searched), "{loads:?}");
    assert!(loads.lanes.iter().all(|lane| lane.reason.is_none()), "{loads:?}");
    assert_eq!(orders_after(&ran, Phase::Load, 6), 0);
}
