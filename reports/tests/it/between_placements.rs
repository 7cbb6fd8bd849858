//! Two records of several placements, or of different ones: figures are matched by placement too,
//! and what is not in both is said with its cure.

use crate::assertions::{each, says};
use crate::changes::cells_of;
use crate::synthetic::{Synthetic, in_two_placements};
use reports::{
    judge::{
        comparison::{Between, Change, Fate, Mismatch, changes},
        gate::records::{Gate, gate},
    },
    record::Record,
    say::two_records::caveats,
};

const UDS: &str = "rust/uds/rust";

/// A run in both placements; its seed is its luck.
fn in_both(seed: u64) -> Record {
    in_two_placements(free(seed))
}

fn free(seed: u64) -> Record {
    Synthetic { seed, starts: 6, samples: 100, blocks: 1 }.record()
}

/// The same without one of its placements.
fn without(record: &Record, placement: &str) -> Record {
    let mut record = record.clone();
    record.cells.retain(|cell| cell.placement != placement);
    record.plan.placements.retain(|one| one != placement);
    record.visits.clear();
    record
}

/// A later run in which a lane takes so many times as long in one placement alone.
fn slowed(placement: &str, times: f64) -> Between {
    let mut later = in_both(9);
    let of_lane = cells_of(&mut later, UDS).into_iter();
    for cell in of_lane.filter(|cell| cell.placement == placement) {
        for start in &mut cell.starts {
            start.p50_ns = start.p50_ns.map(|ns| ns * times);
            start.mean_ns = start.mean_ns.map(|ns| ns * times);
        }
    }
    changes(&in_both(7), &later, false).expect("comparable")
}

#[test]
fn a_lane_that_became_slower_on_two_cores_is_not_slower_on_one() {
    let between = slowed("two", 2.0);
    let of_uds: Vec<&Change> = between.changes.iter().filter(|one| one.lane == "uds").collect();
    let (two, one): (Vec<&Change>, Vec<&Change>) =
        of_uds.into_iter().partition(|change| change.placement == "two cores");
    each(two, "slower, and named so", |change| {
        change.words() == "slower"
            && change.what.ends_with(", stub, two cores")
            && change.lane_placed == "uds on two cores"
    });
    each(one, "as before", |change| change.placement == "one core" && !change.detected);
    let gated = gate(&between, 0.3);
    assert_eq!(gated.outcome, Gate::Failed);
    for (change, gate) in between.changes.iter().zip(gated.each) {
        let slower = change.lane_placed == "uds on two cores";
        assert_eq!(gate == Gate::Failed, slower, "{change:?}");
    }
}

#[test]
fn single_calls_and_largest_batches_of_both_placements_are_the_main_figures() {
    let between = slowed("two", 1.0);
    let main: Vec<&str> = between
        .changes
        .iter()
        .filter(|change| change.main && change.lane == "uds")
        .map(|change| change.what.as_str())
        .collect();
    assert_eq!(
        main,
        [
            "single, n = 1, 10 ids, stub, one core",
            "batched, n = 1,024, 10 ids, stub, one core",
            "single, n = 1, 10 ids, stub, two cores",
            "batched, n = 1,024, 10 ids, stub, two cores",
        ]
    );
}

#[test]
fn a_lane_within_one_process_is_compared_once() {
    let between = slowed("two", 1.0);
    let of_inproc: Vec<&Change> =
        between.changes.iter().filter(|change| change.lane == "inproc").collect();
    each(of_inproc.iter(), "on one core", |change| change.placement == "one core");
    let mut whats: Vec<&str> = of_inproc.iter().map(|change| change.what.as_str()).collect();
    whats.sort_unstable();
    whats.dedup();
    assert_eq!(whats.len(), of_inproc.len());
}

#[test]
fn only_placements_of_both_are_compared_and_the_others_are_named_with_the_cure() {
    let (earlier, later) = (in_both(7), without(&in_both(9), "two"));
    let between = changes(&earlier, &later, false).expect("one core is in both");
    each(&between.changes, "on one core", |change| change.placement == "one core");
    let gone: Vec<_> = between.gone.iter().filter(|gone| gone.lane == "uds").collect();
    each(gone, "unplanned, with its cure", |gone| {
        gone.fate == Fate::Unplanned
            && gone.what.contains("two cores")
            && gone.reason.contains("two cores in the earlier run, one core in the later")
            && gone.reason.contains("--placement two")
    });
    let said = caveats(&earlier, &later, &between).join(" ");
    says(&said, &["one core, two cores before, one core after", "--placement"]);
    assert_eq!(gate(&between, 10.0).outcome, Gate::Passed, "what was not planned is not lost");
}

#[test]
fn free_placement_is_not_compared_with_a_core_of_its_own() {
    let mismatch = changes(&free(7), &in_both(9), true).expect_err("nothing is in both");
    let titles = ["free placement", "one core, two cores"].map(str::to_owned);
    assert_eq!(mismatch, Mismatch::Placement(titles));
    says(
        &mismatch.text(),
        &["free placement; one core, two cores", "measure both with the same --placement"],
    );
}
