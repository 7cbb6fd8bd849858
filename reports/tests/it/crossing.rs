//! Lanes against each other over batch sizes and payloads: ratios, the base that is shown first,
//! and who is the quickest.

use crate::assertions::some;
use crate::changes::lane_mut;
use crate::record;
use crate::rendered::page;
use reports::figures::{
    row::Row,
    summary::{Scene, Summary},
};
use reports::model::batch_sizes::{self, Contest, Quickest};
use reports::model::{self, crossover};
use reports::record::{Cell, Record};

fn row<'s, 'a>(scene: &'s Scene<'a>, short: &str) -> &'s Row<'a> {
    scene
        .rows
        .iter()
        .find(|row| row.lane.short == short)
        .unwrap_or_else(|| panic!("{short} was measured"))
}

/// Gives the second lane the times of the first.
fn alike(record: &mut Record, first: &str, second: &str) {
    let cells: Vec<_> = record.cells.iter().filter(|cell| cell.lane == first).cloned().collect();
    for cell in record.cells.iter_mut().filter(|cell| cell.lane == second) {
        if let Some(other) = cells.iter().find(|other| shape(other) == shape(cell)) {
            cell.starts = other.starts.clone();
        }
    }
}

/// What is asked for in a cell, whatever the lane.
fn shape(cell: &Cell) -> (u32, u32, &str) {
    (cell.items, cell.size, &cell.mode)
}

#[test]
fn a_ratio_is_that_of_the_means_and_turns_round_with_the_base() {
    let record = record();
    let summary = Summary::of(&record);
    let scene = summary.main().expect("measured");
    let rows = batch_sizes::drawable(scene);
    let of = |lane: &str, base: &str| {
        let against = batch_sizes::against(&rows, row(scene, base));
        against
            .into_iter()
            .find(|one| one.row.lane.short == lane)
            .expect("a line")
            .points
    };
    let (there, back) = (of("rest", "grpc"), of("grpc", "rest"));
    assert_eq!(there.iter().map(|(n, _)| *n).collect::<Vec<_>>(), [1, 4, 16, 64, 256, 1_024]);
    assert_eq!(back.len(), there.len());
    for ((n, there), (_, back)) in there.iter().zip(&back) {
        assert!((there.ratio.value * back.ratio.value - 1.0).abs() < 1e-9, "n = {n}");
    }
    let mean = |short: &str| row(scene, short).single.as_ref().expect("measured").item.value;
    assert!((there[0].1.ratio.value / (mean("rest") / mean("grpc")) - 1.0).abs() < 1e-9);
    assert!(there[0].1.ratio.interval.is_some());
}

#[test]
fn lanes_in_process_are_drawn_against_one_in_process_alone() {
    let record = record();
    let summary = Summary::of(&record);
    let scene = summary.main().expect("measured");
    let rows = batch_sizes::drawable(scene);
    let shorts = |base: &str| {
        let against = batch_sizes::against(&rows, row(scene, base));
        against.iter().map(|one| one.row.lane.short.as_str()).collect::<Vec<_>>()
    };
    assert_eq!(shorts("grpc"), ["rest", "uds"]);
    assert_eq!(shorts("inproc"), ["rest", "grpc", "uds", "ffi-c"]);
    // What answers nothing is no choice.
    for row in some(rows, "lanes to draw") {
        assert!(row.lane.answers, "{}", row.lane.name);
    }
}

#[test]
fn the_base_shown_first_is_one_that_crosses_or_else_the_quickest_between_processes() {
    let record = record();
    let summary = Summary::of(&record);
    let scene = summary.main().expect("measured");
    let rows = batch_sizes::drawable(scene);
    let modelled = model::of(scene);
    let crossings = crossover::cross_overs(&modelled);
    assert!(!crossings.is_empty());
    let first = |crossings| {
        batch_sizes::first_base(&rows, crossings).map(|at| rows[at].lane.short.as_str())
    };
    let crossed = first(&crossings).expect("there are lanes");
    assert!(
        crossings
            .iter()
            .any(|one| [one.few, one.many].iter().any(|row| row.lane.short == crossed))
    );
    assert_eq!(first(&[]), Some("uds"));
}

fn between<'c, 's, 'a>(contests: &'c [Contest<'s, 'a>]) -> &'c Contest<'s, 'a> {
    contests
        .iter()
        .find(|contest| !contest.in_process)
        .expect("lanes leave the process")
}

fn names<'s>(cell: &Quickest<'s, '_>) -> Vec<&'s str> {
    cell.first.iter().map(|(row, _)| row.lane.short.as_str()).collect()
}

#[test]
fn each_batch_size_and_payload_has_its_quickest() {
    let record = record();
    let summary = Summary::of(&record);
    let contests = batch_sizes::contests(&summary);
    let cells = &between(&contests).cells;
    assert_eq!(cells.len(), 12, "six sizes, two payloads");
    let single = &cells[0];
    assert_eq!((single.items, single.asked.size), (1, 10));
    assert_eq!(names(single), ["uds"]);
    let (next, by) = single.next.as_ref().expect("others are slower");
    assert_eq!(next.lane.short, "rest");
    assert!(by.ratio.value > 2.0, "{by:?}");
    let html = page(&record);
    assert!(
        html.contains("The quickest between processes, rust to rust, of 12 combinations"),
        "the finding"
    );
}

#[test]
fn lanes_that_take_as_long_share_the_first_place() {
    let mut record = record();
    alike(&mut record, "rust/uds/rust", "rust/grpc/rust");
    let summary = Summary::of(&record);
    let contests = batch_sizes::contests(&summary);
    for cell in some(&between(&contests).cells, "cells") {
        let mut names = names(cell);
        names.sort_unstable();
        assert_eq!(names, ["grpc", "uds"], "n = {}", cell.items);
    }
    assert!(page(&record).contains("no single one told from the others in 12"));
}

#[test]
fn one_restart_tells_no_lane_from_another() {
    let mut record = record();
    record.cells.iter_mut().for_each(|cell| cell.starts.truncate(1));
    let summary = Summary::of(&record);
    let contests = batch_sizes::contests(&summary);
    for cell in some(&between(&contests).cells, "cells") {
        assert!(cell.first.len() == 3 && cell.next.is_none(), "n = {}", cell.items);
    }
}

#[test]
fn a_lane_of_another_profile_does_not_compete() {
    let mut record = record();
    lane_mut(&mut record, "uds").profile = "lean".into();
    let summary = Summary::of(&record);
    let contests = batch_sizes::contests(&summary);
    for cell in some(&between(&contests).cells, "cells") {
        assert!(!names(cell).contains(&"uds"), "n = {}", cell.items);
    }
}
