//! `tollgate compare`: two records, a gate, and baselines by name.

use crate::support::{
    code, folder, list, record, refuses, run, says, some, stderr, stdout, succeeds, those, words,
};
use serde_json::{Value, json};
use std::{fs, path::Path, process::Output};

/// A run kept as the baseline `before`.
fn a_run(folder: &Path) {
    let plan = "run --lanes inproc,uds --starts 3 --budget 2s --batch 1,4 --seed 7 --save before";
    let output = succeeds(folder, &words(plan));
    says(&stderr(&output), &["compare --baseline before"]);
}

/// The record of the run after a change, as `NAME.json`. Without lanes against themselves: what the
/// machine did in two seconds is not what is tested.
fn changed(folder: &Path, name: &str, change: impl FnOnce(&mut Value)) {
    let mut record = record(folder);
    record["contrasts"] = json!([]);
    steady(&mut record);
    change(&mut record);
    fs::write(folder.join(format!("{name}.json")), record.to_string()).expect("written");
}

/// Starts that scatter by 1 %: three short restarts on a busy machine leave everything open.
fn steady(record: &mut Value) {
    for starts in starts_of(record) {
        let first = starts.first().cloned().expect("a start");
        for (at, start) in starts.iter_mut().enumerate() {
            for key in TIMES {
                let ns = first[key].as_f64().expect("measured");
                start[key] = json!(ns * (1.0 + 0.01 * at as f64));
            }
        }
    }
}

/// Every time of the record multiplied.
fn slower(record: &mut Value, factor: f64) {
    for start in starts_of(record).into_iter().flatten() {
        for key in TIMES {
            start[key] = json!(start[key].as_f64().expect("measured") * factor);
        }
    }
}

const TIMES: [&str; 2] = ["p50_ns", "mean_ns"];

fn cells(record: &mut Value) -> &mut Vec<Value> {
    record["cells"].as_array_mut().expect("cells")
}

fn starts_of(record: &mut Value) -> Vec<&mut Vec<Value>> {
    let starts = cells(record)
        .iter_mut()
        .map(|cell| cell["starts"].as_array_mut().expect("starts"));
    some(starts, "cells")
}

fn cells_of<'r>(record: &'r mut Value, lane: &str) -> Vec<&'r mut Value> {
    some(
        cells(record).iter_mut().filter(|cell| cell["lane"] == lane),
        "cells of the lane",
    )
}

/// `tollgate compare` with these words, and more.
fn compare(folder: &Path, line: &str, more: &[&str]) -> Output {
    run(folder, &[&["compare"], &words(line)[..], more].concat())
}

#[test]
fn a_gate_answers_by_its_exit_code_and_names_what_became_slower() {
    let folder = folder();
    a_run(folder.path());
    changed(folder.path(), "old", |_| ());
    changed(folder.path(), "slower", |record| slower(record, 1_000.0));
    let output = compare(folder.path(), "old.json slower.json --fail-if-slower 10%", &[]);
    assert_eq!(code(&output), 3, "{}{}", stdout(&output), stderr(&output));
    // Each with its placement.
    let failed = "Gate failed: slower by more than 10 %: uds ";
    says(&stdout(&output), &[failed, ", inproc ", "figures compared,"]);
    // The baseline is the run itself, whatever it measured.
    let output = compare(folder.path(), "--baseline before slower.json", &[]);
    assert_eq!(code(&output), 0, "without a gate nothing fails: {}", stderr(&output));
    let faster = "slower.json old.json --fail-if-slower 10% --format json";
    let output = compare(folder.path(), faster, &[]);
    assert_eq!(code(&output), 0, "a thousandth of the time is not slower");
    let json: Value = serde_json::from_str(&stdout(&output)).expect("JSON alone");
    assert_eq!(json["gate"]["outcome"], "passed");
    let output = compare(folder.path(), "old.json slower.json --format markdown", &[]);
    let lines = stdout(&output).lines().count();
    assert!((5..=60).contains(&lines), "{lines}");
}

#[test]
fn a_gate_that_cannot_tell_is_4_and_0_where_it_is_lenient() {
    let folder = folder();
    a_run(folder.path());
    changed(folder.path(), "old", |_| ());
    // Three short restarts cannot exclude so little.
    let gate = "old.json old.json --fail-if-slower 0.001%";
    let output = compare(folder.path(), gate, &["--lenient"]);
    assert_eq!(code(&output), 0);
    says(&stdout(&output), &["Cannot tell"]);
    assert_eq!(code(&compare(folder.path(), gate, &[])), 4);
    assert_eq!(code(&compare(folder.path(), gate, &["--strict"])), 4, "the default of before");
}

#[test]
fn a_lane_that_broke_is_said_in_every_format_and_fails_the_gate() {
    let folder = folder();
    a_run(folder.path());
    changed(folder.path(), "old", |_| ());
    changed(folder.path(), "broken", |record| {
        for cell in cells_of(record, "rust/uds/rust") {
            cell["status"] = json!("missing");
            cell["reason"] = json!("it died");
            cell["starts"] = json!([]);
        }
    });
    for format in ["human", "markdown", "json"] {
        let gate = "old.json broken.json --fail-if-slower 1000% --format";
        let output = compare(folder.path(), gate, &[format]);
        assert_eq!(code(&output), 3, "{format}: {}", stdout(&output));
        says(&stdout(&output), &["uds", "all figures", "missing: it died"]);
    }
    let output = compare(folder.path(), "old.json broken.json", &[]);
    assert_eq!(code(&output), 0, "without a gate nothing fails: {}", stderr(&output));
}

#[test]
fn a_record_that_must_not_be_used_is_said_aloud_and_makes_a_gate_4() {
    let folder = folder();
    a_run(folder.path());
    changed(folder.path(), "old", |_| ());
    changed(folder.path(), "wrong", |record| {
        for cell in cells_of(record, "rust/uds/rust") {
            cell["status"] = json!("void");
            cell["starts"][0]["wrong"] = json!(1);
        }
    });
    for format in ["human", "markdown", "json"] {
        for records in ["old.json wrong.json --format", "wrong.json old.json --format"] {
            let output = compare(folder.path(), records, &[format]);
            says(&stdout(&output), &["record must not be used: "]);
            assert_eq!(code(&output), 0, "no gate was asked for");
            let gate = [format, "--fail-if-slower", "1000%"];
            let output = compare(folder.path(), records, &gate);
            assert_eq!(code(&output), 4, "{format}: {}", stdout(&output));
        }
    }
}

#[test]
fn records_of_different_profiles_or_of_one_restart_are_refused_with_the_cure() {
    let folder = folder();
    a_run(folder.path());
    changed(folder.path(), "old", |_| ());
    changed(folder.path(), "other", |record| {
        record["tollgate"]["profile"] = json!("release");
    });
    changed(folder.path(), "short", |record| record["progress"]["starts_done"] = json!(1));
    let profiles = ["different build profiles"];
    refuses(folder.path(), &["compare", "old.json", "other.json"], &profiles);
    refuses(folder.path(), &["compare", "old.json", "short.json"], &["too few restarts"]);
    let output = compare(folder.path(), "old.json other.json --force", &[]);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    says(&stdout(&output), &profiles);
}

#[test]
fn what_cannot_be_compared_is_refused_with_the_cure() {
    let folder = folder();
    let refuses = |line: &str, said: &[&str]| refuses(folder.path(), &words(line), said);
    refuses("compare one.json", &["two records are compared", "--baseline"]);
    refuses("compare a.json b.json", &["a.json", "cannot be read"]);
    let none = ["no baseline `none`", "run --save none"];
    refuses("compare --baseline none b.json", &none);
    refuses("compare --baseline ../x b.json", &["invalid baseline name"]);
    let much = "compare a.json b.json --fail-if-slower much";
    refuses(much, &["a percentage is needed"]);
}

#[test]
fn another_build_is_put_into_the_same_run() {
    let folder = folder();
    // The same program under another name.
    let other = folder.path().join("other");
    fs::copy(env!("CARGO_BIN_EXE_tollgate"), &other).expect("copied");
    let other = other.display().to_string();
    let plan = words("run --lanes inproc,uds --starts 2 --budget 4s --batch 1,4 --placement one");
    let output = succeeds(folder.path(), &[&plan[..], &["--against", &other]].concat());
    says(&stdout(&output), &["This build against the other"]);
    let record = record(folder.path());
    let against = those(&record["contrasts"], "kind", "against");
    assert_eq!(against.len(), 2, "{against:?}");
    for contrast in against {
        assert!(list(&contrast["starts"]).len() >= 2, "{contrast}");
    }
    assert!(
        !record.to_string().contains(&other),
        "the other program's path is in the record"
    );
}

#[test]
fn what_is_no_other_build_is_refused() {
    let folder = folder();
    let refuses =
        |other: &str, said: &str| refuses(folder.path(), &["run", "--against", other], &[said]);
    refuses("/nowhere/at/all", "No such file");
    refuses("/bin/true", "no tollgate program");
    refuses(&folder.path().display().to_string(), "without a Cargo.toml");
}

/// Twice the time in the caller, and twice the time in the callee: a self-test that does not find
/// that puts nothing in.
#[test]
fn a_self_test_finds_a_handicap_on_either_side() {
    let plan = "selftest --quick --lanes uds --comparisons 0 --handicaps 100 --format json";
    let output = succeeds(folder().path(), &words(plan));
    let json: Value = serde_json::from_str(&stdout(&output)).expect("JSON alone");
    let handicaps = &json["handicaps"]["100%"];
    assert_eq!((&handicaps["tried"], &handicaps["found"]), (&2.into(), &2.into()), "{json}");
    for side in ["caller", "callee"] {
        for trial in those(&json["trials"], "in", side) {
            let ratio = trial["ratio"].as_f64().expect("measured");
            assert!((1.5..4.0).contains(&ratio), "{side}: {ratio}");
        }
    }
}

#[test]
fn a_lane_that_cannot_carry_a_handicap_is_refused() {
    let folder = folder();
    for lane in ["inproc", "null"] {
        let selftest = ["selftest", "--quick", "--lanes", lane];
        refuses(folder.path(), &selftest, &["cannot carry a handicap"]);
    }
}
