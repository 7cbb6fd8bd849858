//! Lanes that a user brings: a transport in a crate outside this workspace, and lanes made of two
//! commands.

use crate::support::{code, folder, record, run, stderr, stdout};
use std::{
    fs,
    path::Path,
    process::{Command, Output},
};

/// Has cargo do this with `examples/ndjson`, in this build's own target folder, whose dependencies
/// it shares.
fn example(what: &str) -> std::path::PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().expect("the target folder");
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command
        .args([what, "--locked", "--manifest-path"])
        .arg(root.join("examples/ndjson/Cargo.toml"));
    let done = command.arg("--target-dir").arg(target).output().expect("cargo runs");
    assert!(done.status.success(), "{}{}", stdout(&done), stderr(&done));
    target.join("debug/ndjson")
}

#[test]
fn a_transport_of_another_crate_is_held_to_the_suite_and_measured_like_any_other() {
    let (program, folder) = (example("build"), folder());
    let run = |arguments: &[&str]| -> Output {
        Command::new(&program)
            .args(arguments)
            .current_dir(folder.path())
            .output()
            .expect("it starts")
    };
    let output = run(&["conform", "tcp-ndjson"]);
    assert_eq!(code(&output), 0, "{}{}", stdout(&output), stderr(&output));
    assert!(stdout(&output).contains("18 passed, 0 exempt, 0 failed"), "{}", stdout(&output));
    let output = run(&[
        "run",
        "--lanes",
        "inproc,tcp-*",
        "--starts",
        "2",
        "--budget",
        "1s",
        "--batch",
        "1,4",
    ]);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    let record = record(folder.path());
    let cells = record["cells"].as_array().expect("cells");
    assert!(cells.iter().any(|cell| cell["lane"] == "rust/tcp-ndjson/rust"));
    assert!(cells.iter().all(|cell| cell["status"] == "measured"), "{cells:?}");
}

#[test]
fn the_tests_of_that_crate_pass() {
    example("test");
}

/// A lane of two commands, which are this binary's own.
fn lanes_file(folder: &Path, caller: &str, program: &str, modes: &str) -> String {
    let text = format!(
        r#"[[lane]]
caller = "{caller}"
transport = "uds"
callee = "mine"
summary = "frames over a Unix socket, by two commands"
looseness = 28
codec = "protobuf"
modes = [{modes}]
made_of = ["mine 1.0"]
drive = ["{program}", "drive"]
serve = ["{program}", "serve"]
[lane.properties]
typed_contract = true
deadline = true
multiplexing = false
survives_callee_crash = true
readable_with_curl = false
"#
    );
    let path = folder.join("lanes.toml");
    fs::write(&path, text).expect("written");
    path.display().to_string()
}

const PROGRAM: &str = env!("CARGO_BIN_EXE_tollgate");

#[test]
fn a_lane_of_two_commands_is_listed_called_held_to_the_suite_and_measured() {
    let folder = folder();
    let file = lanes_file(folder.path(), "mine", PROGRAM, "\"batched\", \"pipelined\"");
    let with =
        |arguments: &[&str]| run(folder.path(), &[arguments, &["--lanes-file", &file]].concat());
    assert!(stdout(&with(&["list"])).contains("mine/uds/mine"));
    assert_eq!(
        stdout(&with(&["call", "mine/uds/mine", "--max", "2"])),
        "product_0\nproduct_1\n"
    );
    let output = with(&["conform", "mine/uds/mine"]);
    assert_eq!(code(&output), 0, "{}", stdout(&output));
    assert!(stdout(&output).contains("18 passed"), "{}", stdout(&output));
    let output = with(&[
        "run", "--lanes", "mine*", "--starts", "1", "--budget", "1s", "--batch", "1,4", "--engine",
        "stub",
    ]);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    let text = record(folder.path()).to_string();
    assert!(text.contains("mine/uds/mine") && text.contains("mine 1.0"));
    assert!(!text.contains(PROGRAM), "the record holds the path of a command");
}

#[test]
fn a_lane_of_two_commands_says_how_it_waits_its_profile_and_from_what_it_differs() {
    let folder = folder();
    let file = lanes_file(folder.path(), "mine", PROGRAM, "");
    let base = fs::read_to_string(&file).expect("written above");
    let keys = "codec ="
        .replace("codec", "waiting = \"async\"\nprofile = \"lean\"\nvariant_of = \"uds\"\ncodec");
    let other = base
        .replace("callee = \"mine\"", "callee = \"other\"")
        .replace("codec =", &keys);
    fs::write(&file, base + &other).expect("written");
    let plan = [
        "--starts",
        "2",
        "--budget",
        "1s",
        "--batch",
        "1",
        "--engine",
        "stub",
        "--lanes-file",
        &file,
    ];
    let output = run(folder.path(), &[&["run", "--lanes", "mine*"], &plan[..]].concat());
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    let record = record(folder.path());
    let lane = |name: &str| {
        let lanes = record["lanes"].as_array().expect("lanes");
        let lane = lanes.iter().find(|lane| lane["name"] == name).expect("measured");
        ["class", "profile", "variant_of"]
            .map(|key| lane[key].as_str().unwrap_or("none").to_owned())
    };
    assert_eq!(lane("mine/uds/mine"), ["blocking", "equal", "none"]);
    assert_eq!(lane("mine/uds/other"), ["async", "lean", "uds"]);
    let contrasts = record["contrasts"].as_array().expect("contrasts");
    let variants: Vec<_> =
        contrasts.iter().filter(|contrast| contrast["kind"] == "variant").collect();
    assert_eq!(variants.len(), 1, "{variants:?}");
    assert_eq!(
        (&variants[0]["first"], &variants[0]["second"]),
        (&"mine/uds/mine".into(), &"mine/uds/other".into())
    );
}

#[test]
fn a_lane_that_promises_too_little_fails_its_suite() {
    let folder = folder();
    let file = lanes_file(folder.path(), "mine", PROGRAM, "");
    let suite = ["conform", "mine/uds/mine", "--case", "modes", "--lanes-file", &file];
    let output = run(folder.path(), &suite);
    assert_eq!(code(&output), 1, "{}", stdout(&output));
    assert!(
        stdout(&output).contains("FAILED  refuses_the_modes_it_does_not_declare"),
        "{}",
        stdout(&output)
    );
}

#[test]
fn what_is_wrong_with_a_lanes_file_is_said_in_one_line() {
    let folder = folder();
    let refuses = |file: &str, words: &[&str]| {
        let output = run(folder.path(), &["list", "--lanes-file", file]);
        let said = stderr(&output);
        assert_eq!(code(&output), 2, "{said}");
        assert!(words.iter().all(|word| said.contains(word)), "{said}");
        assert_eq!(said.trim().lines().count(), 1, "{said}");
    };
    refuses("/nowhere.toml", &["/nowhere.toml", "cannot be read"]);
    refuses(&lanes_file(folder.path(), "a/b", PROGRAM, ""), &["caller", "a/b"]);
    refuses(
        &lanes_file(folder.path(), "mine", PROGRAM, "\"bached\""),
        &["no mode", "bached", "batched"],
    );
    let file = lanes_file(folder.path(), "mine", PROGRAM, "");
    let text = fs::read_to_string(&file).expect("written above");
    let changed = |from: &str, to: &str| fs::write(&file, text.replace(from, to)).expect("written");
    for (keys, words) in [
        ("waiting = \"idle\"", &["no waiting \"idle\"", "direct, blocking, async"][..]),
        ("waiting = \"direct\"", &["waiting = \"direct\" needs in_process = true"]),
        ("profile = \"fast\"", &["no profile \"fast\"", "equal, lean, tuned"]),
        (
            "variant_of = \"uds\"",
            &["mine/uds/mine", "variant_of = \"uds\"", "no other lane mine/uds/.."],
        ),
    ] {
        changed("codec =", &format!("{keys}\ncodec ="));
        refuses(&file, words);
    }
    changed("serve =", "server =");
    refuses(&file, &["line 11", "unknown field `server`"]);
    changed(&format!("serve = [\"{PROGRAM}\", \"serve\"]"), "");
    refuses(&file, &["needs a `serve` command", "ready ENDPOINT"]);
    changed("looseness = 28\n", "");
    refuses(&file, &["missing field `looseness`"]);
    fs::write(&file, format!("{text}{text}")).expect("written");
    refuses(&file, &["mine/uds/mine is there twice"]);
    changed("\"mine\"", "\"rust\"");
    refuses(&file, &["has a lane rust/uds/rust already"]);
}

#[test]
fn a_command_that_is_not_there_makes_its_lane_unavailable() {
    let folder = folder();
    let file = lanes_file(folder.path(), "mine", "no-such-program", "");
    let output = run(folder.path(), &["list", "--lanes-file", &file]);
    assert!(
        stdout(&output).contains("unavailable: `no-such-program` is not found"),
        "{}",
        stdout(&output)
    );
    let output = run(folder.path(), &["call", "mine/uds/mine", "--lanes-file", &file]);
    assert_eq!(code(&output), 5, "{}", stderr(&output));
}

#[test]
fn a_group_of_lanes_stands_for_those_that_are_here() {
    let folder = folder();
    let output = run(folder.path(), &["run", "--lanes", "u*", "--dry-run"]);
    let said = stdout(&output);
    assert!(
        said.contains("uds-json") && !said.contains("inproc"),
        "{said}{}",
        stderr(&output)
    );
    let output = run(folder.path(), &["run", "--lanes", "x*", "--dry-run"]);
    assert_eq!(code(&output), 2);
    assert!(stderr(&output).contains("no lane is of the form `x*`"), "{}", stderr(&output));
}
