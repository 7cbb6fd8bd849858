//! Drivers of an earlier version of the protocol stay lanes, and a driver of today answers an
//! earlier coordinator.

use crate::support::{
    OwnLane, code, each, folder, python, record, run, says, skip, stderr, succeeds, those,
    unwrapped, words,
};
use serde_json::{Value, json};
use std::{
    fs,
    io::{BufRead, BufReader, Write},
    path::Path,
    process::{Command, Stdio},
};

const PROGRAM: &str = env!("CARGO_BIN_EXE_tollgate");
/// A driver that was written for version 1, and knows no other.
const DRIVER: &str = include_str!("support/version_1_driver.py");

/// A file with a lane whose caller is the old driver.
fn old_lane(folder: &Path, python: &str) -> String {
    let script = folder.join("driver.py");
    fs::write(&script, DRIVER).expect("written");
    let script = script.display().to_string();
    let (drive, serve) = (&[python, script.as_str()], &[PROGRAM, "serve"]);
    let more = "codec = \"json\"\ncarrier = \"uds-json\"";
    let file = OwnLane { caller: "old", drive, serve, more }.write(folder);
    let text = fs::read_to_string(&file).expect("written above");
    let text = text.replace("transport = \"uds\"", "transport = \"uds-json\"");
    fs::write(&file, text).expect("written");
    file
}

#[test]
fn a_run_over_a_driver_of_version_1_gives_figures() {
    let Some(python) = python() else { return skip("install Python 3.9 or later") };
    let folder = folder();
    let file = old_lane(folder.path(), &python.display().to_string());
    let plan = "run --lanes old*,uds-json --starts 2 --budget 1s --batch 1 --engine stub \
        --placement one --max-results 10,20 --lanes-file";
    succeeds(folder.path(), &[&words(plan)[..], &[&file]].concat());
    let record = record(folder.path());
    // Beside those of the lanes that every run measures.
    let of = |lane: &str| those(&record["cells"], "lane", lane);
    let cells = [of("old/uds-json/mine"), of("rust/uds-json/rust")].concat();
    assert_eq!(cells.len(), 4, "{cells:?}");
    each(&cells, "measured", |cell| cell["status"] == "measured");
    says(&record["lanes"].to_string(), &["old/uds-json/mine"]);
}

#[test]
fn a_run_of_bytes_leaves_a_driver_of_version_1_out_and_names_the_cure() {
    let Some(python) = python() else { return skip("install Python 3.9 or later") };
    let folder = folder();
    let file = old_lane(folder.path(), &python.display().to_string());
    let plan = "run --workload bytes --size 64 --lanes old*,uds-json --starts 2 --budget 1s \
        --lanes-file";
    let output = run(folder.path(), &[&words(plan)[..], &[&file]].concat());
    assert_eq!(code(&output), 1, "{}", stderr(&output));
    let said = unwrapped(&stderr(&output));
    says(&said, &["old/uds-json/mine", "version 1", "bring it to version 2"]);
    let record = record(folder.path());
    for (lane, status) in [("old/uds-json/mine", "missing"), ("rust/uds-json/rust", "measured")] {
        let cells = those(&record["cells"], "lane", lane);
        assert!(!cells.is_empty(), "{lane}");
        for cell in cells {
            assert_eq!(cell["status"], status, "{cell}");
        }
    }
}

/// What the driver of this program answers to these lines.
fn answers(lines: &[Value]) -> Vec<Value> {
    let mut driver = Command::new(PROGRAM)
        .arg("drive")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("it starts");
    let mut orders = driver.stdin.take().expect("piped");
    for line in lines {
        writeln!(orders, "{line}").expect("it reads");
    }
    let said = BufReader::new(driver.stdout.take().expect("piped")).lines().take(lines.len());
    let read = |line: std::io::Result<String>| {
        serde_json::from_str(&line.expect("it answers")).expect("JSON")
    };
    let said = said.map(read).collect();
    drop(orders);
    assert!(driver.wait().expect("it ends").success());
    said
}

/// A golden file of one line, and orders that open a lane and visit it, its size by this name.
fn open_and_visit(golden: &Path, name: &str, more: &Value) -> [Value; 2] {
    let ids: Vec<String> = (0..10).map(|id| format!("product_{id}")).collect();
    let line = json!({ "user_id": "user_1", "max_results": 10, "product_ids": ids });
    fs::write(golden, format!("{line}\n")).expect("written");
    let open = json!({ "op": "open", "id": 1, "transport": "inproc", "endpoint": "",
        "engine": "stub", "deadline_ms": 5_000, "golden": golden });
    let mut visit = json!({ "op": "visit", "id": 1, "mode": "chatty", "items": 1, "first": 0,
        "lead_in_calls": 1, "lead_in_ms": 1, "limit_ms": 2, "group": null });
    visit[name] = json!(3);
    for (key, value) in more.as_object().expect("an object") {
        visit[key] = value.clone();
    }
    [open, visit]
}

#[test]
fn the_driver_answers_a_coordinator_of_version_1_in_its_words() {
    let folder = folder();
    let golden = folder.path().join("golden.jsonl");
    for (protocol, name, other) in [(1, "max_results", "size"), (2, "size", "max_results")] {
        let hello = json!({ "op": "hello", "protocol": protocol });
        let [open, visit] = open_and_visit(&golden, name, &json!({}));
        let [_, unknown] = open_and_visit(&golden, other, &json!({}));
        let said = answers(&[hello, open, visit, unknown]);
        assert_eq!(said[0]["protocol"], protocol);
        assert_eq!((&said[2]["ok"], &said[2]["wrong"]), (&json!(true), &json!(0)), "{said:?}");
        assert_eq!(said[3]["kind"], "malformed", "{said:?}");
    }
    let hello = answers(&[json!({ "op": "hello", "protocol": 3 })]);
    assert_eq!(hello[0]["kind"], "unsupported");
}

#[test]
fn what_is_reserved_for_later_is_unsupported() {
    let folder = folder();
    let golden = folder.path().join("golden.jsonl");
    let later = [("kind", "one-way"), ("kind", "callback"), ("workload", "predict")];
    for (key, value) in later {
        let [open, visit] = open_and_visit(&golden, "size", &json!({ key: value }));
        let said = answers(&[open, visit]);
        assert_eq!(said[1]["kind"], "unsupported", "{said:?}");
        says(&said[1]["detail"].to_string(), &[value]);
    }
}
