//! What fails costs what depends on it, and nothing else.

use super::{Ran, lanes, loaded_plan, long_plan, plan, run, three};
use crate::{
    fleet::launch::scripted::script::{
        Phase, Script, What,
        When::{self, Nth},
    },
    plan::Plan,
    shell::failure::Code,
};
use api::{EngineKind, ErrorKind};
use std::time::Duration;

/// A run in which this happens in lane `near`.
fn with(phase: Phase, when: When, what: What) -> Ran {
    run(Script::default().event("near", phase, when, what), three(), &plan())
}

/// The lanes beside `near` have all their figures.
fn others_are_whole(ran: &Ran) {
    for lane in ["inside", "far"] {
        assert_eq!(ran.statuses(lane), ["measured", "measured"], "{:?}", ran.said);
    }
}

/// Why the first cell of lane `near` is not measured.
fn reason(ran: &Ran) -> String {
    ran.cells("near")[0].reason.clone().unwrap_or_default()
}

#[test]
fn a_driver_that_dies_costs_its_lane_the_rest_of_the_restart() {
    for (phase, nth) in [
        (Phase::Driver, 1),
        (Phase::Hello, 1),
        (Phase::Open, 1),
        (Phase::Visit, 1),
        (Phase::Visit, 3),
        (Phase::Stage, 1),
        (Phase::Stage, 3),
    ] {
        let ran = with(phase, Nth(nth), What::Die);
        others_are_whole(&ran);
        assert_eq!(ran.code, Some(Code::Failed), "{phase:?} {nth}");
        assert!(ran.statuses("near").contains(&"partial"), "{phase:?} {nth}");
        let partial = ran.cells("near").into_iter().find(|cell| cell.status == "partial");
        let said = partial.and_then(|cell| cell.reason.clone()).unwrap_or_default();
        assert!(said.starts_with("restart 1: ") && said.contains("ended"), "{said}");
        assert!(said.ends_with("(1 of 2 restarts whole)"), "{said}");
        let second = ran.cells("near")[0].starts.iter().find(|start| start.start == 1);
        let second = second.expect("it is started afresh");
        assert_eq!(second.visits_done, second.visits_planned);
    }
}

#[test]
fn a_callee_that_does_not_start_costs_its_lane_the_restart() {
    let ran = with(Phase::Callee, Nth(1), What::Die);
    others_are_whole(&ran);
    assert_eq!((ran.statuses("near"), ran.code), (vec!["partial"; 2], Some(Code::Failed)));
    assert!(reason(&ran).contains("callee of near"), "{}", reason(&ran));
}

#[test]
fn a_driver_that_dies_in_turns_costs_its_pair_alone() {
    let ran = with(Phase::Burst, Nth(12), What::Die);
    others_are_whole(&ran);
    assert_eq!((ran.statuses("near"), ran.code), (vec!["measured"; 2], Some(Code::Failed)));
    let (failed, whole): (Vec<_>, Vec<_>) =
        ran.record.contrasts.iter().partition(|contrast| contrast.reason.is_some());
    assert_eq!(failed.len(), 1, "{failed:?}");
    assert_eq!((&*failed[0].first, failed[0].starts.len()), ("near", 0));
    assert!(!whole.is_empty() && whole.iter().all(|contrast| contrast.starts.len() >= 2));
}

#[test]
fn a_driver_that_dies_under_load_costs_its_lane_the_loads_alone() {
    let script = Script::default().event("near", Phase::Load, Nth(4), What::Die);
    let ran = run(script, three(), &loaded_plan());
    others_are_whole(&ran);
    assert_eq!((ran.statuses("near"), ran.code), (vec!["measured"; 2], Some(Code::Failed)));
    let loads = ran.record.loads.as_ref().expect("they were planned");
    for lane in &loads.lanes {
        assert_eq!(lane.reason.is_some(), lane.lane == "near", "{lane:?}");
        let points = lane.starts.iter().map(|start| start.points.len()).sum::<usize>();
        assert_eq!(points > 0, lane.lane != "near", "{lane:?}");
    }
}

#[test]
fn a_driver_that_dies_while_allocations_are_counted_costs_its_counts_alone() {
    let ran = with(Phase::Counting, Nth(1), What::Die);
    others_are_whole(&ran);
    assert_eq!(ran.statuses("near"), ["measured", "measured"]);
    let noted = ran.record.notes.iter().find(|note| note.lane.as_deref() == Some("near"));
    let text = &noted.expect("it is noted").text;
    assert!(
        text.starts_with("allocations: not measured, near: driver of near ended"),
        "{text}"
    );
}

#[test]
fn a_driver_that_hangs_is_waited_for_once_and_left_out_of_later_restarts() {
    let quiet = run(Script::default(), three(), &plan());
    let ran = with(Phase::Visit, Nth(4), What::Hang);
    others_are_whole(&ran);
    assert_eq!((ran.statuses("near"), ran.code), (vec!["partial"; 2], Some(Code::Failed)));
    assert!(reason(&ran).contains("said nothing for"), "{}", reason(&ran));
    let left_out = |line: &&String| line.contains("near: it hung once");
    assert_eq!(ran.said.iter().filter(left_out).count(), 1, "{:?}", ran.said);
    let started = ran.heard(Phase::Driver).iter().filter(|heard| heard.lane == "near").count();
    assert_eq!(started, 1, "in no restart, no pair and no count is it started again");
    // A visit's limit, twice the deadline of a call and ten seconds, once.
    let beyond = ran.world.elapsed().saturating_sub(quiet.world.elapsed());
    assert!(beyond < Duration::from_secs(21), "{beyond:?}");
}

#[test]
fn an_engine_that_does_not_come_up_costs_its_own_cells() {
    let script = Script::default().event("near", Phase::CatalogCallee, When::Always, What::Die);
    let engines = vec![EngineKind::Stub, EngineKind::Catalog];
    let ran = run(script, three(), &Plan { engines, ..plan() });
    for lane in ["inside", "far"] {
        assert_eq!(ran.statuses(lane), ["measured"; 3]);
    }
    for cell in ran.cells("near") {
        let expected = if cell.engine == "catalog" { "missing" } else { "measured" };
        assert_eq!(cell.status, expected, "{cell:?}");
    }
    assert!(
        ran.said.iter().any(|line| line.contains("near (engine catalog)")),
        "{:?}",
        ran.said
    );
}

#[test]
fn a_wrong_answer_voids_its_cell_and_the_run_is_not_to_be_trusted() {
    let ran = with(Phase::Visit, Nth(3), What::Wrong);
    others_are_whole(&ran);
    assert_eq!(ran.code, Some(Code::Untrustworthy));
    let mut statuses = ran.statuses("near");
    statuses.sort_unstable();
    assert_eq!(statuses, ["measured", "void"]);
}

#[test]
fn a_call_that_fails_voids_its_cell_and_its_connection_is_opened_again() {
    let ran = with(Phase::Visit, Nth(3), What::Error(ErrorKind::Gone));
    others_are_whole(&ran);
    assert_eq!(ran.code, Some(Code::Untrustworthy));
    let heard = ran.world.heard();
    let of_near = |phase| {
        let is_it = move |heard: &&super::Heard| heard.lane == "near" && heard.phase == phase;
        heard.iter().filter(is_it)
    };
    let failed = of_near(Phase::Visit).nth(2).expect("it was made").at;
    let reopened = of_near(Phase::Open).filter(|open| open.at > failed).map(|open| open.at).min();
    let next = of_near(Phase::Visit).nth(3).expect("the lane goes on").at;
    assert!(reopened.is_some_and(|at| at > failed && at < next), "{reopened:?}");
}

#[test]
fn a_group_that_changes_between_visits_is_a_contradiction() {
    // Of two cells in two blocks the fourth visit is not the first of its cell.
    let script = Script::default().event("near", Phase::Visit, Nth(4), What::OtherGroup);
    let ran = run(script, three(), &long_plan());
    others_are_whole(&ran);
    assert_eq!((ran.statuses("near"), ran.code), (vec!["partial"; 2], Some(Code::Failed)));
    assert!(reason(&ran).contains("contradicts itself"), "{}", reason(&ran));
}

#[test]
fn samples_longer_than_their_visit_are_not_believed() {
    let ran = with(Phase::Visit, Nth(2), What::Boast);
    others_are_whole(&ran);
    assert_eq!((ran.statuses("near"), ran.code), (vec!["partial"; 2], Some(Code::Failed)));
    let said = reason(&ran);
    assert!(said.contains("elapsed_ns of 3600.000 s for a visit of"), "{said}");
}

#[test]
fn a_driver_that_knows_no_stages_is_no_failure() {
    let unsupported = What::Refuse(ErrorKind::Unsupported);
    let ran = with(Phase::Stage, When::Always, unsupported);
    others_are_whole(&ran);
    assert_eq!((ran.statuses("near"), ran.code), (vec!["measured"; 2], None), "{:?}", ran.said);
    let ladder = ran.record.ladders.iter().find(|ladder| ladder.lane == "near");
    let missing = &ladder.expect("it was planned").missing;
    assert!(
        !missing.is_empty() && missing.iter().all(|rung| rung.reason.contains("does not measure"))
    );
}

#[test]
fn a_driver_that_refuses_a_visit_costs_its_lane_the_restart() {
    let ran = with(Phase::Visit, Nth(3), What::Refuse(ErrorKind::Gone));
    others_are_whole(&ran);
    assert_eq!((ran.statuses("near"), ran.code), (vec!["partial"; 2], Some(Code::Failed)));
    assert!(reason(&ran).contains("as the script says"), "{}", reason(&ran));
}

#[test]
fn a_run_of_which_one_lane_never_starts_has_all_figures_of_the_others() {
    let alone = vec![lanes::between_processes("near", 20), lanes::between_processes("far", 60)];
    let script = Script::default().event("near", Phase::Driver, When::Always, What::Die);
    let ran = run(script, alone, &plan());
    assert_eq!(ran.statuses("near"), ["missing", "missing"]);
    assert_eq!(ran.statuses("far"), ["measured", "measured"]);
    assert_eq!(ran.code, Some(Code::Failed));
}
