//! `tollgate run --load`: capacity, points below it, rates that all lanes share; and what is said
//! beforehand and of lanes without.

use crate::support::{
    each, folder, lanes, list, own_lane::OwnLane, record, refuses, says, schema_errors, skip, some,
    stdout, succeeds, words,
};
use serde_json::Value;
use std::{fs, path::Path};
use tempfile::TempDir;

/// What a run recorded and said.
struct Ran {
    record: Value,
    said: String,
}

/// A short run of these lanes with loads.
fn loaded(lanes: &str, load: &str) -> Ran {
    loaded_in(&folder(), lanes, load)
}

fn loaded_in(folder: &TempDir, lanes: &str, load: &str) -> Ran {
    let plan = "run --starts 1 --budget 1s --batch 1 --engine stub --max-results 10";
    let line = format!("{plan} --lanes {lanes} --load {load}");
    succeeds(folder.path(), &words(&line));
    let report = succeeds(folder.path(), &words("report reports/out/record.json --full"));
    Ran { record: record(folder.path()), said: stdout(&report) }
}

#[test]
fn searches_capacities_and_asks_for_shares_of_them_and_for_rates_that_all_lanes_share() {
    // One that blocks, one that waits and shares a connection, one that waits and does not, one
    // without a process.
    let Ran { record, said } = loaded("uds,grpc,rest-lean,inproc", "300ms");
    let loads = &record["loads"];
    assert_eq!((list(&loads["lanes"]).len(), &loads["starts"]), (4, &1.into()), "{loads}");
    let common = some(list(&loads["common_per_s"]), "rates that all lanes share");
    for lane in list(&loads["lanes"]) {
        let [start] = list(&lane["starts"]) else { panic!("one restart: {lane}") };
        searches_from_one_call(list(&start["search"]));
        let points = list(&start["points"]);
        let shares = points.iter().filter(|point| point["share"].is_f64()).count();
        let reason = lane["reason"].as_str().unwrap_or_default();
        let too_short = reason.contains("clock reads");
        assert_eq!(shares, if too_short { 0 } else { 6 }, "{lane}");
        let lowest = |point: &&Value| point["share"].is_null() && point["rate_per_s"] == *common[0];
        some(points.iter().filter(lowest), "points at the lowest rate that all share");
        points.iter().for_each(accounts_for_every_call);
    }
    says(&said, &["Under load on one core: ", "unstable from"]);
    assert_eq!(schema_errors(&record), Vec::<String>::new());
}

fn searches_from_one_call(search: &[Value]) {
    assert!(search.len() >= 3, "{search:?}");
    assert_eq!(search[0]["in_flight"], 1, "{search:?}");
    each(search, "achieved", |step| step["achieved_per_s"].as_f64() > Some(0.0));
}

fn accounts_for_every_call(point: &Value) {
    assert_eq!((&point["errors"], &point["wrong"]), (&0.into(), &0.into()), "{point}");
    assert_eq!(point["sent"], point["answered"], "{point}");
    let missed = point["little"]["relative_error"].as_f64().expect("counted");
    assert!(missed < 0.03, "{point}");
    let stable = point["verdict"] == "stable";
    assert!(stable || point["verdict"] == "unstable", "{point}");
    assert_eq!(point["latency"].is_string(), stable, "{point}");
    for part in ["lateness_ns", "lateness_place_ns", "lateness_generator_ns"] {
        assert_eq!(point[part]["samples"].is_u64(), stable, "{part}: {point}");
    }
}

#[test]
fn a_caller_in_another_language_is_asked_for_what_ours_are() {
    // Those that were built: loads need what their peers install.
    let is_built = |lane: &Value| {
        let is_foreign = lane["caller"] != "rust" && lane["available"] == true;
        is_foreign && lane["role"] == "socket" && lane["codec"] == "protobuf"
    };
    let listed = lanes();
    let of_callers =
        |caller: &str| listed.iter().find(|lane| is_built(lane) && lane["caller"] == caller);
    let found: Vec<&Value> = ["go", "python"].into_iter().filter_map(of_callers).collect();
    if found.is_empty() {
        return skip("tollgate peers build");
    }
    let names: Vec<&str> = found.iter().filter_map(|lane| lane["short"].as_str()).collect();
    let Ran { record, .. } = loaded(&names.join(","), "300ms");
    let of_lanes = list(&record["loads"]["lanes"]);
    assert_eq!(of_lanes.len(), names.len(), "{}", record["loads"]);
    for lane in of_lanes {
        let [start] = list(&lane["starts"]) else { panic!("one restart: {lane}") };
        searches_from_one_call(list(&start["search"]));
        some(list(&start["points"]), "points")
            .iter()
            .for_each(|point| accounts_for_every_call(point));
    }
    assert_eq!(schema_errors(&record), Vec::<String>::new());
}

#[test]
fn a_caller_that_sends_nothing_by_a_schedule_is_named_as_not_measured() {
    let folder = folder();
    let program = env!("CARGO_BIN_EXE_tollgate");
    // Its file does not say that it takes loads.
    let own = OwnLane {
        caller: "mine",
        drive: &[program, "drive"],
        serve: &[program, "serve"],
        more: "",
    };
    let lanes = format!("mine/uds/mine --lanes-file {}", own.write(folder.path()));
    let Ran { record, said } = loaded_in(&folder, &lanes, "200ms");
    let [of_lane] = list(&record["loads"]["lanes"]) else {
        panic!("{}", record["loads"])
    };
    let reason = of_lane["reason"].as_str().expect("a reason");
    assert!(reason.starts_with("not measured"), "{of_lane}");
    assert!(list(&of_lane["starts"]).is_empty(), "{of_lane}");
    says(&said, &["not measured: its caller"]);
}

fn dry(folder: &Path, line: &str) -> String {
    let line = format!("run --dry-run --full {line}");
    stdout(&succeeds(folder, &words(&line)))
}

#[test]
fn a_dry_run_says_how_long_loads_take_and_a_run_without_them_has_none() {
    let folder = folder();
    assert!(!dry(folder.path(), "").contains("loads on"));
    let said = dry(folder.path(), "--load 2s");
    says(&said, &["loads on", "in 5 restarts, 2 s at a point: at most"]);
    let plan = folder.path().join("tollgate.toml");
    fs::write(&plan, "load = true\n").expect("written");
    says(&dry(folder.path(), ""), &["1 s at a point"]);
    fs::write(&plan, "load = 3\n").expect("written");
    refuses(
        folder.path(),
        &["run", "--dry-run"],
        &["load: true, false or a time with its unit, in quotes, is needed, as in load = \"3s\""],
    );
}
