//! Columns: which cells there are in each, and when a lane is moved.

use super::{Ran, lanes, plan, run, three};
use crate::{
    fleet::launch::scripted::{
        Heard,
        script::{Phase, Script, What, When::Nth},
    },
    machine::placement::Placement,
    plan::Plan,
    shell::failure::Code,
};
use reports::record::Cell;

/// The small run in two columns.
fn both() -> Plan {
    Plan { placements: vec![Placement::One, Placement::Two], ..plan() }
}

fn in_column<'r>(ran: &'r Ran, lane: &str, placement: &str) -> Vec<&'r Cell> {
    let mut cells = ran.cells(lane);
    cells.retain(|cell| cell.placement == placement);
    cells
}

/// The columns of the visits of a lane in the first restart, in their order.
fn columns_of_visits(ran: &Ran, lane: &str) -> Vec<String> {
    let mut columns = Vec::new();
    for visit in ran.record.visits.iter().filter(|visit| visit.start == 0) {
        let cell = &ran.record.cells[visit.cell as usize];
        if cell.lane == lane {
            columns.push(cell.placement.clone());
        }
    }
    columns
}

/// What the script saw of lane `near` before its pairs begin: visits, those of stages, and moves.
fn until_pairs(ran: &Ran) -> Vec<Heard> {
    let looked_at = [Phase::Visit, Phase::Stage, Phase::Move];
    let mut heard = ran.world.heard();
    let pairs = heard.iter().position(|one| one.phase == Phase::Burst);
    heard.truncate(pairs.expect("there are some"));
    // The pair before whose first burst it is may have been moved already.
    let last = heard.iter().rposition(|one| [Phase::Visit, Phase::Stage].contains(&one.phase));
    heard.truncate(last.map_or(0, |last| last + 1));
    heard.retain(|one| one.lane == "near" && looked_at.contains(&one.phase));
    heard
}

#[test]
fn calls_between_two_cores_settle_before_they_are_recorded_for_as_long_as_they_need() {
    let ran = run(Script::default(), three(), &both());
    let columns: Vec<&str> = ran
        .record
        .visits
        .iter()
        .map(|visit| ran.record.cells[visit.cell as usize].placement.as_str())
        .collect();
    let asked = ran.visits();
    let settling = Placement::Two.settling().as_millis() as u64;
    let length = asked.iter().map(|(_, visit)| visit.limit_ms).min().expect("there are visits");
    // A visit without interruption stands in no cell, and is longer.
    let in_cells = asked.iter().filter(|(_, visit)| visit.limit_ms <= length + settling);
    let mut settled = 0;
    for ((lane, visit), column) in in_cells.zip(&columns) {
        let known = (visit.lead_in_calls, visit.lead_in_ms, visit.limit_ms);
        if *column == "two" {
            settled += 1;
            assert_eq!(known, (u32::MAX, settling, length + settling), "{lane}");
        } else {
            assert!(visit.lead_in_calls <= 20 && visit.limit_ms == length, "{lane}: {visit:?}");
        }
    }
    assert!(settled > 0 && columns.contains(&"one"), "{columns:?}");
}

#[test]
fn a_lane_between_processes_has_cells_in_both_columns_and_one_within_a_process_in_the_first() {
    let ran = run(Script::default(), three(), &both());
    for lane in ["near", "far"] {
        for placement in ["one", "two"] {
            let cells = in_column(&ran, lane, placement);
            assert_eq!(cells.len(), 2, "a single call and a batch");
            assert!(cells.iter().all(|cell| cell.status == "measured"), "{cells:?}");
        }
    }
    let within = ran.cells("inside");
    assert!(within.iter().all(|cell| cell.placement == "one"), "{within:?}");
    assert_eq!(ran.record.plan.placements, ["one", "two"]);
    assert!(ran.record.plan.distances.is_empty(), "the script tells nothing of its cores");
    assert_eq!(ran.code, None, "{:?}", ran.said);
}

#[test]
fn each_pair_between_processes_is_asked_in_both_columns_of_each_of_its_starts() {
    let ran = run(Script::default(), three(), &both());
    let of = |lane: &str, placement: &str| {
        let all = ran.record.contrasts.iter();
        let of = all.filter(|pair| pair.first == lane && pair.placement == placement);
        of.map(|pair| pair.starts.len()).sum::<usize>()
    };
    assert!(of("near", "one") > 0);
    assert_eq!(of("near", "one"), of("near", "two"));
    let within = ran
        .record
        .contrasts
        .iter()
        .filter(|pair| pair.first == "inside" && pair.second == "inside");
    assert!(within.clone().count() > 0);
    assert!(within.clone().all(|pair| pair.placement == "one"));
}

#[test]
fn what_processes_use_is_said_by_column_with_their_seats_and_the_first_column_comes_first() {
    let ran = run(Script::default(), three(), &both());
    let near: Vec<_> = ran.record.resources.iter().filter(|used| used.lane == "near").collect();
    let placements: Vec<&str> = near.iter().map(|used| used.placement.as_str()).collect();
    assert_eq!(placements, ["one", "two"]);
    for (used, together) in near.iter().zip([true, false]) {
        for start in &used.starts {
            let seats: Vec<_> = start.parts.iter().map(|part| &part.seats).collect();
            assert_eq!(seats[0] == seats[1], together, "{seats:?}");
        }
    }
}

#[test]
fn a_lane_is_moved_exactly_when_the_column_changes_and_its_driver_keeps_its_core() {
    let ran = run(Script::default(), three(), &both());
    let mut visited = columns_of_visits(&ran, "near").into_iter();
    let near = ran.record.resources.iter().find(|used| used.lane == "near");
    let driver = near.expect("it is measured").starts[0].parts[0].seats[0] as usize;
    // A fresh start sits in the first column.
    let (mut now, mut moves, mut changes) = ("one".to_owned(), Vec::new(), 0);
    for heard in until_pairs(&ran) {
        let asked = match heard.phase {
            Phase::Visit => visited.next().expect("every visit is in the record"),
            Phase::Stage => "one".to_owned(),
            _ => {
                moves.extend(heard.seat);
                continue;
            }
        };
        let processes = usize::from(asked != now);
        assert_eq!(moves.len(), processes, "from {now} to {asked}: {moves:?}");
        if let [callee] = moves[..] {
            assert_eq!(callee.main_thread == driver, asked == "one", "{callee:?}");
            assert_eq!(callee.main_thread, callee.other_threads, "all threads of a process");
            changes += 1;
        }
        moves.clear();
        now = asked;
    }
    assert!(changes > 1, "there and back");
    assert!(ran.heard(Phase::Move).iter().all(|heard| heard.lane != "inside"));
}

#[test]
fn in_one_column_nobody_is_moved() {
    for placement in [Placement::One, Placement::Two, Placement::Free] {
        let ran = run(Script::default(), three(), &Plan { placements: vec![placement], ..plan() });
        assert!(ran.heard(Phase::Move).is_empty(), "{placement:?}");
        assert!(ran.record.cells.iter().all(|cell| cell.placement == placement.name()));
    }
}

#[test]
fn a_lane_whose_threads_talk_has_both_columns_and_its_main_thread_stays() {
    let threads = vec![lanes::in_process("inside", 0), lanes::between_threads("threads", 5)];
    let ran = run(Script::default(), threads, &both());
    assert_eq!(in_column(&ran, "threads", "two").len(), 2);
    let moves = ran.heard(Phase::Move);
    let mut apart = 0;
    for seat in moves.iter().filter_map(|heard| heard.seat) {
        apart += usize::from(seat.main_thread != seat.other_threads);
    }
    assert!(apart > 0 && apart < moves.len(), "into both columns");
}

#[test]
fn a_lane_that_cannot_be_moved_is_out_for_the_restart_and_the_run_goes_on() {
    let script = Script::default().event("near", Phase::Move, Nth(1), What::Die);
    let ran = run(script, three(), &both());
    assert_eq!(ran.code, Some(Code::Failed));
    assert!(ran.statuses("near").contains(&"partial"), "{:?}", ran.statuses("near"));
    let reason = ran.cells("near").into_iter().find_map(|cell| cell.reason.clone());
    let reason = reason.unwrap_or_default();
    assert!(reason.contains("cannot be moved for placement"), "{reason}");
    for lane in ["inside", "far"] {
        assert!(ran.statuses(lane).iter().all(|status| *status == "measured"), "{:?}", ran.said);
    }
}
