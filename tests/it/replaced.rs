//! Files that are replaced while a run goes on, as `cargo build` in another shell does: a program
//! is held and goes on as it was, and what cannot be held voids its lane.

use crate::support::{
    OwnLane, code, each, folder, list, record, says, stderr, stdout, those, words,
};
use serde_json::Value;
use std::{
    fs,
    io::{BufRead, BufReader, Read},
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

const PROGRAM: &str = env!("CARGO_BIN_EXE_tollgate");
/// The lane of the user's, made of a script.
const MINE: &str = "mine/uds/mine";

/// A script that can be started.
fn script(path: &Path, body: &str) {
    fs::write(path, format!("#!/bin/sh\n{body}\n")).expect("written");
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).expect("made executable");
}

/// Runs it, replaces something when the second restart begins, and waits for the end.
fn replaced_meanwhile(program: &Path, folder: &Path, line: &str, replace: impl Fn()) -> Output {
    let mut child = Command::new(program)
        .args(words(line))
        .current_dir(folder)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it starts");
    let mut stderr = BufReader::new(child.stderr.take().expect("piped"));
    let mut said = String::new();
    while !said.contains("restart 2 of") {
        assert_ne!(stderr.read_line(&mut said).expect("text"), 0, "it ended: {said}");
    }
    replace();
    stderr.read_to_string(&mut said).expect("text");
    let output = child.wait_with_output().expect("it ends");
    Output { stderr: said.into_bytes(), ..output }
}

fn is_whole(record: &Value, starts: usize) {
    assert_eq!(record["progress"]["starts_done"], starts, "{}", record["progress"]);
    each(list(&record["cells"]), "measured", |cell| cell["status"] == "measured");
    each(list(&record["cells"]), "whole", |cell| list(&cell["starts"]).len() == starts);
}

/// A copy of the program, which may be replaced.
fn copy(folder: &Path) -> PathBuf {
    let program = folder.join("tollgate-copy");
    if fs::hard_link(PROGRAM, &program).is_err() {
        fs::copy(PROGRAM, &program).expect("copied");
    }
    program
}

#[cfg(target_os = "linux")]
#[test]
fn the_program_is_the_same_to_the_end_whatever_is_put_in_its_place() {
    for how in ["removed", "renamed", "another"] {
        let folder = folder();
        let (program, marker) = (copy(folder.path()), folder.path().join("started"));
        let line = "run --lanes uds --starts 3 --budget 3s --batch 1 --engine stub";
        let output = replaced_meanwhile(&program, folder.path(), line, || {
            if how == "renamed" {
                fs::rename(&program, folder.path().join("old")).expect("renamed");
                return;
            }
            fs::remove_file(&program).expect("removed");
            if how == "another" {
                script(&program, &format!("touch '{}'\nexit 1", marker.display()));
            }
        });
        assert_eq!(code(&output), 0, "{how}: {}", stderr(&output));
        assert!(!marker.exists(), "{how}: the other program was started");
        is_whole(&record(folder.path()), 3);
    }
}

/// A file with a lane of the user's that a script starts.
fn lane_of_a_script(folder: &Path) -> PathBuf {
    let starter = folder.join("starter");
    script(&starter, &format!("exec {PROGRAM} \"$@\""));
    let path = starter.display().to_string();
    let (drive, serve) = (&["sh", &path, "drive"], &["sh", &path, "serve"]);
    OwnLane { caller: "mine", drive, serve, more: "" }.write(folder);
    starter
}

#[test]
fn a_script_that_changes_voids_its_lane_by_name_and_no_other() {
    let folder = folder();
    let starter = lane_of_a_script(folder.path());
    let line = "run --lanes-file lanes.toml --lanes mine/uds/mine,inproc --starts 3 --budget 3s \
    --batch 1 --engine stub";
    let output = replaced_meanwhile(Path::new(PROGRAM), folder.path(), line, || {
        script(&starter, &format!("# another\nexec {PROGRAM} \"$@\""));
    });
    assert_eq!(code(&output), 4, "{}", stderr(&output));
    let words = ["the file starter of mine/uds/mine changed during the run", "run again"];
    says(&stderr(&output), &words);
    says(&stdout(&output), &["changed during the run"]);
    assert!(!stdout(&output).contains("wrong answers"), "{}", stdout(&output));
    let record = record(folder.path());
    each(those(&record["cells"], "lane", MINE), "void", |cell| cell["status"] == "void");
    let reason = those(&record["cells"], "lane", MINE)[0]["reason"].as_str().expect("a reason");
    says(reason, &words);
    let inproc = those(&record["cells"], "lane", "rust/inproc/rust");
    each(inproc, "measured", |cell| cell["status"] == "measured");
}

#[test]
fn another_build_behind_a_script_that_changes_has_no_figures() {
    let folder = folder();
    let other = folder.path().join("other");
    script(&other, &format!("exec {PROGRAM} \"$@\""));
    let line = "run --against ./other --lanes uds --starts 3 --budget 3s --batch 1 --engine stub";
    let output = replaced_meanwhile(Path::new(PROGRAM), folder.path(), line, || {
        script(&other, &format!("# another\nexec {PROGRAM} \"$@\""));
    });
    assert_eq!(code(&output), 4, "{}", stderr(&output));
    says(&stderr(&output), &["the file other of rust/uds/rust changed during the run"]);
    let record = record(folder.path());
    let builds = those(&record["contrasts"], "kind", "against");
    each(builds, "void", |pair| pair["wrong"] == true);
}
