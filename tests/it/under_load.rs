//! `tollgate run --load`: capacity, points below it, rates that all lanes share; and what is said
//! beforehand and of lanes without.

use crate::support::{
    each, folder, foreign_lanes, list, record, refuses, says, schema_errors, some, stdout,
    succeeds, words,
};
use serde_json::Value;
use std::{fs, path::Path};

/// What a run recorded and said.
struct Ran {
    record: Value,
    said: String,
}

/// A short run of these lanes with loads.
fn loaded(lanes: &str, load: &str) -> Ran {
    let folder = folder();
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
fn a_caller_that_sends_nothing_by_a_schedule_is_named_as_not_measured() {
    let Some(foreign) = foreign_lanes() else { return };
    let Ran { record, said } = loaded(&foreign[0], "200ms");
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
