//! In which order a run asks, what it repeats, and how long it takes.

use super::{Ran, long_plan, never_quiet, plan, run, three};
use crate::{
    fleet::launch::scripted::script::{Phase, Script, What, When},
    plan::{Plan, Wanted},
    protocol::Visit,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

/// Visits of each cell by restart and block, repeats left out.
fn blocks(ran: &Ran) -> BTreeMap<(u32, u32), Vec<u32>> {
    let mut blocks: BTreeMap<(u32, u32), Vec<u32>> = BTreeMap::new();
    for visit in ran.record.visits.iter().filter(|visit| visit.repeats.is_none()) {
        blocks.entry((visit.start, visit.block)).or_default().push(visit.cell);
    }
    blocks
}

/// What was asked, as far as it is the same for the same seed: all but the group, which follows
/// from the times.
fn asked(ran: &Ran) -> Vec<(String, String, u32, usize, u64)> {
    let said = |(lane, visit): (String, Visit)| {
        (lane, visit.mode, visit.items, visit.first, visit.limit_ms)
    };
    ran.visits().into_iter().map(said).collect()
}

#[test]
fn a_quiet_run_measures_every_cell_and_says_nothing_of_failures() {
    let ran = run(Script::default(), three(), &plan());
    assert_eq!(ran.code, None, "{:?}", ran.said);
    for lane in ["inside", "near", "far"] {
        assert_eq!(ran.statuses(lane), ["measured", "measured"], "{:?}", ran.cells(lane));
    }
    let progress = &ran.record.progress;
    assert!(progress.finished && progress.starts_done == 2, "{progress:?}");
    assert_eq!(ran.kept, [(1, false), (2, true)]);
    assert_eq!(ran.world.most_alive(), 3);
    assert!(ran.said.iter().all(|line| line.starts_with("restart ")), "{:?}", ran.said);
}

#[test]
fn every_block_visits_every_cell_equally_often_in_an_order_of_its_own() {
    let ran = run(Script::default(), three(), &long_plan());
    let blocks = blocks(&ran);
    let cells = ran.record.cells.len() as u32;
    let (mut orders, mut counts) = (Vec::new(), Vec::new());
    for order in blocks.values() {
        let often = |cell| order.iter().filter(|visited| **visited == cell).count();
        counts.push((0..cells).map(often).collect::<Vec<_>>());
        orders.push(order.clone());
    }
    assert!(counts[0].iter().all(|often| *often > 0), "{counts:?}");
    assert!(counts.iter().all(|of_block| *of_block == counts[0]), "{counts:?}");
    let many = orders.len();
    orders.sort();
    orders.dedup();
    assert!(many >= 8 && orders.len() == many, "{many} blocks, {} orders", orders.len());
}

#[test]
fn the_record_tells_the_visits_in_the_order_in_which_drivers_were_asked() {
    let ran = run(Script::default(), three(), &plan());
    let asked = ran.visits();
    // One visit without interruption would stand in no cell; this budget has none.
    assert_eq!(asked.len(), ran.record.visits.len());
    for (recorded, (lane, visit)) in ran.record.visits.iter().zip(&asked) {
        let cell = &ran.record.cells[recorded.cell as usize];
        assert_eq!((&cell.lane, cell.items), (lane, visit.items));
    }
    assert!(ran.record.visits.iter().enumerate().all(|(at, visit)| visit.order == at as u32));
}

#[test]
fn the_same_seed_asks_the_same_in_the_same_order_whatever_calls_take() {
    let quick = run(Script::default(), three(), &plan());
    let slow = run(Script::default().call_ns("near", 90_000.0), three(), &plan());
    assert_eq!(asked(&quick), asked(&slow));
    let other = run(Script::default(), three(), &Plan { seed: 8, ..plan() });
    assert_ne!(asked(&quick), asked(&other));
}

#[test]
fn a_disturbed_visit_is_made_once_more_at_the_end_of_its_restart() {
    let script = Script::default().event("near", Phase::Visit, When::Nth(3), What::Disturb);
    let ran = run(script, three(), &plan());
    let repeats: Vec<_> =
        ran.record.visits.iter().filter(|visit| visit.repeats.is_some()).collect();
    assert_eq!(repeats.len(), 1);
    let first = &ran.record.visits[repeats[0].repeats.expect("it is one") as usize];
    assert_eq!(
        (first.cell, first.start, &*first.flags),
        (repeats[0].cell, 0, &["others".into()][..])
    );
    let last = ran.record.visits.iter().rfind(|visit| visit.start == 0).expect("it was made");
    assert_eq!(last.order, repeats[0].order);
    assert_eq!(ran.statuses("near"), ["measured", "measured"]);
}

#[test]
fn on_a_machine_that_is_never_quiet_repeats_take_a_tenth_of_a_restart_and_it_is_said() {
    let ran = run(never_quiet(), three(), &long_plan());
    let limits: Vec<u64> = ran.visits().iter().map(|(_, visit)| visit.limit_ms).collect();
    let time = |repeats: bool| -> u64 {
        let visits = ran.record.visits.iter().zip(&limits);
        visits
            .filter(|(visit, _)| visit.repeats.is_some() == repeats)
            .map(|(_, ms)| ms)
            .sum()
    };
    let share = time(true) as f64 / time(false) as f64;
    assert!(share > 0.05 && share <= 0.11, "{share}");
    let said = |text: &str| ran.record.notes.iter().any(|note| note.text.contains(text));
    assert!(said("visits were disturbed"), "{:?}", ran.record.notes);
    assert_eq!(ran.code, None);
}

#[test]
fn a_run_takes_the_time_that_was_predicted_and_its_progress_ends_at_its_end() {
    let plan = long_plan();
    let ran = run(Script::default(), three(), &plan);
    let (took, predicted) = (ran.world.elapsed().as_secs_f64(), ran.predicted.as_secs_f64());
    // Processes of this script start quicker than predicted, and some budget is for what this run
    // is too small for.
    assert!(took > 0.7 * predicted && took < 1.05 * predicted, "{took} s of {predicted} s");
    assert!(took > 0.7 * plan.budget.as_secs_f64(), "{took} s");
    assert!(ran.left < ran.predicted.mul_f64(0.1), "{:?} of {:?}", ran.left, ran.predicted);
    assert!((ran.record.elapsed_s - took).abs() < 1e-6, "the record has the same clock");
}

/// A run with a wanted precision, within so many seconds.
fn precise(script: Script, seconds: u64) -> Ran {
    let wanted = Plan {
        precision: Some(Wanted::new(4.0, None)),
        budget: Duration::from_secs(seconds),
        ..plan()
    };
    run(script, three(), &wanted)
}

#[test]
fn a_pilot_chooses_more_restarts_where_they_differ_more_and_keeps_to_its_budget() {
    let steady = precise(Script::default().spread("near", 0.005), 8);
    let unsteady = precise(Script::default().spread("near", 0.3), 8);
    let starts = |ran: &Ran| ran.record.plan.starts;
    assert!(starts(&unsteady) > starts(&steady), "{} {}", starts(&unsteady), starts(&steady));
    for ran in [&steady, &unsteady] {
        assert_eq!(ran.code, None, "{:?}", ran.said);
        assert_eq!(ran.record.progress.starts_done, starts(ran));
        assert!(ran.world.elapsed() < Duration::from_millis(8_800), "{:?}", ran.world.elapsed());
    }
}

#[test]
fn a_pilot_chooses_fewer_restarts_where_lanes_start_slowly() {
    let quick = precise(Script::default().spread("near", 0.3), 8);
    let script = Script::default().spread("near", 0.3);
    let slow = precise(script.start_time("far", Duration::from_secs(1)), 8);
    let starts = |ran: &Ran| ran.record.plan.starts;
    assert!(starts(&slow) < starts(&quick), "{} {}", starts(&slow), starts(&quick));
    assert!(slow.world.elapsed() < Duration::from_secs(11), "{:?}", slow.world.elapsed());
}

#[test]
fn a_visit_of_a_stage_lasts_as_long_as_one_of_a_whole_call() {
    for seconds in [3, 12, 60] {
        let plan = Plan { budget: Duration::from_secs(seconds), starts: 3, ..plan() };
        let ran = run(Script::default(), three(), &plan);
        let lengths = |visits: Vec<(String, Visit)>| -> BTreeSet<u64> {
            visits.into_iter().map(|(_, visit)| visit.limit_ms).collect()
        };
        let longest = ran.record.visits.iter().filter_map(|visit| visit.limit_ms).max();
        let mut of_calls = ran.visits();
        // A visit without interruption stands in no cell.
        of_calls.retain(|(_, visit)| Some(visit.limit_ms) <= longest);
        let of_stages = lengths(ran.visits_in(Phase::Stage));
        assert_eq!(of_stages, lengths(of_calls), "{seconds} s");
        assert_eq!(of_stages.len(), 1, "{seconds} s: {of_stages:?}");
        let recorded: BTreeSet<Option<u64>> = ran
            .record
            .ladders
            .iter()
            .flat_map(|ladder| ladder.starts.iter().map(|start| start.limit_ms))
            .collect();
        assert_eq!(recorded.into_iter().collect::<Vec<_>>(), [longest], "{seconds} s");
    }
}

#[test]
fn stages_that_do_not_fit_into_every_restart_are_visited_in_turns_at_the_same_length() {
    let starts = 9;
    let plan = Plan {
        budget: Duration::from_secs(6),
        starts,
        visit: Some(Duration::from_millis(250)),
        ..plan()
    };
    let ran = run(Script::default(), three(), &plan);
    assert!(ran.visits_in(Phase::Stage).iter().all(|(_, visit)| visit.limit_ms == 250));
    let near = ran.record.ladders.iter().find(|ladder| ladder.lane == "near").expect("there");
    let measured: Vec<u32> = near.starts.iter().map(|start| start.start).collect();
    assert_eq!(measured.len(), 3, "{measured:?}");
    assert!(measured.windows(2).all(|pair| pair[1] - pair[0] == 3), "{measured:?}");
    assert_eq!(ran.record.plan.visit_ms, Some(250));
    assert!(ran.record.visits.iter().all(|visit| visit.limit_ms == Some(250)));
}

#[test]
fn a_visit_of_single_calls_keeps_the_median_of_each_of_its_slices_and_no_other_does() {
    let ran = run(Script::default(), three(), &plan());
    for visit in &ran.record.visits {
        let cell = &ran.record.cells[visit.cell as usize];
        let slices = visit.limit_ms.expect("it is kept").div_ceil(10) as usize;
        let kept = if cell.items == 1 { slices } else { 0 };
        assert_eq!(visit.slices_p50_ns.len(), kept, "{} x {}", cell.lane, cell.items);
    }
}
