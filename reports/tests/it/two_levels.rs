//! Two records with luck of their starts and of their runs: how often one build is called two, how
//! often a slowdown is found, and what is not told at all.

use crate::changes::cells_of;
use crate::synthetic::{Random, Synthetic, in_two_placements};
use reports::{
    judge::{
        comparison::{Between, Change, Mismatch, Open, changes},
        gate::records::{Gate, gate},
    },
    record::{Cell, Record},
    say::two_records::{caveats, not_compared},
};
use std::collections::BTreeMap;

const GRPC: &str = "rust/grpc/rust";

/// Runs of one build as a quick run has them: eight restarts, and in each placement luck of 1 % for
/// each lane that all restarts of the run share.
fn runs_of_one_build(count: u64) -> Vec<Record> {
    let run = |seed| {
        let quick = Synthetic { seed, starts: 8, samples: 100, blocks: 1 };
        with_luck(in_two_placements(quick.record()), seed)
    };
    (0..count).map(|at| run(100 + at)).collect()
}

fn with_luck(mut record: Record, seed: u64) -> Record {
    let mut random = Random(1_000 + seed);
    let mut luck: BTreeMap<(String, String), f64> = BTreeMap::new();
    for cell in &mut record.cells {
        let of_lane = luck.entry((cell.lane.clone(), cell.placement.clone()));
        let factor = *of_lane.or_insert_with(|| (0.01 * random.normal()).exp());
        multiply(cell.starts.iter_mut(), factor);
    }
    record
}

fn multiply<'s>(starts: impl Iterator<Item = &'s mut reports::record::CellStart>, factor: f64) {
    for start in starts {
        start.p50_ns = start.p50_ns.map(|ns| ns * factor);
        start.mean_ns = start.mean_ns.map(|ns| ns * factor);
    }
}

/// Every figure of a lane takes so many times as long.
fn slow(record: &mut Record, lane: &str, factor: f64) {
    for cell in cells_of(record, lane) {
        multiply(cell.starts.iter_mut(), factor);
    }
}

fn between(old: &Record, new: &Record) -> Between {
    changes(old, new, false).expect("comparable")
}

#[test]
fn twelve_records_of_one_build_are_one_build_in_all_their_pairs() {
    let runs = runs_of_one_build(12);
    let (mut named, mut figures, mut failed, mut pairs) = (0, 0, 0, 0);
    for (at, old) in runs.iter().enumerate() {
        for new in &runs[at + 1..] {
            let between = between(old, new);
            named += between.changes.iter().filter(|change| change.detected).count();
            figures += between.changes.len();
            failed += usize::from(gate(&between, 0.1).outcome == Gate::Failed);
            pairs += 1;
        }
    }
    assert_eq!((pairs, failed), (66, 0));
    assert!(named * 100 <= figures && figures > 1_000, "{named} of {figures} named");
}

#[test]
fn a_lane_that_takes_15_percent_longer_is_named_in_nine_of_ten_pairs() {
    let runs = runs_of_one_build(20);
    let mut found = 0;
    for pair in runs.chunks(2) {
        let mut slower = pair[1].clone();
        slow(&mut slower, GRPC, 1.15);
        let between = between(&pair[0], &slower);
        let named: Vec<&Change> = between.changes.iter().filter(|change| change.detected).collect();
        assert!(named.iter().all(|change| change.lane == "grpc"), "{named:?}");
        found += usize::from(named.iter().any(|change| change.comparison.ratio.value > 1.0));
    }
    assert!(found >= 9, "{found} of 10");
}

/// One run of 12 restarts with floors, and another in which everything takes so many times as long,
/// the floors of the machine too or not.
fn slower_machine(factor: f64, floors: bool) -> Between {
    let run = |seed| Synthetic { seed, starts: 12, samples: 100, blocks: 1 }.record();
    let (old, mut new) = (run(9), run(10));
    multiply(new.cells.iter_mut().flat_map(|cell| &mut cell.starts), factor);
    if floors {
        for start in new.floors.iter_mut().flat_map(|floor| &mut floor.starts) {
            start.mean_ns = start.mean_ns.map(|ns| ns * factor);
        }
    }
    let found = between(&old, &new);
    let said = caveats(&old, &new, &found).join("\n");
    assert!(
        said.contains("Most figures differ by more than their restarts explain ("),
        "{said}"
    );
    found
}

#[test]
fn what_slowed_the_machine_itself_is_no_change_of_lanes_and_what_left_it_alone_is() {
    let share = |found: &Between| {
        let named = found.changes.iter().filter(|change| change.detected).count();
        100 * named / found.changes.len()
    };
    let machine = slower_machine(1.5, true);
    assert!(share(&machine) <= 1, "{machine:?}");
    assert_ne!(gate(&machine, 0.1).outcome, Gate::Failed);
    let build = slower_machine(1.5, false);
    assert!(share(&build) > 90, "{} %", share(&build));
}

#[test]
fn the_smallest_slowdown_of_a_pair_is_said_for_each_placement_and_figure() {
    let runs = runs_of_one_build(2);
    let found = between(&runs[0], &runs[1]);
    let said = caveats(&runs[0], &runs[1], &found).join("\n");
    assert!(
        said.contains("named in nine of ten cases if it is as large as: one core "),
        "{said}"
    );
    assert!(said.contains("; two cores "), "{said}");
    assert!(!said.contains("Most figures differ"), "{said}");
    for change in &found.changes {
        let smallest = change.smallest.expect("eight restarts on both sides");
        assert!((0.03..1.0).contains(&smallest), "{change:?}");
        let open = change.words() == "cannot tell";
        assert_eq!(change.words_with_smallest().contains("would show "), open, "{change:?}");
    }
}

/// Half of the restarts of a lane take 2.5 times as long.
fn in_two_groups(record: &mut Record) {
    for cell in cells_of(record, GRPC) {
        multiply(cell.starts.iter_mut().take(4), 2.5);
        visited(cell, 3);
    }
}

/// Of fewer visits a median is not taken for that of a restart.
fn visited(cell: &mut Cell, times: u32) {
    for start in &mut cell.starts {
        (start.visits_done, start.visits_planned) = (times, times);
    }
}

/// A quarter of a lane's visits is disturbed.
fn disturbed(record: &mut Record) {
    let of_lane: Vec<bool> = record.cells.iter().map(|cell| cell.lane == GRPC).collect();
    for visit in record.visits.iter_mut().filter(|visit| visit.start < 2) {
        if of_lane[visit.cell as usize] {
            visit.flags = vec!["others".into()];
        }
    }
}

fn assert_open(found: &Between, open: Open) {
    let single = found.changes.iter().filter(|change| change.items == 1);
    let of_grpc: Vec<&Change> = single.filter(|change| change.lane == "grpc").collect();
    assert!(!of_grpc.is_empty() && found.changes.iter().any(|change| change.open.is_none()));
    for change in of_grpc {
        assert_eq!((change.open, change.detected), (Some(open), false));
        assert_eq!(change.words(), open.words());
    }
    assert_eq!(gate(found, 0.5).outcome, Gate::CannotTell);
}

#[test]
fn nothing_is_told_of_a_figure_in_two_groups_or_disturbed_on_a_side() {
    let runs = runs_of_one_build(2);
    let spoilt = |open: Open| {
        let mut record = runs[0].clone();
        match open {
            Open::TwoGroups => in_two_groups(&mut record),
            Open::Disturbed => disturbed(&mut record),
        }
        record
    };
    for open in [Open::TwoGroups, Open::Disturbed] {
        let (spoilt, mut later) = (spoilt(open), runs[1].clone());
        slow(&mut later, GRPC, 1.7);
        assert_open(&between(&spoilt, &later), open);
        assert_open(&between(&later, &spoilt), open);
        slow(&mut later, GRPC, 4.0);
        let found = between(&spoilt, &later);
        assert!(found.changes.iter().any(|one| one.lane == "grpc" && one.detected), "far apart");
    }
}

#[test]
fn two_groups_that_lie_apart_from_the_other_side_are_told() {
    let runs = runs_of_one_build(2);
    let [mut old, mut later] = [runs[0].clone(), runs[1].clone()];
    for cell in cells_of(&mut old, GRPC) {
        visited(cell, 3);
        multiply(cell.starts.iter_mut().take(4), 1.5);
    }
    slow(&mut later, GRPC, 3.0);
    let found = between(&old, &later);
    let single = found.changes.iter().filter(|one| one.lane == "grpc" && one.items == 1);
    let words: Vec<&str> = single.map(Change::words).collect();
    assert!(!words.is_empty() && words.iter().all(|words| *words == "slower"), "{words:?}");
}

#[test]
fn figures_in_visits_of_another_length_are_counted_and_not_compared() {
    let runs = runs_of_one_build(2);
    let longer = |placements: &[&str]| {
        let mut later = runs[1].clone();
        let there: Vec<bool> = later
            .cells
            .iter()
            .map(|cell| placements.contains(&cell.placement.as_str()))
            .collect();
        for visit in later.visits.iter_mut().filter(|visit| there[visit.cell as usize]) {
            visit.limit_ms = visit.limit_ms.map(|ms| 3 * ms);
        }
        later
    };
    let found = between(&runs[0], &longer(&["two"]));
    assert!(found.changes.iter().all(|change| change.placement == "one core"), "{found:?}");
    let lines = not_compared(&found);
    let [line] = lines.as_slice() else { panic!("{lines:?}") };
    assert!(
        line.ends_with(
            "figures: visits last 60.0 ms in the earlier record and 180 ms in the later: measure \
            both with the same --budget, or the same --visit"
        ),
        "{line}"
    );
    assert_ne!(gate(&found, 0.5).outcome, Gate::Failed);
    let nothing = changes(&runs[0], &longer(&["one", "two"]), false).expect_err("nothing alike");
    assert!(matches!(nothing, Mismatch::Visits(_)), "{nothing:?}");
    assert!(nothing.text().contains("or the same --visit"), "{}", nothing.text());
}
