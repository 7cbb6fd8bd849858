//! The data that the page's charts draw: as they stand in the page.

use crate::assertions::{each, some};
use crate::changes::{ladder_mut, single, single_mut, spoil};
use crate::record;
use crate::rendered::{charts, page, read};
use reports::Format;
use reports::record::Part;
use serde_json::Value;

fn short<'c>(charts: &'c Value, lane: &Value) -> &'c str {
    charts["lanes"][lane.as_u64().expect("an index") as usize]["short"]
        .as_str()
        .expect("a name")
}

/// The row of a lane in a list of rows.
fn of<'c>(charts: &'c Value, rows: &'c Value, name: &str) -> &'c Value {
    let rows = rows.as_array().expect("rows");
    rows.iter()
        .find(|row| short(charts, &row["lane"]) == name)
        .unwrap_or_else(|| panic!("{name} is drawn"))
}

/// A call into C may be quicker than a function call where both work: each has an engine of its
/// own.
#[test]
fn where_an_engine_works_it_is_said_which_language_it_is_written_in() {
    let mut record = record();
    let mut working = record.cells.clone();
    working.retain(|cell| cell.items == 1 && cell.size == 10);
    for cell in some(&mut working, "single calls") {
        cell.engine = "catalog".into();
        let by = if cell.lane == "rust/ffi-c/c" { 1.0 } else { 1_000.0 };
        for start in &mut cell.starts {
            start.p50_ns = start.p50_ns.map(|ns| by * ns);
        }
    }
    assert!(!page(&record).contains("The engine is written"), "one that answers at once");
    record.cells.append(&mut working);
    record.plan.engines.push("catalog".into());
    let said = "The engine is written in C over ffi-c, in Rust over inproc.";
    assert!(page(&record).contains(said));
}

#[test]
fn shares_of_a_call_add_up_to_the_whole_with_their_intervals() {
    let charts = charts(&record());
    for name in ["rest", "grpc", "uds", "ffi-c", "inproc"] {
        let parts = of(&charts, &charts["parts"]["rows"], name)["parts"].as_array().expect("parts");
        let sum: f64 = parts.iter().filter_map(|part| part["share"][0].as_f64()).sum();
        assert!((sum - 1.0).abs() < 1e-3, "{name}: {sum}");
        for part in some(parts, "parts") {
            let [value, low, high] =
                [0, 1, 2].map(|at| part["share"][at].as_f64().expect("a number"));
            assert!(low <= value && value <= high, "{name}: {part}");
        }
    }
}

#[test]
fn an_overlap_is_drawn_below_0_and_what_was_not_measured_is_named() {
    let mut record = record();
    for start in &mut ladder_mut(&mut record, "rust/uds/rust").starts {
        start.carrier.as_mut().expect("it carries").mean_ns *= 1.15;
    }
    ladder_mut(&mut record, "rust/grpc/rust").starts[1].codec = None;
    let charts = charts(&record);
    let rows = &charts["parts"]["rows"];
    let overlap = of(&charts, rows, "uds")["parts"]
        .as_array()
        .expect("parts")
        .last()
        .expect("the last");
    assert_eq!(overlap["part"], 4);
    assert!(overlap["share"][0].as_f64().expect("a number") < 0.0);
    assert_eq!(
        of(&charts, rows, "grpc")["unknown"],
        serde_json::json!(["codec", "unattributed"])
    );
}

#[test]
fn a_lane_that_was_not_taken_apart_is_named_with_the_reason() {
    let mut record = record();
    let ladder = ladder_mut(&mut record, "rust/rest/rust");
    ladder.starts.clear();
    ladder.missing = vec![reports::record::MissingRung {
        rung: "carrier".into(),
        reason: "its driver refuses rungs".into(),
    }];
    let html = page(&record);
    assert!(html.contains("rest has no parts: its driver refuses rungs."), "below the chart");
    let charts = charts(&record);
    let rows = charts["parts"]["rows"].as_array().expect("rows");
    each(rows, "another lane", |row| short(&charts, &row["lane"]) != "rest");
}

#[test]
fn cpu_time_that_is_not_told_from_0_has_no_place_on_a_logarithmic_axis() {
    let mut record = record();
    // As much as the harness itself takes: nothing is left of it.
    let null = single(&record, "rust/null/rust").starts.clone();
    for (start, own) in single_mut(&mut record, "rust/inproc/rust").starts.iter_mut().zip(&null) {
        start.cpu_items = own.cpu_items;
        start.parts[0].cpu_ns = own.cpu_ns(Part::Caller);
    }
    let charts = charts(&record);
    let panel = &charts["burn"]["panels"][0];
    assert_eq!(panel["unit"], "ns");
    let mark = of(&charts, &panel["marks"], "inproc");
    assert_eq!(
        (mark["value"].as_f64(), mark["label"].as_str()),
        (None, Some("not told from 0"))
    );
    assert!(of(&charts, &panel["marks"], "uds")["value"].as_f64().is_some_and(|ns| ns > 0.0));
}

#[test]
fn what_the_harness_takes_stands_across_the_rows_and_is_no_row() {
    let charts = charts(&record());
    let burn = &charts["burn"];
    let rows = burn["rows"].as_array().expect("rows");
    each(rows, "another lane", |lane| short(&charts, lane) != "null");
    assert!(burn["panels"][0]["rule"][0].as_f64().is_some_and(|ns| ns > 0.0));
    let units: Vec<&str> = burn["panels"]
        .as_array()
        .expect("panels")
        .iter()
        .filter_map(|panel| panel["unit"].as_str())
        .collect();
    assert_eq!(units, ["ns", "share", "count", "bytes"]);
}

/// Every figure that the page names finds its data: a drawing without would end the script.
#[test]
fn a_run_of_single_calls_has_a_quickest_lane_and_no_ratios() {
    let mut record = record();
    record.cells.retain(|cell| cell.items == 1);
    let html = page(&record);
    assert!(html.contains("data-kind=\"quickest\"") && !html.contains("data-kind=\"ratios\""));
    let charts = charts(&record);
    assert_eq!(charts["crossing"]["bases"], serde_json::json!([]));
    assert!(
        charts["crossing"]["contests"]
            .as_array()
            .is_some_and(|contests| !contests.is_empty())
    );
}

#[test]
fn figures_that_must_not_be_used_carry_no_sentence_in_any_section() {
    let mut record = record();
    record.loads = Some(crate::synthetic::loads(2));
    let claimed = read(&record, Format::Html);
    spoil(&mut record);
    let spoilt = read(&record, Format::Html);
    for claim in [
        "cross at about",
        "The fastest lane between",
        "raise it: from",
        "p99 is from",
        "caller and callee together: from",
    ] {
        assert!(claimed.contains(claim), "{claim:?} is said of no record");
        assert!(!spoilt.contains(claim), "{claim:?} is claimed");
    }
}

#[test]
fn a_lane_is_drawn_with_the_floor_that_bounds_it_and_one_without_a_floor_without() {
    let mut record = record();
    let pipe = record.floors.iter_mut().find(|floor| floor.name == "pipe").expect("a floor");
    pipe.starts.iter_mut().for_each(|start| start.mean_ns = Some(2_300.0));
    let charts = charts(&record);
    let cost = &charts["scenes"][0]["cost"];
    let uds = of(&charts, cost, "uds");
    assert_eq!(
        (uds["floor"]["name"].as_str(), uds["floor"]["value"].as_f64()),
        (Some("pipe"), Some(2_300.0))
    );
    assert!(
        uds["text"].as_str().expect("words").ends_with("; floor: pipe, 2.30 µs (mean)"),
        "{uds}"
    );
    assert!(of(&charts, cost, "inproc")["floor"].is_null());
    assert!(page(&record).contains("<td>pipe 2.30 µs</td>"));
}

#[test]
fn the_knee_of_a_batch_is_marked_with_its_interval_and_only_where_a_model_says_it() {
    let mut record = record();
    for cell in &mut record.cells {
        let n = f64::from(cell.items);
        for (at, start) in cell.starts.iter_mut().enumerate() {
            // 20 us a call and 1 us an item, but for one lane that no line fits.
            let bent = if cell.lane == "rust/uds/rust" && cell.items > 4 { 9.0 } else { 1.0 };
            let ns = (20_000.0 + 1_000.0 * n) * bent * (1.0 + 0.01 * at as f64);
            start.mean_ns = Some(ns * f64::from(start.group));
        }
    }
    let charts = charts(&record);
    let lines = charts["scenes"][0]["batching"].as_array().expect("lines");
    let knee = |name: &str, mode: &str| {
        let line = lines
            .iter()
            .find(|line| short(&charts, &line["lane"]) == name && line["mode"] == mode);
        line.expect("a line")["knee"].clone()
    };
    let grpc = knee("grpc", "batched");
    let [at, low, high] = [0, 1, 2].map(|part| grpc["at"][part].as_f64().expect("a number"));
    assert!(low <= at && at <= high && (at - 20.0).abs() < 0.1, "{grpc}");
    assert_eq!(grpc["label"], "knee 20.0");
    assert!(knee("uds", "batched").is_null());
    assert!(knee("grpc", "chatty").is_null());
}
