//! Drivers, callees and libraries that die, lie or hang: one clear line, the others go on, nothing
//! is left running.

use crate::support::{
    Served, code, each, folder, is_default, lanes, lanes_with_a_callee, python, record, run, says,
    skip, stderr, those, tollgate, words,
};
use serde_json::Value;
use std::{
    fs,
    io::{Read, Write},
    os::unix::{fs::PermissionsExt, net::UnixListener},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    thread,
};

/// The lane whose driver and callee are replaced.
pub(crate) const PEER: &str = "python/uds-json/python";

/// A script in the place of a peer's language: it proves that it is there, then does `body`.
fn with_fake_python(body: &str) -> (tempfile::TempDir, String) {
    let folder = folder();
    let script = folder.path().join("python3");
    let text =
        format!("#!/bin/sh\nif [ \"$1\" = -c ]; then echo Python 3.11.0; exit 0; fi\n{body}\n");
    fs::write(&script, text).expect("written");
    fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).expect("made executable");
    let path = format!("{}:/usr/bin:/bin", folder.path().display());
    (folder, path)
}

/// How a run ended, what it said, and its record.
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) said: String,
    pub(crate) record: Value,
}

/// Runs one of that language's lanes and a lane that needs no process.
fn run_with(body: &str) -> Ran {
    run_with_plan(body, "run --starts 1 --budget 1s --batch 1 --engine stub --lanes inproc,")
}

/// The same with a plan that ends with the first lanes and a comma.
pub(crate) fn run_with_plan(body: &str, plan: &str) -> Ran {
    let (folder, path) = with_fake_python(body);
    let output = tollgate(folder.path())
        .env("PATH", path)
        .args(words(&format!("{plan}{PEER}")))
        .output()
        .expect("starts");
    Ran {
        code: code(&output),
        said: stderr(&output),
        record: record(folder.path()),
    }
}

/// Every cell of the lane ended like this.
pub(crate) fn every_cell_is(record: &Value, lane: &str, status: &str) {
    each(those(&record["cells"], "lane", lane), status, |cell| cell["status"] == status);
}

#[test]
fn names_a_driver_that_prints_garbage_and_measures_the_others() {
    let ran = run_with("echo '#!%& not a protocol'; cat > /dev/null");
    assert_eq!(ran.code, 1, "{}", ran.said);
    says(
        &ran.said,
        &["driver of python/uds-json/python answered \"#!%& not a protocol\""],
    );
    every_cell_is(&ran.record, PEER, "missing");
    every_cell_is(&ran.record, "rust/inproc/rust", "measured");
}

#[test]
fn names_a_driver_that_dies_with_its_last_words() {
    let ran = run_with("echo 'no memory left' >&2; exit 7");
    assert_eq!(ran.code, 1, "{}", ran.said);
    says(&ran.said, &["ended (exit status: 7)", "no memory left"]);
    every_cell_is(&ran.record, "rust/inproc/rust", "measured");
}

/// A driver that says who it is and no more, and a callee that prints no endpoint.
const GARBAGE_FROM_A_CALLEE: &str = r#"
if [ "$2" = drive ]; then
    read line
    printf '{"ok":true,"protocol":1,"language":"python","implementation":"sh",'
    echo '"transports":["uds-json"]}'
    cat > /dev/null
    exit 0
fi
echo hello
cat > /dev/null
"#;

#[test]
fn names_a_callee_that_prints_garbage() {
    let ran = run_with(GARBAGE_FROM_A_CALLEE);
    assert_eq!(ran.code, 1, "{}", ran.said);
    let named = format!("callee of {PEER} said \"hello\" in the place of `ready ENDPOINT`");
    says(&ran.said, &[&named]);
}

#[test]
fn a_callee_that_says_of_itself_without_end_is_named_too() {
    let ran = run_with(&GARBAGE_FROM_A_CALLEE.replace("echo hello", "yes 'setting what: value'"));
    assert_eq!(ran.code, 1, "{}", ran.said);
    let named = "said \"setting what: value\" in the place of `ready ENDPOINT`";
    says(&ran.said, &[named]);
}

/// The files in a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("a folder of the checkout");
    entries.map(|entry| entry.expect("readable").path()).collect()
}

/// The folder with the C source of the library that lanes with a callee in C load, wherever its
/// transport keeps it.
fn c_folder() -> PathBuf {
    let transports = Path::new(env!("CARGO_MANIFEST_DIR")).join("transports");
    let mut folders = files(&transports).into_iter().map(|transport| transport.join("c"));
    let with_it = folders.find(|folder| folder.join("tollgate.c").exists());
    with_it.expect("the C library is part of the checkout")
}

/// The sound source with another batch function, which follows a null pointer.
const CRASH: &str = r#"
#define tg_batch sound_batch
#include "tollgate.c"
#undef tg_batch
int32_t tg_batch(void *a, void *b, uint32_t c, void *d) {
    (void)a; (void)b; (void)c; (void)d;
    *(volatile int *)0 = 1;
    return 0;
}
"#;

/// The real library, but for its batch function.
fn crashing_library(folder: &Path) -> PathBuf {
    let wrapper = folder.join("crash.c");
    fs::write(&wrapper, CRASH).expect("written");
    let library = folder.join("libcrash.so");
    let contract = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/contract");
    let mut compile = Command::new("cc");
    compile
        .args(["-shared", "-fPIC", "-O1", "-w", "-o"])
        .arg(&library)
        .arg(&wrapper);
    compile.arg("-I").arg(contract).arg("-I").arg(c_folder());
    for source in files(&c_folder()) {
        if source.extension().is_some_and(|end| end == "c") && !source.ends_with("tollgate.c") {
            compile.arg(source);
        }
    }
    assert!(compile.status().expect("a C compiler").success());
    library
}

fn text<'v>(value: &'v Value, key: &str) -> &'v str {
    value[key].as_str().expect("text")
}

#[test]
fn a_library_that_segfaults_costs_its_own_rows_and_nothing_else() {
    let folder = folder();
    let library = crashing_library(folder.path());
    // From every language that loads it here, and beside them lanes that load nothing.
    let listed = lanes();
    let loads_it = |lane: &&Value| {
        lane["callee"] == "c" && lane["in_process"] == true && lane["available"] == true
    };
    let hit: Vec<&Value> = listed.iter().filter(loads_it).collect();
    assert!(hit.iter().any(|lane| is_default(lane)), "a lane of this program to C");
    let mut names = vec!["function"];
    let mut plan = words("run --starts 2 --budget 4s --batch 1,4 --engine stub");
    let endpoints: Vec<String> = hit
        .iter()
        .map(|lane| format!("{}=lib:{}", text(lane, "short"), library.display()))
        .collect();
    names.extend(hit.iter().map(|lane| text(lane, "short")));
    let names = names.join(",");
    plan.extend(["--lanes", &names]);
    plan.extend(endpoints.iter().flat_map(|endpoint| ["--endpoint", endpoint]));
    let output = run(folder.path(), &plan);
    let said = stderr(&output);
    assert_eq!(code(&output), 1, "{said}");
    let record = record(folder.path());
    let is_hit = |cell: &&Value| hit.iter().any(|lane| lane["name"] == cell["lane"]);
    let cells = record["cells"].as_array().expect("cells");
    let (crashed, others): (Vec<_>, Vec<_>) = cells.iter().partition(is_hit);
    each(others, "measured", |cell| cell["status"] == "measured");
    for lane in &hit {
        let ended = format!("driver of {} ended", text(lane, "name"));
        let line = said.lines().find(|line| line.contains(&ended)).unwrap_or_default();
        says(line, &["SIGSEGV", "the others go on"]);
        // Only batched calls crash: another cell may have been visited whole before, in each start.
        let batched = crashed
            .iter()
            .filter(|cell| cell["lane"] == lane["name"] && cell["mode"] == "batched");
        each(batched, "not measured", |cell| cell["status"] != "measured");
    }
}

#[test]
fn a_callee_that_answers_garbage_is_an_error_and_no_hang() {
    let folder = folder();
    let socket = folder.path().join("garbage.sock");
    let listener = UnixListener::bind(&socket).expect("bound");
    thread::spawn(move || {
        for mut stream in listener.incoming().map_while(Result::ok) {
            let _ = stream.read(&mut [0; 64]);
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n\r\nhello");
        }
    });
    let endpoint = format!("unix:{}", socket.display());
    let listed = lanes();
    let lane = listed.iter().find(|lane| text(lane, "transport").contains("uds"));
    let name = text(lane.expect("a lane over a Unix socket"), "name");
    let output = run(folder.path(), &["call", name, "--endpoint", &endpoint, "--deadline", "2s"]);
    assert_eq!(code(&output), 1);
    says(&stderr(&output), &["is no callee of this lane"]);
}

/// No socket is there.
const NOWHERE: &str = "unix:/nowhere.sock";

#[test]
fn nobody_at_the_endpoint_is_said_so() {
    let folder = folder();
    for lane in lanes_with_a_callee() {
        let served = Served::start(folder.path(), &[&lane], Stdio::piped());
        let left = served.endpoint.clone();
        drop(served);
        for (endpoint, word) in [(left.as_str(), "gone"), ("pigeon:17", "unsupported")] {
            let call = ["call", &lane, "--endpoint", endpoint, "--deadline", "2s"];
            let output = run(folder.path(), &call);
            assert_eq!(code(&output), 1, "{lane} {endpoint}: {}", stderr(&output));
            says(&stderr(&output), &[word]);
        }
        // A scheme that other lanes know: whether this one does too is its own affair.
        let others = if left.starts_with("unix:") { "http://127.0.0.1:1" } else { NOWHERE };
        let output = run(folder.path(), &["call", &lane, "--endpoint", others, "--deadline", "2s"]);
        let said = stderr(&output);
        assert_eq!(code(&output), 1, "{lane} {others}: {said}");
        assert!(said.contains("gone") || said.contains("unsupported"), "{lane} {others}: {said}");
    }
}

/// Goes between the harness and the real driver, and answers visits of one rung as if an answer had
/// been wrong.
const WRONG_IN_A_RUNG: &str = r#"
import json, subprocess, sys
PIPE = subprocess.PIPE
command = [sys.executable, *sys.argv[1:]]
real = subprocess.Popen(command, stdin=PIPE, stdout=PIPE, text=True, bufsize=1)
wrong = dict(ok=True, group=1, samples=1, items=1, lead_in_items=0, wrong=1, errors=0, elapsed_ns=1)
for line in sys.stdin:
    if json.loads(line).get("mode") == "stamped":
        print(json.dumps(wrong), flush=True)
    else:
        real.stdin.write(line)
        print(real.stdout.readline(), end="", flush=True)
"#;

#[test]
fn a_wrong_answer_in_a_rung_costs_its_part_and_ends_with_exit_code_4() {
    let Some(python) = python() else {
        return skip("install Python 3.9 or newer as python3");
    };
    let between = folder();
    let filter = between.path().join("between.py");
    fs::write(&filter, WRONG_IN_A_RUNG).expect("written");
    let (real, filter) = (python.display(), filter.display());
    let drive = format!("if [ \"$2\" = drive ]; then exec {real} {filter} \"$@\"; fi");
    let ran = run_with(&format!("{drive}\nexec {real} \"$@\""));
    assert_eq!(ran.code, 4, "{}", ran.said);
    says(&ran.said, &["no stamped: 1 wrong answers in one visit; the rest goes on"]);
    every_cell_is(&ran.record, PEER, "measured");
    for ladder in those(&ran.record["ladders"], "lane", PEER) {
        those(&ladder["missing"], "rung", "stamped");
    }
}
