//! `tollgate compare`: two records, a gate, and baselines by name.

use crate::support::{code, folder, record, run, stderr, stdout};
use serde_json::{Value, json};
use std::{fs, path::Path};

/// A run kept as the baseline `before`, and its record after a change, as `NAME.json`. Without
/// lanes against themselves: what the machine did in two seconds is not what is tested.
fn a_run(folder: &Path) {
    let arguments = [
        "run",
        "--lanes",
        "inproc,uds",
        "--starts",
        "3",
        "--budget",
        "2s",
        "--batch",
        "1,4",
        "--seed",
        "7",
    ];
    let output = run(folder, &[&arguments[..], &["--save", "before"]].concat());
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    assert!(stderr(&output).contains("compare --baseline before"), "{}", stderr(&output));
}

fn changed(folder: &Path, name: &str, change: impl FnOnce(&mut Value)) {
    let mut record = record(folder);
    record["contrasts"] = json!([]);
    steady(&mut record);
    change(&mut record);
    fs::write(folder.join(format!("{name}.json")), record.to_string()).expect("written");
}

/// Starts that scatter by 1 %: three short restarts on a busy machine leave everything open.
fn steady(record: &mut Value) {
    for cell in record["cells"].as_array_mut().expect("cells") {
        let starts = cell["starts"].as_array_mut().expect("starts");
        let first = starts.first().cloned().expect("a start");
        for (at, start) in starts.iter_mut().enumerate() {
            for key in ["p50_ns", "mean_ns"] {
                start[key] =
                    Value::from(first[key].as_f64().expect("measured") * (1.0 + 0.01 * at as f64));
            }
        }
    }
}

/// Every time of the record multiplied.
fn slower(record: &mut Value, factor: f64) {
    for cell in record["cells"].as_array_mut().expect("cells") {
        for start in cell["starts"].as_array_mut().expect("starts") {
            for key in ["p50_ns", "mean_ns"] {
                start[key] = Value::from(start[key].as_f64().expect("measured") * factor);
            }
        }
    }
}

fn cells_of<'r>(record: &'r mut Value, lane: &'r str) -> impl Iterator<Item = &'r mut Value> {
    record["cells"]
        .as_array_mut()
        .expect("cells")
        .iter_mut()
        .filter(move |cell| cell["lane"] == lane)
}

#[test]
fn a_gate_answers_by_its_exit_code_and_names_what_became_slower() {
    let folder = folder();
    a_run(folder.path());
    changed(folder.path(), "old", |_| ());
    changed(folder.path(), "slower", |record| slower(record, 1_000.0));
    let compare = |arguments: &[&str]| run(folder.path(), &[&["compare"], arguments].concat());
    let output = compare(&["old.json", "slower.json", "--fail-if-slower", "10%"]);
    assert_eq!(code(&output), 3, "{}{}", stdout(&output), stderr(&output));
    let said = stdout(&output);
    assert!(said.contains("Gate failed: slower by more than 10 %: uds, inproc."), "{said}");
    assert!(said.contains("figures compared,"), "{said}");
    // The baseline is the run itself, whatever it measured.
    let output = compare(&["--baseline", "before", "slower.json"]);
    assert_eq!(code(&output), 0, "without a gate nothing fails: {}", stderr(&output));
    let output =
        compare(&["slower.json", "old.json", "--fail-if-slower", "10%", "--format", "json"]);
    assert_eq!(code(&output), 0, "a thousandth of the time is not slower");
    let json: Value = serde_json::from_str(&stdout(&output)).expect("JSON alone");
    assert_eq!(json["gate"]["outcome"], "passed");
    let lines = stdout(&compare(&["old.json", "slower.json", "--format", "markdown"]))
        .lines()
        .count();
    assert!(lines <= 60, "{lines}");
}

#[test]
fn a_gate_that_cannot_tell_is_0_and_with_strict_4() {
    let folder = folder();
    a_run(folder.path());
    changed(folder.path(), "old", |_| ());
    let compare = |arguments: &[&str]| run(folder.path(), &[&["compare"], arguments].concat());
    // Three short restarts cannot exclude so little.
    let gate = ["old.json", "old.json", "--fail-if-slower", "0.001%"];
    let output = compare(&gate);
    assert_eq!(code(&output), 0);
    assert!(stdout(&output).contains("Cannot tell"), "{}", stdout(&output));
    assert_eq!(code(&compare(&[&gate[..], &["--strict"]].concat())), 4);
}

#[test]
fn a_lane_that_broke_is_said_in_every_format_and_fails_the_gate() {
    let folder = folder();
    a_run(folder.path());
    changed(folder.path(), "old", |_| ());
    changed(folder.path(), "broken", |record| {
        for cell in cells_of(record, "rust/uds/rust") {
            (cell["status"], cell["reason"], cell["starts"]) =
                (json!("missing"), json!("it died"), json!([]));
        }
    });
    for format in ["human", "markdown", "json"] {
        let compare = [
            "compare",
            "old.json",
            "broken.json",
            "--format",
            format,
            "--fail-if-slower",
            "1000%",
        ];
        let output = run(folder.path(), &compare);
        let said = stdout(&output);
        assert_eq!(code(&output), 3, "{format}: {said}");
        for words in ["uds", "all figures", "missing: it died"] {
            assert!(said.contains(words), "{format}: {said}");
        }
    }
    let output = run(folder.path(), &["compare", "old.json", "broken.json"]);
    assert_eq!(code(&output), 0, "without a gate nothing fails: {}", stderr(&output));
}

#[test]
fn a_record_that_must_not_be_used_is_said_aloud_and_makes_a_gate_4() {
    let folder = folder();
    a_run(folder.path());
    changed(folder.path(), "old", |_| ());
    changed(folder.path(), "wrong", |record| {
        for cell in cells_of(record, "rust/uds/rust") {
            (cell["status"], cell["starts"][0]["wrong"]) = (json!("void"), json!(1));
        }
    });
    for format in ["human", "markdown", "json"] {
        for records in [["old.json", "wrong.json"], ["wrong.json", "old.json"]] {
            let compare = [&["compare"], &records[..], &["--format", format]].concat();
            let output = run(folder.path(), &compare);
            assert!(
                stdout(&output).contains("record must not be used: "),
                "{format}: {}",
                stdout(&output)
            );
            assert_eq!(code(&output), 0, "no gate was asked for");
            let output =
                run(folder.path(), &[&compare[..], &["--fail-if-slower", "1000%"]].concat());
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
        record["tollgate"]["profile"] = json!("release")
    });
    changed(folder.path(), "short", |record| record["progress"]["starts_done"] = json!(1));
    let compare =
        |arguments: &[&str]| run(folder.path(), &[&["compare", "old.json"], arguments].concat());
    for (other, words) in
        [("other.json", "different build profiles"), ("short.json", "too few restarts")]
    {
        let output = compare(&[other]);
        assert_eq!(code(&output), 2, "{}", stdout(&output));
        assert!(stderr(&output).contains(words), "{}", stderr(&output));
    }
    let output = compare(&["other.json", "--force"]);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    assert!(stdout(&output).contains("different build profiles"), "{}", stdout(&output));
}

#[test]
fn what_cannot_be_compared_is_refused_with_the_cure() {
    let folder = folder();
    let refuses = |arguments: &[&str], words: &[&str]| {
        let output = run(folder.path(), &[&["compare"], arguments].concat());
        assert_eq!(code(&output), 2, "{}", stdout(&output));
        let said = stderr(&output);
        assert!(words.iter().all(|word| said.contains(word)), "{said}");
    };
    refuses(&["one.json"], &["two records are compared", "--baseline"]);
    refuses(&["a.json", "b.json"], &["a.json", "cannot be read"]);
    refuses(&["--baseline", "none", "b.json"], &["no baseline `none`", "run --save none"]);
    refuses(&["--baseline", "../x", "b.json"], &["no name for a baseline"]);
    refuses(&["a.json", "b.json", "--fail-if-slower", "much"], &["a percentage is needed"]);
}

#[test]
fn another_build_is_put_into_the_same_run() {
    let folder = folder();
    // The same program under another name.
    let other = folder.path().join("other");
    fs::copy(env!("CARGO_BIN_EXE_tollgate"), &other).expect("copied");
    let other = other.display().to_string();
    let arguments = [
        "run",
        "--lanes",
        "inproc,uds",
        "--starts",
        "2",
        "--budget",
        "4s",
        "--batch",
        "1,4",
    ];
    let output = run(folder.path(), &[&arguments[..], &["--against", &other]].concat());
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    assert!(stdout(&output).contains("This build against the other"), "{}", stdout(&output));
    let record = record(folder.path());
    let contrasts = record["contrasts"].as_array().expect("contrasts");
    let against: Vec<&Value> =
        contrasts.iter().filter(|contrast| contrast["kind"] == "against").collect();
    assert_eq!(against.len(), 2, "{contrasts:?}");
    assert!(
        against
            .iter()
            .all(|contrast| contrast["starts"].as_array().is_some_and(|starts| starts.len() >= 2))
    );
    assert!(
        !record.to_string().contains(&other),
        "the record holds the other program's path"
    );
}

#[test]
fn what_is_no_other_build_is_refused() {
    let folder = folder();
    let refuses = |other: &str, words: &str| {
        let output = run(folder.path(), &["run", "--against", other]);
        assert_eq!(code(&output), 2, "{}", stderr(&output));
        assert!(stderr(&output).contains(words), "{}", stderr(&output));
    };
    refuses("/nowhere/at/all", "No such file");
    refuses("/bin/true", "no tollgate program");
    refuses(&folder.path().display().to_string(), "without a Cargo.toml");
}

/// Twice the time in the caller, and twice the time in the callee: a self-test that does not find
/// that puts nothing in.
#[test]
fn a_self_test_finds_a_handicap_on_either_side() {
    let folder = folder();
    let arguments = [
        "selftest",
        "--quick",
        "--lanes",
        "uds",
        "--comparisons",
        "0",
        "--handicaps",
        "100",
        "--format",
        "json",
    ];
    let output = run(folder.path(), &arguments);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    let json: Value = serde_json::from_str(&stdout(&output)).expect("JSON alone");
    assert_eq!(
        (&json["handicaps"]["100%"]["tried"], &json["handicaps"]["100%"]["found"]),
        (&2.into(), &2.into()),
        "{json}"
    );
    let trials = json["trials"].as_array().expect("trials");
    for side in ["caller", "callee"] {
        let ratio = trials
            .iter()
            .find(|trial| trial["in"] == side)
            .and_then(|trial| trial["ratio"].as_f64());
        assert!(ratio.is_some_and(|ratio| (1.5..4.0).contains(&ratio)), "{side}: {ratio:?}");
    }
}

#[test]
fn a_lane_that_cannot_carry_a_handicap_is_refused() {
    let folder = folder();
    for lane in ["inproc", "null"] {
        let output = run(folder.path(), &["selftest", "--quick", "--lanes", lane]);
        assert_eq!(code(&output), 2, "{lane}");
        assert!(stderr(&output).contains("cannot carry a handicap"), "{}", stderr(&output));
    }
}
