//! Two records against each other: what changed, and what a gate makes of it.

use crate::record;
use reports::{
    between::{Gate, Mismatch, changes, gate, words},
    record::Record,
};

/// The record with every time of one lane multiplied.
fn slowed(lane: &str, factor: f64) -> Record {
    let mut record = record();
    for start in record.cells.iter_mut().filter(|cell| cell.lane == lane).flat_map(|cell| &mut cell.starts) {
        start.p50_ns = start.p50_ns.map(|ns| ns * factor);
        start.mean_ns = start.mean_ns.map(|ns| ns * factor);
    }
    record
}

const GRPC: &str = "rust/grpc/rust";

#[test]
fn a_lane_that_became_slower_is_named_and_the_others_are_not() {
    let changes = changes(&record(), &slowed(GRPC, 1.5), false).expect("comparable");
    for change in &changes {
        let ratio = change.comparison.ratio.value;
        if change.lane == "grpc" {
            assert!((ratio / 1.5 - 1.0).abs() < 1e-9 && words(change) == "slower", "{change:?}");
        } else {
            assert!((ratio - 1.0).abs() < 1e-9 && !change.detected, "{change:?}");
        }
    }
    assert!(changes.iter().any(|change| change.lane == "grpc" && change.what == "a single call"));
    assert!(changes.iter().any(|change| change.lane == "grpc" && change.what == "an item at n = 1,024"));
}

#[test]
fn a_gate_fails_passes_or_cannot_tell() {
    let of = |factor| changes(&record(), &slowed(GRPC, factor), false).expect("comparable");
    // Starts scatter by 2 %: the interval of each ratio is about 5 % to either side.
    assert_eq!(gate(&of(1.5), 0.1), Gate::Failed);
    assert_eq!(gate(&of(1.0), 0.1), Gate::Passed);
    assert_eq!(gate(&of(1.1), 0.1), Gate::CannotTell);
    assert_eq!(gate(&of(0.5), 0.1), Gate::Passed, "faster is not slower");
}

#[test]
fn other_machines_and_other_data_are_not_compared_unless_forced() {
    let mut other = record();
    other.environment.fingerprint = "another".into();
    assert_eq!(changes(&record(), &other, false).err(), Some(Mismatch::Machine));
    assert!(changes(&record(), &other, true).is_ok());
    let mut other = record();
    other.workload.digest = "another".into();
    assert_eq!(changes(&record(), &other, false).err(), Some(Mismatch::Workload));
    let mut other = record();
    other.cells.clear();
    assert_eq!(changes(&record(), &other, true).err(), Some(Mismatch::NothingInCommon));
}
