//! Stages, resources and floors of a real run: which rungs a lane has, as many bytes on each, and
//! what is said where one is missing.

use crate::support::{
    each, folder, foreign_lanes, list, record, says, some, stdout, succeeds, those, words,
};
use serde_json::Value;
use std::{collections::HashSet, fs, sync::OnceLock};

/// Single calls of a stub, as short as they are.
const SINGLE: &str = "run --batch 1 --modes chatty --max-results 10 --engine stub --seed 3";

fn measured(line: &str) -> Value {
    let folder = folder();
    let line = format!("{SINGLE} {line}");
    succeeds(folder.path(), &words(&line));
    record(folder.path())
}

/// The entries of a list of the record, each with the lane that it is of.
fn with_lanes<'r>(record: &'r Value, key: &str) -> Vec<(&'r Value, &'r Value)> {
    let entries = list(&record[key]);
    assert!(entries.len() > 3, "{key}: {entries:?}");
    let with_lane = |entry: &'r Value| {
        let name = entry["lane"].as_str().expect("a name");
        (entry, those(&record["lanes"], "name", name)[0])
    };
    entries.iter().map(with_lane).collect()
}

/// The record of one start that is long enough for every rung of every lane.
fn whole_ladders() -> &'static Value {
    static RECORD: OnceLock<Value> = OnceLock::new();
    RECORD.get_or_init(|| measured("--starts 1 --budget 6s"))
}

fn took_time(rung: &Value) -> bool {
    rung["mean_ns"].as_f64() > Some(0.0)
}

#[test]
fn every_rung_that_a_lane_has_is_measured_and_no_other() {
    let record = whole_ladders();
    let (mut alone, mut lent) = (Vec::new(), Vec::new());
    for (ladder, lane) in with_lanes(record, "ladders") {
        let start = &ladder["starts"][0];
        assert!(start["stamped"]["calls"].as_u64() > Some(0), "{ladder}");
        if lane["caller"] == lane["callee"] {
            alone.push(&start["compute"]);
            assert_eq!(start["codec"].is_null(), lane["codec"].is_null(), "{ladder}");
        }
        if lane["in_process"] == true && !lane["carrier"].is_null() {
            lent.push(&start["codec"]);
        }
        let own_carrier = ladder["carrier"] == ladder["lane"] || lane["carrier"].is_null();
        assert_eq!(start["carrier"].is_null(), lane["carrier"].is_null(), "{ladder}");
        assert_eq!(start["framework"].is_null(), own_carrier, "{ladder}");
    }
    each(alone, "the engine was asked alone", |rung| took_time(rung));
    // Encoded, or checked in buffers that the caller lent.
    each(lent, "the codec took time", |rung| took_time(rung));
}

/// What belongs to this process of a lane; null where it has none.
fn part<'v>(of: &'v Value, name: &str) -> &'v Value {
    let parts = list(&of["parts"]);
    parts.iter().find(|part| part["part"] == name).unwrap_or(&Value::Null)
}

/// Bytes of one call of a rung, or of a single call.
fn bytes_of_call(single: &Value, side: &str) -> Option<f64> {
    let items = single["bytes_items"].as_f64().expect("counted");
    Some(part(single, "caller")[side].as_f64()? / items)
}

/// What HTTP/2 sends now and then for the connection (pings, windows), bytes in a visit at most: of
/// few calls on a busy machine each has more of it.
const CONNECTION_BYTES: f64 = 1_000.0;

#[test]
fn every_rung_of_a_lane_carries_as_many_bytes_as_a_call() {
    let record = whole_ladders();
    let mut compared = 0;
    for (ladder, lane) in with_lanes(record, "ladders") {
        let name = lane["name"].as_str().expect("a name");
        let single = &those(&record["cells"], "lane", name)[0]["starts"][0];
        let calls = single["bytes_items"].as_f64().expect("counted");
        for side in ["bytes_out", "bytes_back"] {
            let Some(of_call) = bytes_of_call(single, side) else { continue };
            for rung in ["carrier", "framework"].map(|rung| &ladder["starts"][0][rung]) {
                if rung.is_null() {
                    continue;
                }
                let of_rung = rung[side].as_f64().expect("counted as the call's are");
                let slack = 3.0 + CONNECTION_BYTES / calls;
                assert!((of_rung - of_call).abs() < slack, "{name}: {side} {of_rung}, {of_call}");
                compared += 1;
            }
        }
    }
    assert!(compared > 0, "no bytes were counted");
}

#[test]
fn floors_and_what_processes_use_are_in_the_record() {
    let record = measured("--starts 2 --budget 3s");
    assert_eq!(list(&record["floors"]).len(), 6);
    let one_core = record["environment"]["logical_cores"] == 1;
    for floor in list(&record["floors"]) {
        let left_out = floor["name"] == "cache_line" && one_core;
        assert_eq!(list(&floor["starts"]).len(), if left_out { 0 } else { 2 }, "{floor}");
    }
    for (resources, lane) in with_lanes(&record, "resources") {
        let start = &resources["starts"][1];
        let caller = &part(start, "caller")["used"];
        assert!(caller["switches_voluntary"].is_u64(), "{resources}");
        assert_eq!(part(start, "callee").is_null(), lane["in_process"] == true, "{resources}");
    }
}

#[test]
fn allocations_are_counted_on_both_sides_of_the_lanes_of_this_program() {
    let record = measured("--starts 1 --budget 2s");
    // Where there is no glibc the run says so; there is nothing else to hold it to then.
    if !cfg!(all(target_os = "linux", target_env = "gnu")) {
        return says(&record["notes"].to_string(), &["allocations"]);
    }
    assert!(!record["notes"].to_string().contains("allocations"), "{}", record["notes"]);
    let mut by_a_runtime = Vec::new();
    for (counted, lane) in with_lanes(&record, "allocations") {
        assert!(counted["calls"].as_u64() > Some(0), "{counted}");
        assert!(part(counted, "caller")["per_call"].is_number(), "{counted}");
        assert_eq!(part(counted, "callee").is_null(), lane["in_process"] == true, "{counted}");
        if lane["class"] == "async" {
            by_a_runtime.push(counted);
        }
    }
    // No runtime passes a call on without asking for memory.
    each(by_a_runtime, "a runtime allocates", |counted| {
        part(counted, "caller")["per_call"].as_f64() > Some(1.0)
    });
}

/// A run in which callees work 300 us, at 2,000 calls a second: its record, and what it said.
fn with_work() -> (Value, String) {
    let folder = folder();
    let asked = "--service-time 300us --calls-per-s 2000";
    let line = format!("{SINGLE} --lanes inproc,uds --starts 2 --budget 3s {asked}");
    succeeds(folder.path(), &words(&line));
    let report = succeeds(folder.path(), &words("report reports/out/record.json --full"));
    (record(folder.path()), stdout(&report))
}

#[test]
fn a_service_time_is_checked_with_a_callee_that_works_and_a_rate_says_cores() {
    let (record, shown) = with_work();
    let mut checks = those(&record["contrasts"], "kind", "service_time");
    checks.retain(|check| check["placement"] == record["plan"]["placements"][0]);
    assert_eq!(checks.len(), 1, "in process no callee works apart: {checks:?}");
    assert_eq!(checks[0]["work_ns"], 300_000);
    let starts = list(&checks[0]["starts"]);
    assert!(starts.len() >= 2, "{}", checks[0]);
    for start in starts {
        let (without, with) = (start["first_p50_ns"].as_f64(), start["second_p50_ns"].as_f64());
        // A callee that spins is never back sooner.
        assert!(with >= Some(300_000.0) && with > without, "{start}");
    }
    let cores = "Cores kept busy on one core at 2,000 single calls per second";
    says(&shown, &["Checked over uds", cores]);
    says(record["command"].as_str().expect("a command"), &["--calls-per-s 2000"]);
}

#[test]
fn a_caller_that_measures_no_parts_is_said_to_and_fails_nothing() {
    let Some(foreign) = foreign_lanes() else { return };
    let mut without = Vec::new();
    // What a caller measures does not depend on who answers.
    let mut callers = HashSet::new();
    let caller_of = |name: &str| name.rsplit_once('/').expect("three parts").0.to_owned();
    let names: Vec<String> =
        foreign.into_iter().filter(|name| callers.insert(caller_of(name))).collect();
    let record = measured(&format!("--lanes {} --starts 1 --budget 1s", names.join(",")));
    for name in &names {
        let stages = those(&record["ladders"], "lane", name)[0];
        // Some languages measure them.
        let mut missing = list(&stages["missing"]).iter();
        if let Some(stamped) = missing.find(|missing| missing["rung"] == "stamped") {
            says(stamped["reason"].as_str().expect("words"), &["does not measure"]);
            without.push(name);
        }
        let notes = list(&record["notes"]).iter().filter(|note| note["lane"] == *name);
        // Of processes that do not rest while nobody calls them something else is said.
        let failed = notes.filter(|note| {
            !note["text"].as_str().is_some_and(|text| text.contains("while nobody called"))
        });
        assert_eq!(failed.count(), 0, "{}", record["notes"]);
    }
    some(without, "callers that measure no parts");
}

/// The floors that the command prints on these cores.
fn floors(cores: &[&str]) -> Vec<Value> {
    let folder = folder();
    let output = succeeds(folder.path(), &[&["floors", "--each-ms", "2"], cores].concat());
    let left = fs::read_dir(folder.path()).expect("readable").count();
    assert_eq!(left, 0, "files were left");
    let printed: Value = serde_json::from_str(&stdout(&output)).expect("one line of JSON");
    some(list(&printed["floors"]).to_vec(), "floors")
}

#[test]
fn the_floors_command_prints_one_line_of_json_and_leaves_nothing_behind() {
    let free = floors(&[]);
    assert_eq!(free.len(), 6);
    // Both sides on one core: what needs two cores has them nevertheless.
    let seated = floors(&["--caller-core", "0", "--callee-core", "0"]);
    let reasons =
        |floors: &[Value]| floors.iter().map(|floor| floor["reason"].clone()).collect::<Vec<_>>();
    assert_eq!(reasons(&free), reasons(&seated));
}
