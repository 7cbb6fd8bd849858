//! Lanes that a user brings: a transport in a crate outside this workspace, and lanes made of two
//! commands.

use crate::support::{
    OwnLane, code, each, folder, list, record, refuses, run, says, stderr, stdout, succeeds, those,
    words,
};
use reports::figures::summary::Summary;
use serde_json::{Value, json};
use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::{Command, Output},
};

/// What cargo did with `examples/ndjson`.
struct Done {
    program: PathBuf,
    said: String,
}

/// Has cargo do this with it, in this build's own target folder, whose dependencies it shares.
fn example(what: &str) -> Done {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().expect("the target folder");
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.args([what, "--locked", "--manifest-path"]);
    command.arg(root.join("examples/ndjson/Cargo.toml"));
    let done = command.arg("--target-dir").arg(target).output().expect("cargo runs");
    assert!(done.status.success(), "{}{}", stdout(&done), stderr(&done));
    Done { program: target.join("debug/ndjson"), said: stdout(&done) }
}

#[test]
fn a_transport_of_another_crate_is_held_to_the_suite_and_measured_like_any_other() {
    let (program, folder) = (example("build").program, folder());
    let run = |line: &str| -> Output {
        let mut command = Command::new(&program);
        command.args(words(line)).current_dir(folder.path());
        command.output().expect("it starts")
    };
    let output = run("conform tcp-ndjson");
    assert_eq!(code(&output), 0, "{}{}", stdout(&output), stderr(&output));
    says(&stdout(&output), &["20 passed, 0 exempt, 0 failed"]);
    let output = run("run --lanes inproc,tcp-* --starts 2 --budget 1s --batch 1,4");
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    let record = record(folder.path());
    those(&record["cells"], "lane", "rust/tcp-ndjson/rust");
    each(list(&record["cells"]), "measured", |cell| cell["status"] == "measured");
}

#[test]
fn the_tests_of_that_crate_pass() {
    let said = example("test").said;
    let passed = said.lines().filter(|line| line.starts_with("test result: ok. "));
    let counts = passed.map(|line| line.split(' ').nth(3).and_then(|count| count.parse().ok()));
    let counts: Vec<u32> = counts.map(|count| count.expect("a count")).collect();
    assert!(counts.iter().sum::<u32>() > 0, "not one test was run: {said}");
}

/// A lane of two commands, which are this binary's own.
fn lanes_file(folder: &Path, caller: &str, program: &str, modes: &str) -> String {
    let said = format!("codec = \"protobuf\"\nmade_of = [\"mine 1.0\"]\nmodes = [{modes}]");
    let (drive, serve) = (&[program, "drive"], &[program, "serve"]);
    OwnLane { caller, drive, serve, more: &said }.write(folder)
}

const PROGRAM: &str = env!("CARGO_BIN_EXE_tollgate");

#[test]
fn a_lane_of_two_commands_is_listed_called_held_to_the_suite_and_measured() {
    let folder = folder();
    let file = lanes_file(folder.path(), "mine", PROGRAM, "\"batched\", \"pipelined\"");
    let with = |line: &str| {
        let arguments = [&words(line)[..], &["--lanes-file", &file]].concat();
        succeeds(folder.path(), &arguments)
    };
    says(&stdout(&with("list")), &["mine/uds/mine"]);
    let output = with("call mine/uds/mine --max 2");
    assert_eq!(stdout(&output), "product_0\nproduct_1\n");
    says(&stdout(&with("conform mine/uds/mine")), &["19 passed, 2 exempt"]);
    with("run --lanes mine* --starts 1 --budget 1s --batch 1,4 --engine stub");
    let text = record(folder.path()).to_string();
    says(&text, &["mine/uds/mine", "mine 1.0"]);
    assert!(!text.contains(PROGRAM), "the record holds the path of a command");
}

#[test]
fn a_lane_under_a_second_name_is_asked_head_to_head_with_itself_and_takes_no_other_time() {
    let folder = folder();
    let file = lanes_file(folder.path(), "mine", PROGRAM, "");
    let plan = "run --lanes uds,mine* --starts 3 --budget 6s --batch 1 --engine stub --lanes-file";
    succeeds(folder.path(), &[&words(plan)[..], &[&file]].concat());
    let record = reports::record::read::from_bytes(record(folder.path()).to_string().as_bytes());
    let record = record.expect("readable");
    let summary = Summary::of(&record);
    let scene = summary.main().expect("measured");
    let row = |name: &str| scene.rows.iter().find(|row| row.lane.name == name).expect("a row");
    let (named, own) = (row("mine/uds/mine"), row("rust/uds/rust"));
    assert!(named.rank.is_some() && own.rank.is_some());
    let found = scene.compared_in_turns(named, own).expect("a pair of both");
    assert!(found.ratio.starts >= 3, "{found:?}");
    // Whether such a small difference is told is chance; that it matters would take a cause.
    assert!(!found.is_above(1.05) && !found.is_below(1.0 / 1.05), "{found:?}");
}

/// How a lane of the record waits, its profile, and from what it differs.
fn manner<'r>(record: &'r Value, name: &str) -> [&'r str; 3] {
    let lane = those(&record["lanes"], "name", name)[0];
    ["class", "profile", "variant_of"].map(|key| lane[key].as_str().unwrap_or("none"))
}

#[test]
fn a_lane_of_two_commands_says_how_it_waits_its_profile_and_from_what_it_differs() {
    let folder = folder();
    let file = lanes_file(folder.path(), "mine", PROGRAM, "");
    let base = fs::read_to_string(&file).expect("written above");
    let keys = "waiting = \"async\"\nprofile = \"lean\"\nvariant_of = \"uds\"\ncodec =";
    let other = base.replace("callee = \"mine\"", "callee = \"other\"").replace("codec =", keys);
    fs::write(&file, base + &other).expect("written");
    let plan = "run --lanes mine* --starts 2 --budget 1s --batch 1 --engine stub --placement one \
        --lanes-file";
    succeeds(folder.path(), &[&words(plan)[..], &[&file]].concat());
    let record = record(folder.path());
    assert_eq!(manner(&record, "mine/uds/mine"), ["blocking", "equal", "none"]);
    assert_eq!(manner(&record, "mine/uds/other"), ["async", "lean", "uds"]);
    let variants = those(&record["contrasts"], "kind", "variant");
    assert_eq!(variants.len(), 1, "{variants:?}");
    assert_eq!(variants[0]["first"], "mine/uds/mine");
    assert_eq!(variants[0]["second"], "mine/uds/other");
}

/// Role and sets of the lane in the file, as `list` tells them.
fn role_and_sets(folder: &Path, file: &str) -> (String, Value) {
    let output = succeeds(folder, &["list", "--format", "json", "--lanes-file", file]);
    let listed: Value = serde_json::from_str(&stdout(&output)).expect("JSON");
    let lane = those(&listed, "name", "mine/uds/mine")[0];
    (lane["role"].as_str().expect("a role").to_owned(), lane["sets"].clone())
}

#[test]
fn a_lane_of_two_commands_says_its_role_and_sets_or_has_those_of_older_files() {
    let folder = folder();
    let file = lanes_file(folder.path(), "mine", PROGRAM, "");
    let text = fs::read_to_string(&file).expect("written above");
    for (keys, role, sets) in [
        ("", "socket", json!([])),
        ("default = true", "socket", json!(["default"])),
        ("role = \"queue\"\nsets = [\"ci\"]", "queue", json!(["ci"])),
        ("sets = [\"default\"]\ndefault = true", "socket", json!(["default"])),
    ] {
        fs::write(&file, text.replace("codec =", &format!("{keys}\ncodec ="))).expect("written");
        assert_eq!(role_and_sets(folder.path(), &file), (role.to_owned(), sets), "{keys}");
    }
    fs::write(&file, text.replace("codec =", "role = \"queue\"\ncodec =")).expect("written");
    let plan = ["run", "--dry-run", "--full", "--lanes", "queue,ci", "--lanes-file", &file];
    says(&stdout(&succeeds(folder.path(), &plan)), &["mine/uds/mine", "grpc"]);
}

/// A driver that agrees to everything and gives these replies.
fn with_replies(folder: &Path, replies: &str) -> Output {
    let script = folder.join("driver");
    let text = format!(
        r#"#!/bin/sh
[ "$1" = serve ] && exec {PROGRAM} "$@"
while read -r line; do
  case "$line" in
    *'"op":"hello"'*) echo '{{"ok":true,"protocol":1,"language":"mine","implementation":"sh",\
"transports":["uds"]}}' ;;
    *'"op":"open"'*) echo '{{"ok":true,"open_ns":1,"first_call_ns":1}}' ;;
    *) echo '{{"ok":true,"replies":{replies}}}' ;;
  esac
done
"#
    );
    fs::write(&script, text.replace("\\\n", "")).expect("written");
    fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).expect("made executable");
    let file = lanes_file(folder, "mine", &script.display().to_string(), "");
    run(folder, &["call", "mine/uds/mine", "--max", "1", "--lanes-file", &file])
}

#[test]
fn another_number_of_replies_than_requests_is_refused_by_the_name_of_the_driver() {
    for (replies, count) in [("[]", 0), (r#"[["a"],["b"]]"#, 2)] {
        let output = with_replies(folder().path(), replies);
        assert_eq!(code(&output), 1, "{}", stdout(&output));
        let said = format!("driver of mine/uds/mine gave {count} replies to 1 requests");
        says(&stderr(&output), &[&said, "peers/PROTOCOL.md"]);
        assert_eq!(stdout(&output), "");
    }
    assert_eq!(stdout(&with_replies(folder().path(), r#"[["a"]]"#)), "a\n");
}

#[test]
fn a_lane_that_promises_too_little_fails_its_suite() {
    let folder = folder();
    let file = lanes_file(folder.path(), "mine", PROGRAM, "");
    let suite = ["conform", "mine/uds/mine", "--case", "modes", "--lanes-file", &file];
    let output = run(folder.path(), &suite);
    assert_eq!(code(&output), 1, "{}", stdout(&output));
    says(&stdout(&output), &["FAILED  refuses_the_modes_it_does_not_declare"]);
}

/// The file is refused with these words, in one line.
#[track_caller]
fn is_refused(folder: &Path, file: &str, words: &[&str]) {
    let said = refuses(folder, &["list", "--lanes-file", file], words);
    assert_eq!(said.trim().lines().count(), 1, "{said}");
}

#[test]
fn a_file_that_is_not_there_is_said() {
    is_refused(folder().path(), "/nowhere.toml", &["/nowhere.toml", "cannot be read"]);
}

#[test]
fn a_name_or_a_mode_that_cannot_be_is_said_with_what_can() {
    let folder = folder();
    let slash = lanes_file(folder.path(), "a/b", PROGRAM, "");
    is_refused(folder.path(), &slash, &["caller", "a/b"]);
    let misspelt = lanes_file(folder.path(), "mine", PROGRAM, "\"bached\"");
    is_refused(folder.path(), &misspelt, &["no mode", "bached", "batched"]);
}

#[test]
fn what_a_lane_declares_wrongly_is_said_in_one_line() {
    let folder = folder();
    let file = lanes_file(folder.path(), "mine", PROGRAM, "");
    let text = fs::read_to_string(&file).expect("written above");
    let twin = ["mine/uds/mine", "variant_of = \"uds\"", "no other lane mine/uds/.."];
    for (keys, words) in [
        ("waiting = \"idle\"", &["no waiting \"idle\"", "direct, blocking, async"][..]),
        ("waiting = \"direct\"", &["waiting = \"direct\" needs in_process = true"]),
        ("profile = \"fast\"", &["no profile \"fast\"", "equal, lean, tuned"]),
        (
            "role = \"rcp\"",
            &["no role \"rcp\"", "function, ffi, shm, pipe, socket, rpc, http, queue"],
        ),
        ("sets = [\"mine\"]", &["no set \"mine\"", "known are default, ci"]),
        ("variant_of = \"uds\"", &twin),
    ] {
        let declared = text.replace("codec =", &format!("{keys}\ncodec ="));
        fs::write(&file, declared).expect("written");
        is_refused(folder.path(), &file, words);
    }
}

#[test]
fn what_a_lanes_file_lacks_or_has_twice_is_said_in_one_line() {
    let folder = folder();
    let file = lanes_file(folder.path(), "mine", PROGRAM, "");
    let text = fs::read_to_string(&file).expect("written above");
    let refuses = |from: &str, to: &str, words: &[&str]| {
        fs::write(&file, text.replace(from, to)).expect("written");
        is_refused(folder.path(), &file, words);
    };
    refuses("serve =", "answer =", &["line 8", "unknown field `answer`"]);
    let serve = format!("serve = [\"{PROGRAM}\", \"serve\"]");
    refuses(&serve, "", &["needs a `serve` command", "ready ENDPOINT"]);
    refuses("looseness = 28\n", "", &["missing field `looseness`"]);
    refuses("\"mine\"", "\"rust\"", &["has a lane rust/uds/rust already"]);
    refuses(&text, &format!("{text}{text}"), &["mine/uds/mine is there twice"]);
}

#[test]
fn a_command_that_is_not_there_makes_its_lane_unavailable() {
    let folder = folder();
    let file = lanes_file(folder.path(), "mine", "no-such-program", "");
    let output = run(folder.path(), &["list", "--lanes-file", &file]);
    says(
        &stdout(&output),
        &["1 lane cannot run here (mine/uds/mine): `no-such-program` is not found"],
    );
    let output = run(folder.path(), &["call", "mine/uds/mine", "--lanes-file", &file]);
    assert_eq!(code(&output), 5, "{}", stderr(&output));
}

#[test]
fn a_group_of_lanes_stands_for_those_that_are_here() {
    let folder = folder();
    let said = stdout(&succeeds(folder.path(), &["run", "--lanes", "u*", "--dry-run"]));
    says(&said, &["uds-json"]);
    assert!(!said.contains("grpc"), "{said}");
    let none = ["run", "--lanes", "x*", "--dry-run"];
    refuses(folder.path(), &none, &["no lane is of the form `x*`"]);
}
