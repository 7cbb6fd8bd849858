//! Callees that a user names: too slow for a load, not there, or none that the lane could have.

use crate::support::{Served, code, folder, refuses, run, says, stderr, stdout, words};
use serde_json::Value;
use std::process::Stdio;

#[test]
fn a_callee_so_slow_that_nothing_is_answered_is_unstable_and_no_lie() {
    let folder = folder();
    let slow = ["uds", "--service-time-us", "300000"];
    let served = Served::start(folder.path(), &slow, Stdio::piped());
    let line = "load uds --rate 1000 --duration 2s --format json --endpoint";
    let output = run(folder.path(), &[&words(line)[..], &[&served.endpoint]].concat());
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    let load: Value = serde_json::from_str(&stdout(&output)).expect("JSON");
    assert_eq!((&load["verdict"], &load["answered"]), (&"unstable".into(), &0.into()), "{load}");
    let reasons = load["reasons"].as_array().expect("a list").iter().filter_map(Value::as_str);
    let achieved = reasons.filter(|said| said.starts_with("achieved 0.0 %"));
    assert_eq!(achieved.count(), 1, "{load}");
}

#[test]
fn a_process_that_is_not_there_is_refused_and_0_is_not_the_driver() {
    let folder = folder();
    let served = Served::start(folder.path(), &["uds"], Stdio::piped());
    for pid in ["0", "4194305", "4294967295"] {
        let line = format!("load uds --rate 9 --endpoint {} --callee-pid {pid}", served.endpoint);
        let said = [&format!("--callee-pid {pid}"), "no such process", "leave it out"];
        refuses(folder.path(), &words(&line), &said);
    }
}

#[test]
fn an_endpoint_of_a_lane_that_has_none_is_refused_by_name() {
    let line = "load inproc --rate 9 --endpoint unix:/x";
    refuses(folder().path(), &words(line), &["inproc has none", "leave it out"]);
}

#[test]
fn an_endpoint_at_which_nobody_answers_is_named() {
    let folder = folder();
    let nobody = format!("unix:{}", folder.path().join("nobody").display());
    let output = run(folder.path(), &["call", "uds", "--endpoint", &nobody]);
    assert_eq!(code(&output), 1);
    let asked = format!("--endpoint {nobody} (does your service run there?)");
    says(&stderr(&output), &[&asked, "rust/uds/rust: gone"]);
}
