//! Bad input: one clear line on stderr that names the cure, the right exit code, nothing measured
//! and nothing lost.

use crate::support::{code, folder, run, says, stderr, stdout, succeeds, tollgate};
use std::{fs, path::Path};

/// Runs `tollgate` and expects exit code 2 with these words in one line of stderr.
#[track_caller]
fn refuses(arguments: &[&str], words: &[&str]) {
    let folder = folder();
    let said = crate::support::refuses(folder.path(), arguments, words);
    assert_eq!(said.trim().lines().count(), 1, "{said}");
    assert!(!folder.path().join("reports").exists(), "something was written");
}

/// Writes a file for the program to read, and gives its path.
fn file(folder: &Path, name: &str, content: &[u8]) -> String {
    let path = folder.join(name);
    fs::write(&path, content).expect("written");
    path.display().to_string()
}

#[test]
fn refuses_sizes_that_make_no_sense() {
    refuses(&["run", "--batch", "0"], &["batch 0", "1 to 1024"]);
    refuses(&["run", "--batch", "1,-4"], &["`1` has no sign", "every item + or -"]);
    refuses(&["run", "--batch", "1,1000000"], &["batch 1000000", "1 to 1024"]);
    refuses(&["run", "--batch", "many"], &["batch many", "whole number"]);
    refuses(&["run", "--size", "0"], &["size 0", "1 to 1000"]);
    refuses(&["run", "--max-results", "-1"], &["size -1"]);
    refuses(&["run", "--starts", "0"], &["starts 0"]);
    refuses(&["run", "--budget", "5"], &["budget 5", "90s or 5m"]);
}

#[test]
fn refuses_a_precision_that_makes_no_sense() {
    for text in ["0%", "-3%", "1000%", "3"] {
        refuses(&["run", "--precision", text], &[&format!("precision {text}"), "as in 3%"]);
    }
    refuses(
        &["run", "--precision", "3%", "--starts", "5"],
        &["--starts with --precision", "leave one of them out"],
    );
    refuses(&["run", "--order", "fixd"], &["no order `fixd`", "Did you mean fixed?"]);
}

#[test]
fn suggests_the_nearest_lane_mode_and_engine() {
    refuses(
        &["run", "--lanes", "inprok"],
        &["no lane, role or set `inprok`", "Did you mean inproc?", "tollgate list"],
    );
    refuses(&["run", "--modes", "batch"], &["no mode `batch`", "Did you mean batched?"]);
    refuses(
        &["run", "--engine", "catalogue"],
        &["no engine `catalogue`", "Did you mean catalog?"],
    );
    refuses(&["serve", "inprok"], &["Did you mean inproc?"]);
}

#[test]
fn refuses_an_endpoint_of_a_lane_that_has_none_by_the_name_of_the_lane() {
    for lane in ["inproc", "null"] {
        let words = [lane, "has none", "leave it out"];
        refuses(&["call", lane, "--endpoint", "unix:/x"], &words);
        let run = ["run", "--lanes", lane, "--endpoint", &format!("{lane}=unix:/x")];
        refuses(&run, &words);
    }
}

#[test]
fn a_dry_run_refuses_another_build_that_is_not_there() {
    refuses(&["run", "--dry-run", "--against", "nope"], &["--against nope", "No such file"]);
}

#[test]
fn commands_for_the_program_itself_are_not_suggested() {
    let folder = folder();
    let said = |word: &str| stderr(&run(folder.path(), &[word]));
    assert!(said("rerum").contains("'rerun'"), "{}", said("rerum"));
    assert!(!said("advise").contains("drive"), "{}", said("advise"));
}

#[test]
fn names_the_unknown_key_of_a_plan_and_its_line() {
    let folder = folder();
    file(folder.path(), "tollgate.toml", b"# mine\nbudget = \"2m\"\nbatchs = [1]\n");
    let words = ["tollgate.toml line 3", "unknown field `batchs`", "Did you mean batch?"];
    crate::support::refuses(folder.path(), &["run"], &words);
}

#[test]
fn refuses_files_that_do_not_fit() {
    let folder = folder();
    let file = |name: &str, content: &[u8]| file(folder.path(), name, content);
    refuses(&["run", "--catalog", "/nowhere.npy"], &["cannot read /nowhere.npy"]);
    let text = file("text.npy", b"hello");
    refuses(&["run", "--products", &text], &["products: not a .npy file", "numpy.save"]);
    let bad = file("bad.jsonl", b"{\"user_id\":1}\n");
    refuses(&["run", "--trace", &bad], &["bad.jsonl: line 1"]);
    let negative = file("negative.jsonl", b"{\"user_id\":\"u\",\"max_results\":-3}\n");
    refuses(&["run", "--trace", &negative], &["request 1: max_results is -3"]);
    let empty = file("empty.jsonl", b"\n");
    refuses(&["run", "--trace", &empty], &["no request in it"]);
}

#[test]
fn refuses_records_that_cannot_be_read() {
    let folder = folder();
    let file = |name: &str, content: &[u8]| file(folder.path(), name, content);
    refuses(&["report", "/nowhere.json"], &["/nowhere.json"]);
    let broken = file("broken.json", b"{\"format\": \"tollgate-record\", \"version\": 1,");
    refuses(&["report", &broken], &["broken.json", "line 1"]);
    let newer = file("newer.json", b"{\"format\": \"tollgate-record\", \"version\": 999}");
    refuses(&["report", &newer], &["999"]);
    refuses(&["report", &file("other.html", b"<html></html>")], &["other.html"]);
}

#[test]
fn finds_out_before_measuring_that_it_cannot_write() {
    let folder = folder();
    let mine = file(folder.path(), "a-file", b"mine");
    let output = run(folder.path(), &["run", "--out", &format!("{mine}/below")]);
    assert_eq!(code(&output), 2);
    let said = stderr(&output);
    says(&said, &["cannot write into", "--out"]);
    assert!(!said.contains("restart"), "{said}");
    assert_eq!(fs::read(&mine).expect("still there"), b"mine");
}

#[test]
fn refuses_words_it_does_not_know_and_helps_those_who_ask() {
    let folder = folder();
    assert_eq!(code(&run(folder.path(), &["--no-such-flag"])), 2);
    let help = run(folder.path(), &["--help"]);
    assert_eq!(code(&help), 0);
    let said = stdout(&help);
    let named =
        |command: &str| said.lines().any(|line| line.split_whitespace().next() == Some(command));
    for command in ["run", "report", "call", "serve", "list", "doctor"] {
        assert!(named(command), "{command}: {said}");
    }
}

#[test]
fn says_that_a_lane_asked_for_by_name_is_unavailable() {
    // No peer's language is on an empty PATH.
    let output = tollgate(folder().path())
        .env("PATH", "")
        .args(["run", "--lanes", "python/ctypes/c"])
        .output()
        .expect("starts");
    assert_eq!(code(&output), 5, "{}", stderr(&output));
    says(&stderr(&output), &["install Python"]);
}

#[test]
fn completions_know_the_lanes_of_each_argument_that_takes_some() {
    let shells = ["bash", "zsh"].map(|shell| {
        let output = succeeds(folder().path(), &["completions", shell]);
        stdout(&output)
    });
    for said in &shells {
        says(said, &["grpc-uds", "rest-lean", "ffi-rust"]);
    }
    let of_serve = shells[0].split("tollgate__subcmd__serve)").nth(1).expect("its options");
    says(of_serve.split(";;").next().unwrap_or_default(), &["grpc-uds"]);
}

#[test]
fn a_language_that_is_missing_is_said_in_one_line_with_its_cure() {
    let folder = folder();
    for line in ["list", "doctor", "run --dry-run --lanes all"] {
        let mut command = tollgate(folder.path());
        let output = command.args(line.split(' ')).env("PATH", "/nowhere").output();
        let output = output.expect("starts");
        assert_eq!(code(&output), 0, "{line}: {}", stderr(&output));
        let said = format!("{}{}", stdout(&output), stderr(&output));
        let said = crate::support::unwrapped(&said);
        let missing = "lanes cannot run here (python/";
        assert_eq!(said.matches(missing).count(), 1, "{line}: {said}");
        says(&said, &["python3 is not installed; install Python 3.9 or later"]);
    }
}
