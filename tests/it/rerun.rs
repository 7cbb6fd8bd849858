//! `tollgate rerun`, and one record against another in `tollgate report`.

use crate::support::{
    code, each, folder, list, record, refuses, run, says, some, stderr, stdout, succeeds, words,
};
use serde_json::{Value, json};
use std::{fs, path::Path};

fn a_run(folder: &Path) {
    let short = "run --lanes inproc,uds --starts 2 --budget 1s --batch 1,4 --seed 7";
    succeeds(folder, &words(short));
}

/// The record of the run after a change, as a file of this name.
fn changed(folder: &Path, name: &str, change: impl FnOnce(&mut Value)) -> String {
    let mut record = record(folder);
    change(&mut record);
    fs::write(folder.join(name), record.to_string()).expect("written");
    name.to_owned()
}

fn json_of(path: &Path) -> Value {
    serde_json::from_str(&fs::read_to_string(path).expect("written")).expect("JSON")
}

#[test]
fn a_report_repeats_its_plan_and_shows_both_runs_side_by_side() {
    let folder = folder();
    a_run(folder.path());
    // Lying in the way: what it says is not part of the plan that is repeated.
    fs::write(folder.path().join("tollgate.toml"), "starts = 9\nbatch = [2]\n").expect("written");
    let rerun = words("rerun reports/out/report.html --out again --label here");
    let said = stdout(&succeeds(folder.path(), &rerun));
    says(&said, &["new : old, 99 % interval"]);
    assert!(said.trim_end().ends_with("again/comparison.html"), "{said}");
    let again = folder.path().join("again");
    let (old, new) = (record(folder.path()), json_of(&again.join("record.json")));
    for key in ["command", "seed", "plan"] {
        assert!(!old[key].is_null(), "{key}");
        assert_eq!(old[key], new[key], "{key}");
    }
    assert_eq!(new["environment"]["label"], "here");
    let page = fs::read_to_string(again.join("comparison.html")).expect("written");
    let figures = "figures that both runs have";
    says(&page, &["What changed between two runs", "<td>here</td>", figures, "inproc"]);
    assert!(again.join("report.html").exists());
}

#[test]
fn a_dry_rerun_measures_nothing() {
    let folder = folder();
    a_run(folder.path());
    let rerun = words("rerun reports/out/record.json --lanes inproc --dry-run");
    let said = stdout(&succeeds(folder.path(), &rerun));
    says(&said, &["inproc"]);
    assert!(!said.contains("uds"), "{said}");
    assert!(!folder.path().join("reports/rerun").exists());
}

/// A dry rerun of a record with this change ends with this code and these words.
#[track_caller]
fn is_refused(exit: i32, words: &[&str], change: impl FnOnce(&mut Value)) {
    let folder = folder();
    a_run(folder.path());
    let file = changed(folder.path(), "changed.json", change);
    let output = run(folder.path(), &["rerun", &file, "--dry-run"]);
    assert_eq!(code(&output), exit, "{}", stderr(&output));
    says(&stderr(&output), words);
}

#[test]
fn a_plan_with_a_lane_that_is_not_known_here_is_refused_with_the_cure() {
    let cure = "--lanes rust/inproc/rust,rust/uds/rust";
    is_refused(5, &["cobol/uds/rust is not known here", cure], |record| {
        let lanes = record["plan"]["lanes"].as_array_mut().expect("lanes");
        lanes.push(json!("cobol/uds/rust"));
    });
}

#[test]
fn a_plan_over_data_that_are_not_in_the_record_is_refused_with_the_cure() {
    is_refused(2, &["digest abc", "--products, --users and --trace"], |record| {
        record["data"]["own_files"] = json!(true);
        record["data"]["digest"] = json!("abc");
    });
}

#[test]
fn a_plan_over_a_callee_that_the_user_named_is_refused_with_the_cure() {
    is_refused(2, &["--endpoint uds=ENDPOINT", "or leave the lane out"], |record| {
        let lanes = record["lanes"].as_array_mut().expect("lanes");
        for lane in some(lanes.iter_mut().filter(|lane| lane["short"] == "uds"), "lane uds") {
            lane["given_endpoint"] = json!(true);
        }
    });
}

#[test]
fn a_command_that_is_not_understood_is_refused_with_the_cure() {
    is_refused(2, &["--frobnicate", "flags of your own"], |record| {
        record["command"] = json!("tollgate run --frobnicate");
    });
}

#[test]
fn a_report_without_its_record_names_the_file_beside_it() {
    let folder = folder();
    fs::write(folder.path().join("report.html"), "<!doctype html><p>too large").expect("written");
    fs::write(folder.path().join("record.json"), "{}").expect("written");
    for command in ["rerun report.html", "report report.html", "compare report.html x"] {
        let said = ["carries no record", "record.json is there"];
        refuses(folder.path(), &words(command), &said);
    }
}

/// A run, and `slower.json`, whose times are a million times as long.
fn a_run_and_a_slower_one(folder: &Path) {
    a_run(folder);
    changed(folder, "slower.json", |record| {
        let cells = record["cells"].as_array_mut().expect("cells").iter_mut();
        for start in cells.flat_map(|cell| cell["starts"].as_array_mut().expect("starts")) {
            for key in ["p50_ns", "mean_ns"] {
                start[key] = json!(start[key].as_f64().expect("measured") * 1e6);
            }
        }
    });
}

/// The one against the other, but for the format.
const AGAINST: &str = "report slower.json --against reports/out/record.json --format";

#[test]
fn a_record_is_set_against_an_earlier_one_in_every_format_for_people() {
    let folder = folder();
    a_run_and_a_slower_one(folder.path());
    for (format, said) in [
        ("human", "new : old"),
        ("markdown", "## What changed"),
        ("html", "What changed between two runs"),
    ] {
        let output = succeeds(folder.path(), &[&words(AGAINST)[..], &[format]].concat());
        says(&stdout(&output), &[said]);
    }
}

#[test]
fn a_record_is_set_against_an_earlier_one_in_json_and_not_in_csv() {
    let folder = folder();
    a_run_and_a_slower_one(folder.path());
    let output = succeeds(folder.path(), &[&words(AGAINST)[..], &["json"]].concat());
    let json: Value = serde_json::from_str(&stdout(&output)).expect("JSON alone");
    // The record that is named first is the later one.
    each(list(&json["changes"]), "slower", |change| change["ratio"].as_f64() > Some(1e3));
    let cure = ["take one of human, html, markdown, json"];
    refuses(folder.path(), &[&words(AGAINST)[..], &["csv"]].concat(), &cure);
}

/// The page of a run in this format.
fn rendered(folder: &Path, format: &str) -> Vec<u8> {
    succeeds(folder, &["report", "reports/out/report.html", "--format", format]).stdout
}

#[test]
fn a_card_is_a_picture_and_csv_tables_have_their_units() {
    let folder = folder();
    a_run(folder.path());
    assert_eq!(rendered(folder.path(), "card")[..8], b"\x89PNG\r\n\x1a\n"[..]);
    for (format, column) in [
        ("csv", "p50_ns"),
        ("figures-csv", "confidence"),
        ("contrasts-csv", "first_p50_ns"),
        ("stages-csv", "codec_ns"),
        ("resources-csv", "caller_user_ms"),
    ] {
        let table = String::from_utf8(rendered(folder.path(), format)).expect("text");
        let head = table.lines().next().expect("a heading");
        assert!(head.split(',').any(|name| name == column), "{format}: {table}");
        says(&table, &["rust/uds/rust"]);
    }
}
