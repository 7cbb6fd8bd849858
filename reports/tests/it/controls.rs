//! What a record says of interleaving, and where it says nothing.

use crate::assertions::says;
use crate::changes::{single, spoil};
use crate::record;
use crate::rendered::{READ, read};
use reports::figures::summary::Summary;
use reports::record::{CellStart, Controls, Record, Settling, Uninterrupted};
use reports::{figures::series::interleaving, judge::Judged, say};

/// Calls of a visit over grpc and uds that begin `first` times as slow as their p50 and come down
/// to it by halves; grpc without interruption takes 0.9 times as long.
pub(crate) fn controls(record: &Record, first: f64) -> Controls {
    let settling = ["rust/grpc/rust", "rust/uds/rust"].map(|lane| settling(record, lane, first));
    let grpc = single(record, "rust/grpc/rust");
    let alone = |start: &CellStart| Uninterrupted {
        lane: grpc.lane.clone(),
        start: start.start,
        limit_ms: 667,
        samples: 6_000,
        p50_ns: 0.9 * start.p50_ns.expect("measured"),
        slices_p50_ns: Vec::new(),
    };
    Controls {
        settling: settling.concat(),
        uninterrupted: grpc.starts.iter().map(alone).collect(),
    }
}

/// The first calls of a visit in six parts, each twice as long as the one before.
fn settling(record: &Record, lane: &str, first: f64) -> Vec<Settling> {
    let mut settling = Vec::new();
    for start in &single(record, lane).starts {
        for part in 0..6u32 {
            let beyond = (first - 1.0) / f64::from(1 << part);
            settling.push(Settling {
                lane: lane.into(),
                start: start.start,
                from: 1 << part,
                to: (2 << part) - 1,
                group: 1,
                samples: 8,
                p50_ns: start.p50_ns.expect("measured") * (1.0 + beyond),
            });
        }
    }
    settling
}

fn with(first: f64) -> Record {
    let mut record = record();
    record.controls = Some(controls(&record, first));
    record
}

#[test]
fn says_from_which_call_on_a_visit_is_level() {
    let record = with(1.3);
    // 30, 15, 7.5, 3.75 % above: the fourth part is the first within 5 %, and begins with call 8.
    let settled = interleaving::settled(&Summary::of(&record));
    let grpc = settled.iter().find(|lane| lane.lane.short == "grpc").expect("recorded");
    assert_eq!((settled.len(), grpc.level_from()), (2, Some(8)));
    assert!((grpc.places[0].ratio.value - 1.3).abs() < 1e-9);
    let record = with(3.0);
    let summary = Summary::of(&record);
    assert_eq!(interleaving::settled(&summary)[0].level_from(), None, "6 % above at the last");
    assert!(
        say::interleaving::sentences(&Judged::of(&record))[0].contains("still take 1.06 times")
    );
    // Calls that become slower are not level either.
    let record = with(-1.0);
    assert_eq!(interleaving::settled(&Summary::of(&record))[0].level_from(), None);
}

#[test]
fn says_what_a_call_takes_without_interruption() {
    let record = with(1.0);
    let summary = Summary::of(&record);
    let alone = interleaving::alone(&summary);
    assert_eq!((alone.len(), alone[0].lane.short.as_str(), alone[0].limit_ms), (1, "grpc", 667));
    assert!((alone[0].ratio.value - 0.9).abs() < 1e-9 && alone[0].ratio.starts == 5);
}

#[test]
fn every_rendering_says_it_and_nothing_where_it_was_not_measured() {
    for format in READ {
        let with = read(&with(1.3), format);
        says(
            &with,
            &[
                "first call of a visit (a turn of a lane), divided by the lane",
                "s median: from 1.30 times",
                "From call 8 on, each",
            ],
        );
        says(&with, &["called for 667 ms without a break"]);
        let without = read(&record(), format);
        for words in ["first call of a visit", "without a break"] {
            assert!(!without.contains(words), "{format:?}: {words}");
        }
    }
}

#[test]
fn figures_that_must_not_be_used_say_nothing_of_interleaving() {
    let mut record = with(1.3);
    assert_eq!(say::interleaving::sentences(&Judged::of(&record)).len(), 2);
    spoil(&mut record);
    assert!(say::interleaving::sentences(&Judged::of(&record)).is_empty());
}

/// The group's first call cannot be told from its others.
#[test]
fn lanes_timed_in_groups_say_nothing_of_first_calls() {
    let mut record = with(1.3);
    for one in &mut record.controls.as_mut().expect("there").settling {
        one.group = 64;
    }
    assert!(interleaving::settled(&Summary::of(&record)).is_empty());
}
