//! `tollgate run --load`: capacity, points below it, rates that all lanes share; and what is said
//! beforehand and of lanes without.

use crate::support::{code, folder, lanes, record, run, stderr, stdout};
use serde_json::Value;

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// A short run of these lanes with loads.
fn loaded(lanes: &str, more: &[&str]) -> (Value, String) {
    let folder = folder();
    let short = [
        "--starts",
        "1",
        "--budget",
        "1s",
        "--batch",
        "1",
        "--engine",
        "stub",
        "--max-results",
        "10",
    ];
    let output = run(folder.path(), &[&["run", "--lanes", lanes][..], &short, more].concat());
    assert_eq!(code(&output), 0, "{}{}", stderr(&output), stdout(&output));
    (record(folder.path()), stdout(&output))
}

#[test]
fn searches_capacities_and_asks_for_shares_of_them_and_for_rates_that_all_lanes_share() {
    // One that blocks, one that waits and shares a connection, one that waits and does not, one
    // without a process.
    let (record, said) = loaded("uds,grpc,rest-lean,inproc", &["--load", "300ms"]);
    let loads = &record["loads"];
    assert_eq!((list(&loads["lanes"]).len(), &loads["starts"]), (4, &1.into()), "{loads}");
    let common = list(&loads["common_per_s"]);
    assert!(!common.is_empty(), "{loads}");
    for lane in list(&loads["lanes"]) {
        let [start] = list(&lane["starts"]) else { panic!("one restart: {lane}") };
        let search = list(&start["search"]);
        assert_eq!(search[0]["in_flight"], 1, "{lane}");
        assert!(
            search.len() >= 3
                && search.iter().all(|step| step["achieved_per_s"].as_f64() > Some(0.0)),
            "{lane}"
        );
        let points = list(&start["points"]);
        let shares = points.iter().filter(|point| point["share"].is_f64()).count();
        let too_short =
            lane["reason"].as_str().is_some_and(|reason| reason.contains("clock reads"));
        assert_eq!(shares, if too_short { 0 } else { 6 }, "{lane}");
        assert!(
            points
                .iter()
                .any(|point| point["share"].is_null() && point["rate_per_s"] == common[0]),
            "{lane}"
        );
        points.iter().for_each(accounts_for_every_call);
    }
    assert!(said.contains("Under load: ") && said.contains("unstable from"), "{said}");
    let schema: Value =
        serde_json::from_str(include_str!("../../reports/schema/record-v1.schema.json"))
            .expect("JSON");
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    let errors: Vec<String> =
        validator.iter_errors(&record).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{errors:?}");
}

fn accounts_for_every_call(point: &Value) {
    assert_eq!((&point["errors"], &point["wrong"]), (&0.into(), &0.into()), "{point}");
    assert_eq!(point["sent"], point["answered"], "{point}");
    assert!(
        point["little"]["relative_error"].as_f64().is_some_and(|error| error < 0.03),
        "{point}"
    );
    let stable = point["verdict"] == "stable";
    assert_eq!(point["latency"].is_string(), stable, "{point}");
    for part in ["lateness_ns", "lateness_place_ns", "lateness_generator_ns"] {
        assert_eq!(point[part]["samples"].is_u64(), stable, "{part}: {point}");
    }
}

#[test]
fn a_caller_that_sends_nothing_by_a_schedule_is_named_as_not_measured() {
    let foreign = |lane: &&Value| {
        lane["caller"] != "rust" && lane["available"] == true && lane["answers"] == true
    };
    for lane in lanes().iter().filter(foreign).take(1) {
        let name = lane["name"].as_str().expect("a name");
        let (record, said) = loaded(name, &["--load", "200ms"]);
        let [of_lane] = list(&record["loads"]["lanes"]) else {
            panic!("{}", record["loads"])
        };
        assert!(
            of_lane["reason"]
                .as_str()
                .is_some_and(|reason| reason.starts_with("not measured")),
            "{of_lane}"
        );
        assert!(
            list(&of_lane["starts"]).is_empty() && said.contains("not measured: its caller"),
            "{said}"
        );
    }
}

#[test]
fn a_dry_run_says_how_long_loads_take_and_a_run_without_them_has_none() {
    let folder = folder();
    let dry = |arguments: &[&str]| {
        let output = run(folder.path(), &[&["run", "--dry-run"], arguments].concat());
        assert_eq!(code(&output), 0, "{}", stderr(&output));
        stdout(&output)
    };
    assert!(!dry(&[]).contains("loads on"));
    let said = dry(&["--load", "2s"]);
    assert!(said.contains("in 2 restarts, 2 s at a point: at most"), "{said}");
    std::fs::write(folder.path().join("tollgate.toml"), "load = true\n").expect("written");
    assert!(dry(&[]).contains("1 s at a point"));
    std::fs::write(folder.path().join("tollgate.toml"), "load = 3\n").expect("written");
    let output = run(folder.path(), &["run", "--dry-run"]);
    assert_eq!(code(&output), 2);
    assert!(stderr(&output).contains("true, false, or a time as in"), "{}", stderr(&output));
}
