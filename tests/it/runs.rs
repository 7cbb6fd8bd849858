//! Small runs from the command line to the record and the report. What a run makes of its plan is
//! in `planning`.

use crate::support::{
    a_lane_with_a_callee, code, each, folder, lanes, lanes_with_a_callee, list, processes, record,
    run, says, schema_errors, signal, some, stderr, stdout, succeeds, those, tollgate,
    until_it_says, unwrapped, wait_for, words,
};
use serde_json::Value;
use std::{
    path::Path,
    process::{Output, Stdio},
    sync::OnceLock,
};
use tempfile::TempDir;

/// A folder in which a run ended, and what it said.
struct Ran {
    folder: TempDir,
    output: Output,
}

/// Every lane of Rust, and of those between languages that can run here a few: a record of all is
/// too large for its page.
const LANES: &str = "null,inproc*,ffi*,uds*,tcp*,grpc*,rest*,interop";

/// Two restarts of these, three seconds in all.
fn small_run() -> Ran {
    let folder = folder();
    let queues = if cfg!(feature = "queue-redis") { ",queue*" } else { "" };
    let many = format!("run --lanes {LANES}{queues} --starts 2 --budget 3s --batch 1,4 --seed 7");
    let output = run(folder.path(), &words(&many));
    Ran { folder, output }
}

/// The record of one such run, for tests that only look at figures.
fn small_record() -> &'static Value {
    static RECORD: OnceLock<Value> = OnceLock::new();
    RECORD.get_or_init(|| record(small_run().folder.path()))
}

#[test]
fn measures_every_planned_cell_and_says_where_the_report_is() {
    let Ran { folder, output } = small_run();
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    let record = record(folder.path());
    for cell in some(list(&record["cells"]), "cells") {
        assert_eq!(cell["status"], "measured", "{cell}");
        each(list(&cell["starts"]), "right", |start| start["wrong"] == 0);
    }
    assert_eq!(record["progress"]["finished"], true);
    let report = "reports/out/report.html";
    assert!(folder.path().join(report).exists());
    assert!(stdout(&output).trim_end().ends_with(report), "{}", stdout(&output));
    // The report carries its record: every command takes it in its place.
    succeeds(folder.path(), &["report", report]);
    says(&stderr(&output), &["restart 2 of 2, about"]);
}

#[test]
fn writes_records_that_the_schema_accepts_and_that_tell_nothing_private() {
    let Ran { folder, .. } = small_run();
    let record = record(folder.path());
    assert_eq!(schema_errors(&record), Vec::<String>::new());
    assert_private(&record, folder.path());
}

#[test]
fn tells_nothing_private_of_a_run_that_failed() {
    let folder = folder();
    let lane = a_lane_with_a_callee();
    let endpoint = format!("{lane}=unix:{}/secret.sock", folder.path().display());
    let plan = ["run", "--lanes", &lane, "--starts", "1", "--budget", "1s"];
    let output = run(folder.path(), &[&plan[..], &["--endpoint", &endpoint]].concat());
    assert_eq!(code(&output), 1);
    let record = record(folder.path());
    assert!(!list(&record["notes"]).is_empty(), "it says nothing of the failure");
    assert_private(&record, folder.path());
}

/// The record holds no path, home folder or host name.
fn assert_private(record: &Value, folder: &Path) {
    let text = record.to_string();
    let host = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    let private = [
        folder.display().to_string(),
        std::env::var("HOME").unwrap_or_default(),
        host.trim().into(),
    ];
    for word in private.iter().filter(|word| word.len() > 3) {
        assert!(!text.contains(word.as_str()), "the record holds {word}");
    }
}

#[test]
fn counts_bytes_and_cpu_time_of_every_lane_with_a_callee() {
    let record = small_record();
    for short in lanes_with_a_callee() {
        let lane = those(&record["lanes"], "short", &short)[0];
        let name = lane["name"].as_str().expect("a name");
        for cell in those(&record["cells"], "lane", name) {
            for start in some(list(&cell["starts"]), "starts of the cell") {
                for (part, key) in
                    [("caller", "bytes_out"), ("caller", "bytes_back"), ("callee", "cpu_ns")]
                {
                    let of_part = those(&start["parts"], "part", part)[0];
                    assert!(of_part[key].as_u64() > Some(0), "{short}: {key} of {start}");
                }
            }
        }
    }
}

#[test]
fn reads_options_back_from_both_ends() {
    let record = small_record();
    let mut without_delay = Vec::new();
    for short in lanes_with_a_callee() {
        let lane = those(&record["lanes"], "short", &short)[0];
        let read_back = list(&lane["fairness"]).iter().filter(|set| set["read_back"] == true);
        let read_back: Vec<&Value> = read_back.collect();
        for side in ["caller", "callee"] {
            let of_side = read_back.iter().filter(|setting| setting["side"] == side);
            some(of_side, &format!("options of {short} read back from the {side}"));
        }
        let nodelay = read_back.iter().filter(|setting| setting["what"] == "TCP_NODELAY");
        without_delay.extend(nodelay.map(|setting| setting["value"].clone()));
    }
    each(without_delay, "TCP_NODELAY is on", |value| value == "on");
}

/// The first calls of a visit whose times are recorded.
fn places(controls: &Value, lane: &str) -> Vec<u64> {
    let settling = list(&controls["settling"]).iter();
    let settling = settling.filter(|one| one["lane"].as_str().is_some_and(|of| of.contains(lane)));
    settling.map(|one| one["from"].as_u64().expect("a number")).collect()
}

#[test]
fn keeps_the_first_calls_of_visits_and_asks_a_lane_without_interruption() {
    let folder = folder();
    let lane = a_lane_with_a_callee();
    let plan = words("run --starts 1 --budget 10s --batch 1,4 --engine stub --lanes");
    succeeds(folder.path(), &[&plan[..], &[&lane]].concat());
    let controls = &record(folder.path())["controls"];
    assert_eq!(places(controls, &lane), [1, 2, 4, 8, 16, 32], "{controls}");
    let [alone] = list(&controls["uninterrupted"]) else { panic!("{controls}") };
    assert_eq!(alone["limit_ms"], 500);
    assert!(alone["p50_ns"].as_f64() > Some(0.0), "{alone}");
    assert!(alone["samples"].as_u64() > Some(0), "{alone}");
    let all = ["report", "reports/out/record.json", "--full"];
    let report = succeeds(folder.path(), &all);
    says(&unwrapped(&stdout(&report)), &["first call of a visit", "without a break"]);
}

#[test]
fn lists_every_lane_with_what_a_script_needs() {
    let listed = lanes();
    assert!(listed.len() >= 6);
    for lane in listed {
        let part = |key: &str| lane[key].as_str().unwrap_or_else(|| panic!("no {key}: {lane}"));
        let parts = ["caller", "transport", "callee"].map(part);
        each(parts, "named", |part| !part.is_empty());
        assert_eq!(part("name"), parts.join("/"));
        assert!(lane["available"].is_boolean() && lane["modes"].is_array(), "{lane}");
        assert!(lane.get("reason").is_some(), "{lane}");
    }
}

#[test]
fn voids_every_cell_of_a_wrong_engine_and_exits_with_4() {
    let folder = folder();
    let plan = "run --engine wrong --starts 1 --budget 2s --batch 1,4";
    let output = run(folder.path(), &words(plan));
    assert_eq!(code(&output), 4, "{}", stderr(&output));
    let record = record(folder.path());
    let answering = list(&record["lanes"]).iter().filter(|lane| lane["answers"] == true);
    let answering: Vec<&Value> = answering.map(|lane| &lane["name"]).collect();
    let asked = list(&record["cells"]).iter().filter(|cell| answering.contains(&&cell["lane"]));
    each(asked, "void", |cell| cell["status"] == "void");
    says(&stdout(&output), &["do not use"]);
    // Said first of all, wherever one begins to read.
    let said = stderr(&output);
    says(said.lines().next().unwrap_or_default(), &["engine wrong", "wrong on purpose"]);
    let table = stdout(&output);
    says(table.lines().next().unwrap_or_default(), &["wrong on purpose"]);
}

#[test]
fn keeps_what_was_measured_when_interrupted_and_leaves_no_process() {
    let folder = folder();
    let mut child = tollgate(folder.path())
        .args(words("run --starts 50 --budget 60s --batch 1,4"))
        .stderr(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("starts");
    until_it_says(&mut child, "restart 2 of");
    let started = wait_for("drivers and callees", || {
        let started = processes::descendants(child.id());
        if started.is_empty() { None } else { Some(started) }
    });
    signal(&child, "-INT");
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(code(&output), 130);
    let record = record(folder.path());
    assert_eq!(record["progress"]["interrupted"], true);
    assert!(record["progress"]["starts_done"].as_u64() >= Some(1));
    assert!(!list(&record["visits"]).is_empty(), "what was measured is lost");
    assert!(folder.path().join("reports/out/report.html").exists());
    let left: Vec<u32> = started.into_iter().filter(|pid| processes::runs(*pid)).collect();
    assert_eq!(left, Vec::<u32>::new(), "these processes were left");
}
