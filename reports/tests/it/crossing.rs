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
    // Pairs know nothing of it.
    record.contrasts.retain(|pair| pair.first != second && pair.second != second);
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
        html.contains("The fastest lane between processes, rust to rust, for 12 combinations"),
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
    assert!(page(&record).contains("no clear winner in 12"));
}

/// The lanes that the first table puts first among those between processes, and whether they share
/// that place.
fn first_of_table(scene: &Scene) -> (Vec<String>, bool) {
    let remote = || scene.rows.iter().filter(|row| !row.lane.in_process && row.rank.is_some());
    let place = |row: &Row| row.rank.expect("it is ranked").place;
    let best = remote().map(place).min().expect("lanes leave the process");
    let first: Vec<&Row> = remote().filter(|row| place(row) == best).collect();
    let shared = first.iter().any(|row| row.place().is_some_and(|place| place.ends_with('=')));
    let mut names: Vec<String> = first.iter().map(|row| row.lane.short.clone()).collect();
    names.sort_unstable();
    (names, shared)
}

/// Two lanes of which one takes so many times as long, in restarts that differ by so much.
fn grpc_by_uds(factor: f64, scatter: f64) -> Record {
    let mut record = record();
    alike(&mut record, "rust/uds/rust", "rust/grpc/rust");
    for cell in record.cells.iter_mut().filter(|cell| cell.lane == "rust/grpc/rust") {
        for start in &mut cell.starts {
            let luck = 1.0 + scatter * (f64::from(start.start) - 2.0);
            start.p50_ns = start.p50_ns.map(|ns| ns * factor * luck);
            start.mean_ns = start.mean_ns.map(|ns| ns * factor * luck);
        }
    }
    let luck = |start: u32| 1.0 + scatter * (f64::from(start) - 2.0);
    let mut pair = record.contrasts[0].clone();
    (pair.first, pair.second) = ("rust/uds/rust".into(), "rust/grpc/rust".into());
    for of in &mut pair.starts {
        of.log_ratio = (factor * luck(of.start)).ln();
    }
    let mut slower = pair.clone();
    slower.second = "rust/rest/rust".into();
    slower
        .starts
        .iter_mut()
        .for_each(|of| of.log_ratio = 1.0 + 0.01 * f64::from(of.start % 2));
    record.contrasts.extend([pair, slower]);
    record
}

#[test]
fn a_tie_in_the_map_is_a_tie_in_the_table_and_is_said_in_the_same_words() {
    for (factor, scatter, words) in [
        (1.0, 0.005, Some("the same within 5 %")),
        (1.0, 0.2, Some("cannot tell")),
        (1.3, 0.002, None),
    ] {
        let record = grpc_by_uds(factor, scatter);
        let summary = Summary::of(&record);
        let contests = batch_sizes::contests(&summary);
        let cell = &between(&contests).cells[0];
        assert_eq!(cell.items, 1);
        let mut in_map: Vec<String> = names(cell).into_iter().map(str::to_owned).collect();
        in_map.sort_unstable();
        let (in_table, shared) = first_of_table(summary.main().expect("measured"));
        assert_eq!(in_map, in_table, "{factor} {scatter}");
        assert_eq!((cell.tie, shared), (words, words.is_some()), "{factor} {scatter}");
        for (row, figure) in some(&cell.first, "lanes") {
            let table = row.single.as_ref().expect("measured").p50;
            assert!((figure.value - table.value).abs() < 1e-9, "{}: one value", row.lane.short);
        }
        if let Some(words) = words {
            let html = page(&record);
            assert!(html.contains(&format!("({words})")), "{words} in the table of the map");
            assert!(html.contains(&format!("({words})")), "{words} in the map");
        }
    }
}

#[test]
fn one_restart_tells_no_lane_from_another() {
    let mut record = record();
    record.cells.iter_mut().for_each(|cell| cell.starts.truncate(1));
    record.contrasts.iter_mut().for_each(|pair| pair.starts.truncate(1));
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
