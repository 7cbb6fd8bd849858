//! Stages, resources and floors of a real run: which rungs a lane has, as many bytes on each, and
//! what is said where one is missing.

use crate::support::{code, folder, lanes, record, run, stderr, stdout};
use serde_json::Value;

fn measured(arguments: &[&str]) -> Value {
    let folder = folder();
    let fixed = [
        "run",
        "--batch",
        "1",
        "--modes",
        "chatty",
        "--max-results",
        "10",
        "--engine",
        "stub",
        "--seed",
        "3",
    ];
    let output = run(folder.path(), &[&fixed[..], arguments].concat());
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    record(folder.path())
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// What the lane's own kind of lane says of it.
fn about<'a>(record: &'a Value, lane: &Value) -> &'a Value {
    list(&record["lanes"])
        .iter()
        .find(|about| about["name"] == *lane)
        .expect("a lane of the record")
}

#[test]
fn every_rung_of_a_lane_is_measured_with_as_many_bytes_as_a_call() {
    let record = measured(&["--starts", "1", "--budget", "6s"]);
    assert!(list(&record["ladders"]).len() > 3, "{}", record["ladders"]);
    let mut compared = 0;
    for ladder in list(&record["ladders"]) {
        let (lane, start) = (about(&record, &ladder["lane"]), &ladder["starts"][0]);
        assert!(start["stamped"]["calls"].as_u64() > Some(0), "{ladder}");
        if lane["caller"] == lane["callee"] {
            assert!(start["compute"]["mean_ns"].as_f64() > Some(0.0), "{ladder}");
            assert_eq!(start["codec"].is_null(), lane["codec"].is_null(), "{ladder}");
        }
        if lane["in_process"] == true && !lane["carrier"].is_null() {
            // Encoded, or checked in buffers that the caller lent.
            assert!(start["codec"]["mean_ns"].as_f64() > Some(0.0), "{ladder}");
        }
        let own_carrier = ladder["carrier"] == ladder["lane"] || lane["carrier"].is_null();
        assert_eq!(start["carrier"].is_null(), lane["carrier"].is_null(), "{ladder}");
        assert_eq!(start["framework"].is_null(), own_carrier, "{ladder}");
        let single = list(&record["cells"])
            .iter()
            .find(|cell| cell["lane"] == ladder["lane"])
            .expect("a cell");
        let of_call = &single["starts"][0];
        for side in ["bytes_out", "bytes_back"] {
            let Some(bytes) = of_call[side].as_f64() else { continue };
            let of_call = bytes / of_call["bytes_items"].as_f64().expect("counted");
            for rung in ["carrier", "framework"]
                .map(|rung| &start[rung])
                .into_iter()
                .filter(|rung| !rung.is_null())
            {
                let of_rung = rung[side].as_f64().expect("counted as the call's are");
                compared += 1;
                assert!(
                    (of_rung - of_call).abs() < 3.0,
                    "{}: {side} {of_rung}, {of_call}",
                    ladder["lane"]
                );
            }
        }
    }
    assert!(compared > 0, "no bytes were counted");
}

#[test]
fn floors_and_what_processes_use_are_in_the_record() {
    let record = measured(&["--starts", "2", "--budget", "3s"]);
    for floor in list(&record["floors"]) {
        let two_cores =
            floor["name"] == "cache_line" && record["environment"]["logical_cores"] == 1;
        assert_eq!(list(&floor["starts"]).len(), if two_cores { 0 } else { 2 }, "{floor}");
    }
    assert_eq!(list(&record["floors"]).len(), 6);
    assert!(list(&record["resources"]).len() > 3, "{}", record["resources"]);
    for resources in list(&record["resources"]) {
        let lane = about(&record, &resources["lane"]);
        let start = &resources["starts"][1];
        assert!(start["caller"]["switches_voluntary"].is_u64(), "{resources}");
        assert_eq!(start["callee"].is_null(), lane["in_process"] == true, "{resources}");
    }
}

#[test]
fn allocations_are_counted_on_both_sides_of_the_lanes_of_this_program() {
    let record = measured(&["--starts", "1", "--budget", "2s"]);
    let said = list(&record["notes"])
        .iter()
        .find(|note| note["text"].as_str().unwrap_or("").contains("allocations"));
    // Where there is no glibc the run says so; there is nothing else to hold it to then.
    if cfg!(all(target_os = "linux", target_env = "gnu")) {
        assert!(said.is_none(), "{said:?}");
        assert!(list(&record["allocations"]).len() > 3, "{}", record["allocations"]);
    }
    for counted in list(&record["allocations"]) {
        let lane = about(&record, &counted["lane"]);
        assert!(
            counted["calls"].as_u64() > Some(0) && counted["caller"]["per_call"].is_number(),
            "{counted}"
        );
        assert_eq!(counted["callee"].is_null(), lane["in_process"] == true, "{counted}");
        if lane["class"] == "async" {
            // No runtime passes a call on without asking for memory.
            assert!(counted["caller"]["per_call"].as_f64() > Some(1.0), "{counted}");
        }
    }
}

#[test]
fn a_service_time_is_checked_with_a_callee_that_works_and_a_rate_says_cores() {
    let folder = folder();
    let arguments = [
        "--batch",
        "1",
        "--modes",
        "chatty",
        "--max-results",
        "10",
        "--engine",
        "stub",
        "--seed",
        "3",
    ];
    let wanted = [
        "--starts",
        "2",
        "--budget",
        "3s",
        "--service-time",
        "300us",
        "--calls-per-s",
        "2000",
    ];
    let output = run(
        folder.path(),
        &[&["run", "--lanes", "inproc,uds"], &arguments[..], &wanted[..]].concat(),
    );
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    let record = record(folder.path());
    let checks: Vec<&Value> = list(&record["contrasts"])
        .iter()
        .filter(|contrast| contrast["kind"] == "service_time")
        .collect();
    assert_eq!(checks.len(), 1, "in process no callee works apart: {checks:?}");
    assert_eq!(checks[0]["work_ns"], 300_000);
    assert!(list(&checks[0]["starts"]).len() >= 2, "{}", checks[0]);
    for start in list(&checks[0]["starts"]) {
        let (without, with) = (start["first_p50_ns"].as_f64(), start["second_p50_ns"].as_f64());
        // A callee that spins is never back sooner.
        assert!(with >= Some(300_000.0) && with > without, "{start}");
    }
    let shown = stdout(&output);
    assert!(shown.contains("Checked over uds"), "{shown}");
    assert!(shown.contains("Cores kept busy at 2,000 single calls per second"), "{shown}");
    assert!(
        record["command"].as_str().expect("a command").contains("--calls-per-s 2000"),
        "{}",
        record["command"]
    );
}

#[test]
fn a_caller_that_measures_no_parts_is_said_to_and_fails_nothing() {
    let foreign = |lane: &&Value| lane["caller"] != "rust" && lane["available"] == true;
    for lane in lanes().iter().filter(foreign) {
        let name = lane["name"].as_str().expect("a name");
        let record = measured(&["--lanes", name, "--starts", "1", "--budget", "1s"]);
        let missing = list(&record["ladders"][0]["missing"]);
        let stamped = missing
            .iter()
            .find(|missing| missing["rung"] == "stamped")
            .expect("not measured");
        assert!(
            stamped["reason"].as_str().expect("words").contains("does not measure"),
            "{stamped}"
        );
        let of_lane = list(&record["notes"]).iter().filter(|note| note["lane"] == name).count();
        assert_eq!(of_lane, 0, "{}", record["notes"]);
    }
}

#[test]
fn the_floors_command_prints_one_line_of_json_and_leaves_nothing_behind() {
    let folder = folder();
    let floors = |cores: &[&str]| -> Vec<Value> {
        let output = run(folder.path(), &[&["floors", "--each-ms", "2"], cores].concat());
        assert_eq!(code(&output), 0, "{}", stderr(&output));
        let printed: Value = serde_json::from_str(&stdout(&output)).expect("one line of JSON");
        list(&printed["floors"]).to_vec()
    };
    let free = floors(&[]);
    assert_eq!(free.len(), 6);
    // Both sides on one core: what needs two cores has them nevertheless.
    let seated = floors(&["--caller-core", "0", "--callee-core", "0"]);
    let reasons =
        |floors: &[Value]| floors.iter().map(|floor| floor["reason"].clone()).collect::<Vec<_>>();
    assert_eq!(reasons(&free), reasons(&seated));
}
