//! Drivers, callees and libraries that die, lie or hang: one clear line, the others go on, nothing
//! is left running.

use crate::support::{code, folder, lanes, record, run, stderr, tollgate};
use std::{
    fs,
    io::{Read, Write},
    os::unix::{fs::PermissionsExt, net::UnixListener},
    path::{Path, PathBuf},
    process::Command,
    thread,
};

const QUICKLY: [&str; 8] = ["run", "--starts", "1", "--budget", "1s", "--batch", "1", "--engine"];

/// A script in the place of a peer's language: it proves that it is there, then does `body`.
fn with_fake_python(body: &str) -> (tempfile::TempDir, String) {
    let folder = folder();
    let script = folder.path().join("python3");
    let text = format!(
        "#!/bin/sh\nif [ \"$1\" = --version ]; then echo Python 3.11.0; exit 0; fi\n{body}\n"
    );
    fs::write(&script, text).expect("written");
    fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).expect("made executable");
    let path = format!("{}:/usr/bin:/bin", folder.path().display());
    (folder, path)
}

/// A run of one of that language's lanes and of a lane that needs no process: what it said, and how
/// it ended.
fn run_with(body: &str) -> (i32, String, serde_json::Value) {
    let (folder, path) = with_fake_python(body);
    let arguments = [&QUICKLY[..], &["stub", "--lanes", "inproc,python/uds-json/python"]].concat();
    let output = tollgate(folder.path())
        .env("PATH", path)
        .args(arguments)
        .output()
        .expect("starts");
    (code(&output), stderr(&output), record(folder.path()))
}

fn status_of(record: &serde_json::Value, lane: &str) -> Vec<String> {
    let cells = record["cells"].as_array().expect("cells").iter();
    let statuses: Vec<String> = cells
        .filter(|cell| cell["lane"] == lane)
        .map(|cell| cell["status"].as_str().unwrap_or("").into())
        .collect();
    assert!(!statuses.is_empty(), "no cell of {lane}");
    statuses
}

#[test]
fn names_a_driver_that_prints_garbage_and_measures_the_others() {
    let (code, said, record) = run_with("echo '#!%& not a protocol'; cat > /dev/null");
    assert_eq!(code, 1, "{said}");
    assert!(
        said.contains("driver of python/uds-json/python answered \"#!%& not a protocol\""),
        "{said}"
    );
    assert!(
        status_of(&record, "python/uds-json/python")
            .iter()
            .all(|status| status == "missing")
    );
    assert!(status_of(&record, "rust/inproc/rust").iter().all(|status| status == "measured"));
}

#[test]
fn names_a_driver_that_dies_with_its_last_words() {
    let (code, said, record) = run_with("echo 'no memory left' >&2; exit 7");
    assert_eq!(code, 1, "{said}");
    assert!(
        said.contains("ended (exit status: 7)") && said.contains("no memory left"),
        "{said}"
    );
    assert!(status_of(&record, "rust/inproc/rust").iter().all(|status| status == "measured"));
}

#[test]
fn names_a_callee_that_prints_garbage() {
    let real = "if [ \"$2\" = drive ]; then read line; \
                echo '{\"ok\":true,\"protocol\":1,\"language\":\"python\",\
                \"implementation\":\"sh\",\"transports\":[\"uds-json\"]}'; \
                cat > /dev/null; exit 0; fi; echo hello; cat > /dev/null";
    let (code, said, _) = run_with(real);
    assert_eq!(code, 1, "{said}");
    assert!(
        said.contains(
            "callee of python/uds-json/python said \"hello\" in the place of `ready ENDPOINT`"
        ),
        "{said}"
    );
}

/// The C source of the library that lanes with a callee in C load, wherever its transport keeps it.
fn c_sources() -> Option<Vec<PathBuf>> {
    let transports = Path::new(env!("CARGO_MANIFEST_DIR")).join("transports");
    let folders = fs::read_dir(transports)
        .ok()?
        .filter_map(Result::ok)
        .map(|entry| entry.path().join("c"));
    let folder = folders.into_iter().find(|folder| folder.join("tollgate.c").exists())?;
    Some(
        fs::read_dir(folder)
            .ok()?
            .filter_map(Result::ok)
            .map(|entry| entry.path())
            .collect(),
    )
}

/// The real library, but for its batch function, which follows a null pointer.
fn crashing_library(folder: &Path) -> PathBuf {
    let sources = c_sources().expect("the C library is part of the checkout");
    let source = sources.iter().find(|path| path.ends_with("tollgate.c")).expect("found above");
    let wrapper = folder.join("crash.c");
    let text = format!(
        "#define tg_batch sound_batch\n#include \"{}\"\n#undef tg_batch\n\
         int32_t tg_batch(void *a, void *b, uint32_t c, void *d) {{ \
         (void)a; (void)b; (void)c; (void)d; *(volatile int *)0 = 1; return 0; }}\n",
        source.display()
    );
    fs::write(&wrapper, text).expect("written");
    let library = folder.join("libcrash.so");
    let contract = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/contract");
    let others = sources.iter().filter(|path| {
        path.extension().is_some_and(|end| end == "c") && !path.ends_with("tollgate.c")
    });
    let status = Command::new("cc")
        .args(["-shared", "-fPIC", "-O1", "-w", "-o"])
        .arg(&library)
        .arg("-I")
        .arg(contract)
        .arg("-I")
        .arg(source.parent().expect("a folder"))
        .arg(&wrapper)
        .args(others)
        .status();
    assert!(status.expect("a C compiler").success());
    library
}

#[test]
fn a_library_that_segfaults_costs_its_own_rows_and_nothing_else() {
    let folder = folder();
    let library = crashing_library(folder.path());
    let listed = lanes();
    let lane = listed
        .iter()
        .find(|lane| lane["callee"] == "c" && lane["default"] == true)
        .expect("a lane to C");
    let (short, name) =
        (lane["short"].as_str().expect("text"), lane["name"].as_str().expect("text"));
    let endpoint = format!("{short}=lib:{}", library.display());
    let arguments = [
        "run",
        "--starts",
        "2",
        "--budget",
        "2s",
        "--batch",
        "1,4",
        "--engine",
        "stub",
        "--endpoint",
        &endpoint,
    ];
    let output = run(folder.path(), &arguments);
    let said = stderr(&output);
    assert_eq!(code(&output), 1, "{said}");
    assert!(
        said.contains(name) && said.contains("SIGSEGV") && said.contains("the others go on"),
        "{said}"
    );
    let record = record(folder.path());
    for cell in record["cells"].as_array().expect("cells") {
        let hit = cell["lane"] == name;
        assert!(hit || cell["status"] == "measured", "{cell}");
        // Only its batched calls crash: another cell may have been visited whole before the crash,
        // in every start.
        assert!(!hit || cell["mode"] != "batched" || cell["status"] != "measured", "{cell}");
    }
}

#[test]
fn a_callee_that_answers_garbage_is_an_error_and_no_hang() {
    let folder = folder();
    let socket = folder.path().join("garbage.sock");
    let listener = UnixListener::bind(&socket).expect("bound");
    thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            let mut stream = stream;
            let _ = stream.read(&mut [0; 64]);
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n\r\nhello");
        }
    });
    let endpoint = format!("unix:{}", socket.display());
    let listed = lanes();
    let lane = listed
        .iter()
        .find(|lane| lane["transport"].as_str().is_some_and(|name| name.contains("uds")));
    let short = lane.expect("a lane over a Unix socket")["name"]
        .as_str()
        .expect("text")
        .to_string();
    let output = run(folder.path(), &["call", &short, "--endpoint", &endpoint, "--deadline", "2s"]);
    assert_eq!(code(&output), 1);
    assert!(stderr(&output).contains("is no callee of this lane"), "{}", stderr(&output));
}

#[test]
fn nobody_at_the_endpoint_is_said_so() {
    let folder = folder();
    for lane in crate::support::lanes_with_a_callee() {
        for endpoint in ["unix:/nowhere.sock", "http://127.0.0.1:1"] {
            let output =
                run(folder.path(), &["call", &lane, "--endpoint", endpoint, "--deadline", "2s"]);
            let said = stderr(&output);
            assert_eq!(code(&output), 1, "{lane} {endpoint}: {said}");
            assert!(
                said.contains("gone") || said.contains("unsupported"),
                "{lane} {endpoint}: {said}"
            );
        }
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
    let paths = std::env::var_os("PATH").unwrap_or_default();
    let Some(python) = std::env::split_paths(&paths)
        .map(|place| place.join("python3"))
        .find(|file| file.exists())
    else {
        eprintln!("skipped: there is no python3");
        return;
    };
    let between = folder();
    let filter = between.path().join("between.py");
    fs::write(&filter, WRONG_IN_A_RUNG).expect("written");
    let real = python.display();
    let body = format!(
        "if [ \"$2\" = drive ]; then exec {real} {} \"$@\"; fi\nexec {real} \"$@\"",
        filter.display()
    );
    let (code, said, record) = run_with(&body);
    assert_eq!(code, 4, "{said}");
    assert!(
        said.contains("no stamped: 1 wrong answers in one visit; the rest goes on"),
        "{said}"
    );
    let lane = "python/uds-json/python";
    assert!(status_of(&record, lane).iter().all(|status| status == "measured"));
    let ladders = record["ladders"].as_array().expect("ladders").iter();
    let missing = ladders
        .filter(|ladder| ladder["lane"] == lane)
        .flat_map(|ladder| ladder["missing"].as_array());
    assert!(
        missing.flatten().any(|missing| missing["rung"] == "stamped"),
        "{}",
        record["ladders"]
    );
}
