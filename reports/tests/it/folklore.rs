//! Claims against invented records in which each verdict occurs, and what is said where the data
//! are not there.

use crate::assertions::says;
use crate::changes::{cells_of, ladder_mut, lane_mut, spoil};
use crate::record;
use crate::rendered::{READ, read};
use reports::Format;
use reports::judge::Judged;
use reports::record::{CellStart, Record};
use reports::say::folklore::{self, Claim, Situation, Verdict};

pub(crate) const RPC: &str = "gRPC is faster than REST with JSON (by more than 5 %)";
const SMALLER: &str = "protobuf is 3 to 10 times smaller than JSON";
const CODEC: &str = "JSON costs several times protobuf (more than twice, to encode and decode)";
const MICROSECONDS: &str = "encoding and decoding a small protobuf message takes microseconds";
const ROUND_TRIP: &str = "a localhost round trip takes tens of microseconds";
const FOREIGN: &str = "an FFI call takes nanoseconds";
const BATCH: &str = "batch instead of chatting (more than 5 % cheaper)";

/// Panics where the claim is not judged.
pub(crate) fn claim(record: &Record, says: &str) -> Claim {
    let folklore = folklore::of(&Judged::of(record));
    let claim = folklore.claims.into_iter().find(|claim| claim.says == says);
    claim.unwrap_or_else(|| panic!("{says} is not judged: {:?}", folklore.absent))
}

/// Verdict and evidence.
fn judged(record: &Record, says: &str) -> (Verdict, String) {
    let claim = claim(record, says);
    (claim.verdict(), claim.here().join("\n"))
}

pub(crate) fn words(record: &Record, says: &str) -> String {
    claim(record, says).words()
}

/// The situation that begins so.
pub(crate) fn situation(record: &Record, says: &str, name: &str) -> Situation {
    let claim = claim(record, says);
    let found = claim.situations.iter().find(|one| one.name().starts_with(name)).cloned();
    found.unwrap_or_else(|| panic!("{name} is not among {claim:?}"))
}

/// Changes every start of the cells of a lane: with its number, items and ids.
pub(crate) fn changed(
    mut record: Record,
    lane: &str,
    change: impl Fn(&mut CellStart, u32, u32),
) -> Record {
    for cell in cells_of(&mut record, lane) {
        let (items, ids) = (cell.items, cell.size);
        cell.starts.iter_mut().for_each(|start| change(start, items, ids));
    }
    // Pairs know nothing of the change.
    record.contrasts.retain(|pair| pair.first != lane && pair.second != lane);
    record
}

pub(crate) fn times(start: &mut CellStart, factor: f64) {
    let by = |ns: &mut Option<f64>| *ns = ns.map(|ns| ns * factor);
    by(&mut start.mean_ns);
    by(&mut start.p50_ns);
}

pub(crate) fn slowed(record: Record, lane: &str, factor: f64) -> Record {
    changed(record, lane, |start, _, _| times(start, factor))
}

/// Starts that differ so much that nothing can be told.
fn scattered(record: Record, lane: &str) -> Record {
    changed(record, lane, |start, _, _| times(start, [0.2, 5.0][start.start as usize % 2]))
}

/// The invented lanes: rest takes 83,000 + 2,300 n, grpc 101,000 + 900 n.
#[test]
fn rpc_against_http_has_a_verdict_for_a_single_call_a_small_batch_and_a_large_one() {
    let rest = "rust/rest/rust";
    assert_eq!(
        words(&record(), RPC),
        "it depends: holds for batches of 64 and batches of 1,024, not for single calls"
    );
    let single = situation(&record(), RPC, "single calls");
    let here = &single.here;
    assert!(
        here.starts_with("rest (hyper 1.11.0) against grpc (tonic 0.14.9): 0.8"),
        "{here}"
    );
    assert!(here.contains(" as long with 10 ids, called alternately; "), "{here}");
    assert_eq!(single.verdict, Verdict::DoesNotHold);
    assert_eq!(judged(&slowed(record(), rest, 5.0), RPC).0, Verdict::Holds);
    assert_eq!(judged(&slowed(record(), rest, 0.2), RPC).0, Verdict::DoesNotHold);
    assert_eq!(judged(&scattered(record(), rest), RPC).0, Verdict::CannotTell);
    let small_only =
        changed(record(), rest, |start, _, ids| times(start, if ids == 10 { 5.0 } else { 0.2 }));
    let single = situation(&small_only, RPC, "single calls").verdict;
    assert_eq!(single.words(), "it depends: holds for 10 ids, not for 100 ids");
}

#[test]
fn sizes_are_counted_and_need_no_interval() {
    let rest = "rust/rest/rust";
    let larger = |start: &mut CellStart, factor: u64| {
        let by = |bytes: &mut Option<u64>| *bytes = bytes.map(|bytes| bytes * factor);
        by(&mut start.parts[0].bytes_out);
        by(&mut start.parts[0].bytes_back);
    };
    let (verdict, here) = judged(&record(), SMALLER);
    assert_eq!(verdict, Verdict::DoesNotHold);
    let about = "rest against grpc, out and back, headers and framing included: ";
    let first = "1.00 times with 10 ids (169 B and 169 B)";
    let single = "single calls: does not hold. Measured: ";
    assert!(here.starts_with(&format!("{single}{about}{first}")), "{here}");
    assert_eq!(
        judged(&changed(record(), rest, |start, _, _| larger(start, 4)), SMALLER).0,
        Verdict::Holds
    );
    assert_eq!(
        judged(&changed(record(), rest, |start, _, _| larger(start, 11)), SMALLER).0,
        Verdict::DoesNotHold
    );
    let batches =
        changed(record(), rest, |start, items, _| larger(start, if items > 1 { 4 } else { 1 }));
    assert_eq!(
        words(&batches, SMALLER),
        "it depends: holds for batches of 64 and batches of 1,024, not for single calls"
    );
}

#[test]
fn codecs_are_compared_by_themselves() {
    let json = |factor: fn(u32) -> f64| {
        let mut record = record();
        for start in &mut ladder_mut(&mut record, "rust/rest/rust").starts {
            start.codec.as_mut().expect("measured").mean_ns *= factor(start.start);
        }
        record
    };
    assert_eq!(judged(&json(|_| 1.0), CODEC).0, Verdict::DoesNotHold);
    let (verdict, here) = judged(&json(|_| 5.0), CODEC);
    assert_eq!(verdict, Verdict::Holds);
    assert!(
        here.contains("both sides, rest (hyper 1.11.0) against grpc (tonic 0.14.9)"),
        "{here}"
    );
    assert_eq!(
        judged(&json(|start| [1.0, 9.0][start as usize % 2]), CODEC).0,
        Verdict::CannotTell
    );
    assert_eq!(judged(&record(), MICROSECONDS).0, Verdict::Holds);
    let mut quick = record();
    let starts = quick.ladders.iter_mut().flat_map(|ladder| &mut ladder.starts);
    starts
        .filter_map(|start| start.codec.as_mut())
        .for_each(|codec| codec.mean_ns /= 100.0);
    assert_eq!(judged(&quick, MICROSECONDS).0, Verdict::DoesNotHold);
}

#[test]
fn a_round_trip_is_judged_over_every_lane_that_leaves_the_process() {
    // 85 us, 27 us and 102 us, which is too near to 100 us.
    assert_eq!(words(&record(), ROUND_TRIP), "holds for rest and uds; cannot tell for grpc");
    let mut lean = record();
    lane_mut(&mut lean, "rest").profile = "lean".into();
    assert_eq!(words(&lean, ROUND_TRIP), "holds for rest and uds; cannot tell for grpc");
    let slow = slowed(record(), "rust/grpc/rust", 2.0);
    assert_eq!(words(&slow, ROUND_TRIP), "it depends: holds for rest and uds, not for grpc");
    let here = judged(&slow, ROUND_TRIP).1;
    assert!(here.starts_with("median call: "), "{here}");
    says(&here, &["over rest", "over grpc", "over uds"]);
    assert_eq!(judged(&slowed(record(), "rust/grpc/rust", 0.8), ROUND_TRIP).0, Verdict::Holds);
    let all = ["rust/grpc/rust", "rust/rest/rust", "rust/uds/rust"];
    let slow = all.iter().fold(record(), |record, lane| slowed(record, lane, 20.0));
    assert_eq!(judged(&slow, ROUND_TRIP).0, Verdict::DoesNotHold);
    let scattered = all.iter().fold(record(), |record, lane| scattered(record, lane));
    assert_eq!(judged(&scattered, ROUND_TRIP).0, Verdict::CannotTell);
}

#[test]
fn a_foreign_call_is_judged_by_what_it_adds_to_a_call_of_ones_own() {
    let ffi = "rust/ffi-c/c";
    let (verdict, here) = judged(&record(), FOREIGN);
    assert_eq!(verdict, Verdict::Holds);
    assert!(here.contains("more over ffi-c than over inproc"), "{here}");
    assert_eq!(judged(&slowed(record(), ffi, 50.0), FOREIGN).0, Verdict::DoesNotHold);
    let (_, quicker) = judged(&slowed(record(), ffi, 0.3), FOREIGN);
    assert!(quicker.contains("not told from 0, at most"), "{quicker}");
    assert_eq!(judged(&scattered(record(), ffi), FOREIGN).0, Verdict::CannotTell);
}

#[test]
fn batching_is_judged_where_both_ways_were_measured() {
    let (_, here) = judged(&record(), BATCH);
    says(
        &here,
        &[
            "batches of 64 between processes: holds",
            "batches of 64 in process: ",
            "over inproc",
        ],
    );
    let between = situation(&record(), BATCH, "batches of 64 between processes");
    assert_eq!(between.verdict, Verdict::Holds);
    assert!(
        between.here.starts_with("n calls one after another, divided by one call"),
        "{between:?}"
    );
    let inside = situation(&record(), BATCH, "batches of 64 in process");
    assert_eq!(inside.verdict.words(), "it depends: holds for ffi-c, not for inproc");
    let largest = situation(&record(), BATCH, "batches of 1,024 between processes");
    assert!(
        largest.here.starts_with("n × the time of a single call, divided by one call"),
        "{largest:?}"
    );
    let mut remote = record();
    remote
        .cells
        .retain(|cell| !cell.lane.contains("inproc") && !cell.lane.contains("ffi"));
    assert_eq!(judged(&remote, BATCH).0, Verdict::Holds);
    let mut inside = record();
    inside.cells.retain(|cell| cell.lane.contains("inproc"));
    let small = situation(&inside, BATCH, "batches of 64");
    assert_eq!(small.verdict, Verdict::DoesNotHold);
}

#[test]
fn lanes_that_differ_in_the_codec_alone_come_before_those_that_differ_in_more() {
    let mut record = record();
    lane_mut(&mut record, "rest").variant_of = Some("uds".into());
    let here = judged(&record, SMALLER).1;
    assert!(here.contains("Measured: rest against uds, out and back: "), "{here}");
    let folklore = folklore::of(&Judged::of(&record));
    let why = folklore.absent.iter().find(|(says, _)| *says == RPC).map(|(_, why)| *why);
    assert!(
        why.is_some_and(|why| why.contains("HTTP with JSON")),
        "a variant is not what people mean: {why:?}"
    );
}

#[test]
fn claims_without_data_are_named_and_none_is_judged_where_figures_must_not_be_used() {
    let mut record = record();
    record.ladders.clear();
    record.cells.retain(|cell| cell.lane != "rust/ffi-c/c");
    let folklore = folklore::of(&Judged::of(&record));
    let absent: Vec<&str> = folklore.absent.iter().map(|(says, _)| *says).collect();
    assert_eq!(absent, [CODEC, MICROSECONDS, FOREIGN]);
    for format in [Format::Html, Format::Human] {
        says(&read(&record, format), &["it depends: holds for", "not judged"]);
    }
    spoil(&mut record);
    assert_eq!(folklore::of(&Judged::of(&record)), folklore::Folklore::default());
}

/// The same sentences everywhere.
#[test]
fn every_rendering_says_what_people_say() {
    let record = record();
    for format in READ {
        let text = read(&record, format);
        says(&text, &["What people say", RPC, BATCH, "it depends: holds for", "holds here"]);
    }
}
