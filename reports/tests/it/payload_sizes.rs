//! What moving bytes costs: the fit over bytes, the largest call against copying, what a report of
//! such a record says and what it does not. Those made to break it are in `hostile`.

use crate::assertions::{each, says, some};
use crate::changes::{cells_of, spoil_one};
use crate::rendered::{READ, charts, read, rendered};
use crate::synthetic::{BYTE_SIZES, Synthetic};
use reports::Format;
use reports::figures::summary::Summary;
use reports::judge::comparison::{Mismatch, changes};
use reports::model::linearity::Form;
use reports::model::payload_sizes::{self, LaneBySize};
use reports::model::prediction::Basis;
use reports::model::prediction::action::Settings;
use reports::record::Record;
use reports::stats::estimates::Estimate;
use serde_json::Value;
use std::sync::OnceLock;

const MIB: u32 = 1 << 20;

fn invented() -> Synthetic {
    Synthetic { samples: 300, ..Default::default() }
}

/// Calls over rest take 83,000 + 1.15 n, over grpc 101,000 + 0.45 n, over uds 26,000 + 0.425 n.
fn bytes() -> Record {
    static RECORD: OnceLock<Record> = OnceLock::new();
    RECORD.get_or_init(|| invented().of_bytes(&BYTE_SIZES)).clone()
}

/// What is made of one lane.
fn with_lane<T>(record: &Record, short: &str, use_it: impl FnOnce(&LaneBySize) -> T) -> T {
    let summary = Summary::of(record);
    let by_size = payload_sizes::of(&summary).expect("bytes were measured");
    let lane = by_size.lanes.iter().find(|one| one.lane.short == short);
    use_it(lane.expect("a lane that carries bytes"))
}

fn holds(estimate: &Estimate, truth: f64) -> bool {
    estimate.interval.is_some_and(|i| i.low <= truth && truth <= i.high)
}

/// Mean times of a lane made these, by size, within half a percent.
fn timed(record: &mut Record, lane: &str, ns: impl Fn(u32) -> f64) {
    for cell in cells_of(record, lane) {
        let ns = ns(cell.size) * f64::from(cell.items);
        for (at, start) in cell.starts.iter_mut().enumerate() {
            let luck = (7 * at as u32 + 3 * cell.size.trailing_zeros()) % 5;
            start.mean_ns = Some(ns * (1.0 + 0.001 * f64::from(luck)));
        }
    }
}

#[test]
fn a_call_that_carries_bytes_is_fitted_over_them_with_intervals_that_hold_the_truth() {
    let record = bytes();
    for (short, call_ns, byte_ns) in [("grpc", 101_000.0, 0.45), ("uds", 26_000.0, 0.425)] {
        with_lane(&record, short, |lane| {
            assert_eq!(lane.calls.iter().map(|call| call.size).collect::<Vec<_>>(), {
                let mut sizes = BYTE_SIZES.to_vec();
                sizes.sort_unstable();
                sizes
            });
            let model = lane.holding().expect("a line");
            assert_eq!(model.form, Form::Line);
            // Slow calls among them move both alike.
            let near = |found: &Estimate, truth: f64| (found.value / truth - 1.0).abs() < 0.08;
            let (a, b) = (model.call_ns.told().expect("told"), model.item_ns.told().expect("told"));
            assert!(near(a, call_ns) && near(b, byte_ns), "{short}: {a:?} {b:?}");
            assert!(a.interval.is_some() && b.interval.is_some(), "{a:?} {b:?}");
            let half = model.knee.and_then(|half| half.told().copied()).expect("told");
            assert!(holds(&half, call_ns / byte_ns) || near(&half, call_ns / byte_ns));
        });
    }
}

#[test]
fn the_largest_call_is_set_against_copying_its_bytes_once_each_way_in_the_same_starts() {
    let mut record = bytes();
    timed(&mut record, "rust/uds/rust", |size| 1_000.0 + f64::from(size));
    // A start in which both take half as long again has the same ratio.
    for cell in cells_of(&mut record, "rust/uds/rust") {
        cell.starts[2].mean_ns = cell.starts[2].mean_ns.map(|ns| ns * 1.5);
    }
    let floor = record.floors.iter_mut().find(|floor| floor.name == "memcpy").expect("copying");
    floor.starts.iter_mut().for_each(|start| start.bytes_per_s = Some(8e9));
    floor.starts[2].bytes_per_s = Some(8e9 / 1.5);
    let copied = with_lane(&record, "uds", |lane| lane.by_copy).expect("copying was measured");
    // 1 MiB twice at 8 GB/s.
    let both_ns = 2.0 * f64::from(MIB) / 8.0;
    let truth = (1_000.0 + f64::from(MIB)) / both_ns;
    assert_eq!(copied.size, MIB);
    assert!((copied.ratio.value / truth - 1.0).abs() < 0.004, "{copied:?}, not {truth}");
    let error = copied.ratio.relative_error().expect("five starts");
    assert!(error < 0.01, "paired by start: {copied:?}");
    record.floors.clear();
    assert!(with_lane(&record, "uds", |lane| lane.by_copy).is_none());
}

#[test]
fn every_rendering_says_what_moving_bytes_costs_with_units_on_every_number() {
    let record = bytes();
    for format in READ {
        let text = read(&record, format);
        says(
            &text,
            &["Moving 1 MiB there and back takes", "as long as copying it there and back"],
        );
        says(&text, &["256 KiB", "GB/s", "1 MiB : copying", "workload bytes"]);
    }
    says(
        &read(&record, Format::Html),
        &["What does moving bytes cost?", "per KiB there and back"],
    );
    for line in some(rendered(&record, Format::Human).lines(), "lines") {
        assert!(line.chars().count() <= 100, "{line}");
    }
    assert!(rendered(&record, Format::Markdown).lines().count() <= 60);
}

#[test]
fn a_report_of_bytes_speaks_of_no_ids_no_engine_and_no_codec() {
    let record = bytes();
    for format in READ {
        let text = read(&record, format);
        let words: Vec<&str> = text.split(|c: char| !c.is_alphanumeric()).collect();
        assert!(!words.contains(&"ids"), "{format:?} speaks of ids");
        for claim in ["engine none", "engine stub", "What people say", "several times protobuf"] {
            assert!(!text.contains(claim), "{format:?}: {claim:?}");
        }
    }
    let page = read(&record, Format::Html);
    says(&page, &["No engine answers", "toll: no function call to compare with"]);
    assert!(!page.contains("Also measured, in the record and without charts here"));
}

#[test]
fn a_line_that_bends_or_does_not_hold_is_said_with_where() {
    let mut record = bytes();
    let (bend, far) = (f64::from(64 << 10), f64::from(MIB));
    timed(&mut record, "rust/uds/rust", |size| {
        let n = f64::from(size);
        26_000.0 + 0.4 * n.min(bend) + 3.0 * (n - bend).max(0.0)
    });
    timed(&mut record, "rust/rest/rust", |size| match size {
        0 | 65_536 => 40_000.0,
        1_024 | 262_144 => 400_000.0,
        other => 90_000.0 * (1.0 + f64::from(other) / far),
    });
    with_lane(&record, "uds", |lane| {
        let model = lane.model.as_ref().expect("a model");
        assert_eq!(model.form, Form::Bent(64 << 10));
    });
    with_lane(&record, "rest", |lane| assert!(lane.holding().is_none()));
    for format in [Format::Human, Format::Html] {
        let text = read(&record, format);
        says(&text, &["uds: no single line holds.", "per KiB up to 64 KiB"]);
        says(&text, &["rest: no line, with or without a bend, comes within", "It misses"]);
    }
}

#[test]
fn the_chart_of_sizes_has_a_line_for_each_lane_and_words_for_each_point() {
    let drawn = charts(&bytes());
    let lines = drawn["sizes"]["lines"].as_array().expect("lines");
    assert_eq!(lines.len(), 3);
    for line in lines {
        let points = line["points"].as_array().expect("points");
        let sizes: Vec<f64> = points.iter().map(|p| p["x"].as_f64().expect("bytes")).collect();
        assert!(sizes.is_sorted() && sizes.len() == 7, "{sizes:?}");
        each(points, "words with a size", |point| {
            point["text"].as_str().is_some_and(|text| text.contains("there and back: "))
        });
    }
    assert!(
        charts(&crate::record())["sizes"].is_null(),
        "recommendations have no such chart"
    );
}

/// The model of the panel, asked for a call of this size.
fn predicted(basis: &Basis, bytes: u32) -> reports::model::prediction::Prediction {
    let settings = Settings {
        service_ns: 0.0,
        actions_per_s: 1.0,
        items: bytes,
        items_per_call: 1,
        parallel: 1,
        round_trip_ns: 0.0,
        budget_ns: 1e9,
    };
    basis.predict(&settings, 2)
}

#[test]
fn the_panel_predicts_one_call_of_so_many_bytes_and_says_where_it_was_not_measured() {
    let mut record = invented().of_bytes(&[1 << 10, 64, 16 << 10, MIB]);
    timed(&mut record, "rust/uds/rust", |size| 26_000.0 + 0.5 * f64::from(size));
    let basis = with_lane(&record, "uds", |lane| Basis::of_bytes(lane).expect("known"));
    let ns = |bytes| predicted(&basis, bytes).time.expect("a time").value;
    assert!((ns(100_000) / 76_150.0 - 1.0).abs() < 1e-3, "{}", ns(100_000));
    for (bytes, outside) in
        [(0, true), (64, false), (100_000, false), (MIB, false), (MIB + 1, true)]
    {
        assert_eq!(predicted(&basis, bytes).outside, outside, "{bytes} bytes");
    }
    assert!(predicted(&basis, 2 * MIB + 1).time.is_err(), "too far out");
    let page = read(&record, Format::Html);
    says(&page, &["bytes each way 1 MiB", "one call with 1 MiB each way takes"]);
    assert!(!page.contains("items per action"), "the panel asks for bytes");
}

#[test]
fn exports_hold_the_fits_over_bytes_with_their_unit() {
    let record = bytes();
    let json: Value = serde_json::from_str(&rendered(&record, Format::ModelJson)).expect("JSON");
    let lanes = json["by_size"]["lanes"].as_array().expect("lanes");
    assert_eq!(lanes.len(), 3);
    each(lanes, "a fit in ns for each byte, and a ratio", |lane| {
        lane["model"]["b_ns_per_byte"]["value"].as_f64().is_some_and(|b| b > 0.0)
            && lane["by_copying"]["ratio"]["value"].as_f64().is_some_and(|ratio| ratio > 0.0)
    });
    let csv = rendered(&record, Format::ModelCsv);
    let of_bytes = some(csv.lines().filter(|line| line.ends_with(",bytes")), "lines in bytes");
    each(of_bytes, "no size of its own", |line| {
        line.contains(",none,bytes,,free,single,line,")
    });
    let other: Value =
        serde_json::from_str(&rendered(&crate::record(), Format::ModelJson)).expect("JSON");
    assert!(other["by_size"].is_null());
}

#[test]
fn two_records_of_bytes_are_compared_size_by_size_and_not_with_recommendations() {
    let (old, mut new) = (bytes(), Synthetic { seed: 9, ..invented() }.of_bytes(&BYTE_SIZES));
    for cell in cells_of(&mut new, "rust/grpc/rust") {
        let slower = if cell.size == MIB { 2.0 } else { 1.0 };
        for start in &mut cell.starts {
            start.p50_ns = start.p50_ns.map(|ns| ns * slower);
        }
    }
    let between = changes(&old, &new, false).expect("comparable");
    assert_eq!(between.changes.len(), 3 * 8, "seven sizes and a batch of each lane");
    let slower: Vec<&str> = between
        .changes
        .iter()
        .filter(|change| change.words() == "slower")
        .map(|change| change.what.as_str())
        .collect();
    assert_eq!(slower, ["single, n = 1, 1 MiB, free placement"]);
    for (first, second) in [(&old, &crate::record()), (&crate::record(), &old)] {
        let refused = changes(first, second, false).expect_err("nothing in common");
        assert_eq!(refused, Mismatch::Question);
        says(&refused.text(), &["different workloads", "--workload"]);
    }
}

#[test]
fn a_record_of_bytes_that_must_not_be_used_claims_nothing_of_them() {
    let mut record = bytes();
    for lane in ["rust/rest/rust", "rust/grpc/rust"] {
        spoil_one(&mut record, lane);
    }
    for format in READ {
        let text = read(&record, format);
        for claim in ["Moving 1 MiB", "1 MiB : copying"] {
            assert!(!text.contains(claim), "{format:?}: {claim}");
        }
    }
}
