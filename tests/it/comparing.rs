//! `tollgate compare`: two records, a gate, and baselines by name.

use crate::support::{code, folder, record, run, stderr, stdout};
use serde_json::Value;
use std::{fs, path::Path};

/// A run, and a copy of its record in which every time is multiplied.
fn two_records(folder: &Path, factor: f64) {
    let arguments =
        ["run", "--lanes", "inproc,uds", "--starts", "3", "--budget", "2s", "--batch", "1,4", "--seed", "7"];
    let output = run(folder, &[&arguments[..], &["--save", "before"]].concat());
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    assert!(stderr(&output).contains("compare --baseline before"), "{}", stderr(&output));
    let mut slower = record(folder);
    for cell in slower["cells"].as_array_mut().expect("cells") {
        for start in cell["starts"].as_array_mut().expect("starts") {
            for key in ["p50_ns", "mean_ns"] {
                start[key] = Value::from(start[key].as_f64().expect("measured") * factor);
            }
        }
    }
    fs::write(folder.join("slower.json"), slower.to_string()).expect("written");
}

#[test]
fn a_gate_answers_by_its_exit_code_and_names_what_became_slower() {
    let folder = folder();
    two_records(folder.path(), 1_000.0);
    let compare = |arguments: &[&str]| run(folder.path(), &[&["compare"], arguments].concat());
    let old = "reports/out/record.json";
    let output = compare(&[old, "slower.json", "--fail-if-slower", "10%"]);
    assert_eq!(code(&output), 3, "{}{}", stdout(&output), stderr(&output));
    assert!(
        stdout(&output).contains("Gate failed") && stdout(&output).contains("uds"),
        "{}",
        stdout(&output)
    );
    let output = compare(&["--baseline", "before", "slower.json"]);
    assert_eq!(code(&output), 0, "without a gate nothing fails: {}", stderr(&output));
    let output = compare(&["slower.json", old, "--fail-if-slower", "10%", "--format", "json"]);
    assert_eq!(code(&output), 0, "a thousandth of the time is not slower");
    let json: Value = serde_json::from_str(&stdout(&output)).expect("JSON alone");
    assert_eq!(json["gate"]["outcome"], "passed");
    let lines = stdout(&compare(&[old, "slower.json", "--format", "markdown"])).lines().count();
    assert!(lines <= 60, "{lines}");
}

#[test]
fn a_gate_that_cannot_tell_is_0_and_with_strict_4() {
    let folder = folder();
    two_records(folder.path(), 1.0);
    let compare = |arguments: &[&str]| run(folder.path(), &[&["compare"], arguments].concat());
    // Three short restarts cannot exclude so little.
    let gate = ["reports/out/record.json", "slower.json", "--fail-if-slower", "0.001%"];
    let output = compare(&gate);
    assert_eq!(code(&output), 0);
    assert!(stdout(&output).contains("Cannot tell"), "{}", stdout(&output));
    assert_eq!(code(&compare(&[&gate[..], &["--strict"]].concat())), 4);
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
    let arguments = ["run", "--lanes", "inproc,uds", "--starts", "2", "--budget", "4s", "--batch", "1,4"];
    let output = run(folder.path(), &[&arguments[..], &["--against", &other]].concat());
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    assert!(stdout(&output).contains("This build against the other"), "{}", stdout(&output));
    let record = record(folder.path());
    let contrasts = record["contrasts"].as_array().expect("contrasts");
    let against: Vec<&Value> = contrasts.iter().filter(|contrast| contrast["kind"] == "against").collect();
    assert_eq!(against.len(), 2, "{contrasts:?}");
    assert!(
        against.iter().all(|contrast| contrast["starts"].as_array().is_some_and(|starts| starts.len() >= 2))
    );
    assert!(!record.to_string().contains(&other), "the record holds the other program's path");
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
