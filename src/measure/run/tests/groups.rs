//! Many lanes: which of them are alive together, and what that costs the budget.

use super::{Ran, lanes, plan, run};
use crate::{
    fleet::launch::scripted::script::{Phase, Script, What, When},
    lanes::roster::Known,
    measure::run::groups::{Groups, MOST_ALIVE},
    plan::Plan,
    shell::failure::Code,
};
use fixtures::generate::SplitMix64;
use reports::record::Group;
use std::{collections::BTreeSet, time::Duration};

/// So many lanes, every fifth of them inside a process.
fn many(count: usize) -> Vec<Known> {
    let lane = |at: usize| {
        let name = format!("lane-{at:02}");
        if at.is_multiple_of(5) {
            lanes::in_process(&name, at as u8)
        } else {
            lanes::between_processes(&name, at as u8)
        }
    };
    (0..count).map(lane).collect()
}

/// Single calls alone, in two restarts of so many seconds together.
fn single_calls(seconds: u64) -> Plan {
    Plan {
        batch: vec![1],
        budget: Duration::from_secs(seconds),
        ..plan()
    }
}

/// The groups of one restart.
fn groups_of(ran: &Ran, start: u32) -> Vec<&Group> {
    ran.record.groups.iter().filter(|group| group.start == start).collect()
}

/// The lanes of groups, each group sorted: who was alive together.
fn together(groups: &[&Group]) -> BTreeSet<Vec<String>> {
    let sorted = |group: &&Group| {
        let mut lanes = group.lanes.clone();
        lanes.sort();
        lanes
    };
    groups.iter().map(sorted).collect()
}

#[test]
fn thirty_lanes_are_alive_in_three_groups_that_each_restart_draws_anew() {
    let ran = run(Script::default(), many(30), &single_calls(20));
    assert_eq!(ran.code, None, "{:?}", ran.said);
    assert_eq!(ran.world.most_alive(), MOST_ALIVE);
    for start in [0, 1] {
        let groups = groups_of(&ran, start);
        assert_eq!(groups.iter().map(|group| group.group).collect::<Vec<_>>(), [0, 1, 2]);
        let mut lanes: Vec<&String> = groups.iter().flat_map(|group| &group.lanes).collect();
        lanes.sort();
        let all: Vec<String> = many(30).into_iter().map(|lane| lane.about.name).collect();
        assert!(lanes.into_iter().eq(&all), "each lane is in one group");
        for group in groups {
            let anchors: Vec<&str> = group.anchors.iter().map(|one| one.lane.as_str()).collect();
            // The tightest within a process, and the tightest between processes.
            assert_eq!(anchors, ["lane-00", "lane-01"]);
            assert!(group.anchors.iter().all(|one| one.visits > 0 && one.p50_ns.is_some()));
            let guests = anchors.iter().filter(|one| group.lanes.iter().all(|lane| lane != *one));
            assert!((11..=12).contains(&(group.lanes.len() + guests.count())), "{group:?}");
        }
    }
    assert_ne!(together(&groups_of(&ran, 0)), together(&groups_of(&ran, 1)));
    let lanes = many(30);
    let groups = Groups::new(&lanes.iter().collect::<Vec<_>>());
    let [one, same, other] = [7, 7, 8].map(|seed| groups.draw(&mut SplitMix64(seed)));
    assert!(one == same && one != other, "the same seed draws the same");
}

#[test]
fn an_anchor_weighs_as_much_as_any_lane_and_its_other_groups_are_in_the_budget() {
    let ran = run(Script::default(), many(20), &single_calls(20));
    let visits = |lane: &str| -> Vec<u32> {
        ran.cells(lane)[0].starts.iter().map(|start| start.visits_done).collect()
    };
    assert_eq!(visits("lane-00"), visits("lane-07"));
    assert_eq!(visits("lane-01"), visits("lane-07"));
    assert!(ran.record.cells.iter().all(|cell| cell.status == "measured"));
    let guests: usize = ran.visits().len() - ran.record.visits.len();
    assert!(guests > 0, "visits of guests are in no cell");
    let opened = ran.record.cold.iter().filter(|cold| cold.lane == "lane-00").count();
    assert_eq!(opened, 2, "its cold path is told once a restart");
    let (took, predicted) = (ran.world.elapsed().as_secs_f64(), ran.predicted.as_secs_f64());
    assert!(took > 0.6 * predicted && took < 1.05 * predicted, "{took} s of {predicted} s");
    assert!(ran.left < ran.predicted.mul_f64(0.1), "{:?} of {:?}", ran.left, ran.predicted);
}

#[test]
fn a_lane_that_works_while_nobody_asks_it_is_alone_from_the_next_restart_on() {
    let ran = run(Script::default().busy("lane-03", 0.01), many(6), &single_calls(6));
    assert_eq!(ran.code, None, "{:?}", ran.said);
    let (first, second) = (groups_of(&ran, 0), groups_of(&ran, 1));
    assert_eq!((first.len(), second.len()), (1, 2));
    let idle = &first[0].idle;
    assert_eq!(idle.len(), 6, "of every lane it is told");
    for one in idle {
        // A driver and a callee.
        let cores = if one.lane == "lane-03" { 0.02 } else { 0.0 };
        assert!((one.cores - cores).abs() < 1e-4, "{one:?}");
    }
    assert!(
        second
            .iter()
            .any(|group| group.lanes == ["lane-03"] && group.anchors.len() == 2)
    );
    let noted: Vec<_> = ran
        .record
        .notes
        .iter()
        .filter(|note| note.text.contains("measured alone"))
        .collect();
    assert_eq!((noted.len(), noted[0].lane.as_deref()), (1, Some("lane-03")));
    assert_eq!(ran.statuses("lane-03"), ["measured"]);
}

#[test]
fn an_anchor_that_works_while_nobody_asks_it_is_none_any_more() {
    let ran = run(Script::default().busy("lane-01", 0.01), many(14), &single_calls(10));
    let anchors = |start| -> Vec<&str> {
        groups_of(&ran, start)[0].anchors.iter().map(|one| one.lane.as_str()).collect()
    };
    assert_eq!(
        (anchors(0), anchors(1)),
        (vec!["lane-00", "lane-01"], vec!["lane-00", "lane-02"])
    );
}

#[test]
fn twelve_lanes_are_one_group_for_which_nothing_is_drawn() {
    let lanes = many(12);
    let chosen: Vec<&Known> = lanes.iter().collect();
    let groups = Groups::new(&chosen);
    let mut random = SplitMix64(5);
    let drawn = groups.draw(&mut random);
    assert_eq!((random.0, drawn.len(), groups.bring_ups()), (5, 1, 12));
    assert_eq!((drawn[0].lanes.clone(), drawn[0].guests.len()), ((0..12).collect(), 0));
    assert!(groups.anchors().is_empty() && groups.text(&chosen).is_none());
}

#[test]
fn a_wrong_answer_of_an_anchor_in_another_group_voids_its_cell() {
    let script = Script::default().event("lane-00", Phase::Visit, When::Always, What::Wrong);
    let ran = run(script, many(14), &single_calls(8));
    assert_eq!((ran.statuses("lane-00"), ran.code), (vec!["void"], Some(Code::Untrustworthy)));
    assert!(ran.record.groups.iter().all(|group| group.anchors[0].p50_ns.is_none()));
}

#[test]
fn rates_that_are_the_same_for_all_lanes_are_chosen_when_the_last_group_is_over() {
    let mut lanes = many(14);
    // A lane that answers nothing has no loads: four are enough.
    for (at, lane) in lanes.iter_mut().enumerate() {
        lane.about.answers = [0, 1, 4, 9].contains(&at);
    }
    let load = Some(Duration::from_millis(200));
    let plan = Plan { load, starts: 3, ..single_calls(6) };
    let ran = run(Script::default().call_ns("lane-04", 200_000.0), lanes, &plan);
    assert_eq!(ran.code, None, "{:?}", ran.said);
    let loads = ran.record.loads.as_ref().expect("they were planned");
    assert_eq!((loads.slowest.as_deref(), loads.starts), (Some("lane-04"), 3));
    for lane in &loads.lanes {
        let common = |start: &reports::record::LoadStart| {
            start.points.iter().filter(|point| point.share.is_none()).count()
        };
        let counts: Vec<usize> = lane.starts.iter().map(common).collect();
        assert!(counts.len() == 3 && counts[1] > 0 && counts[2] == counts[1], "{lane:?}");
    }
}
