//! Callees by themselves: `tollgate serve`.

use crate::support::{
    Served, code, folder, lanes_with_a_callee, python, refuses, run, says, signal, skip, some,
    stderr, stdout, succeeds,
};
use std::{
    path::Path,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

#[test]
fn prints_its_endpoint_first_and_answers_there() {
    for lane in lanes_with_a_callee() {
        let folder = folder();
        let served = Served::start(folder.path(), &[&lane], Stdio::piped());
        let call = ["call", &lane, "--endpoint", &served.endpoint, "--max", "3"];
        let output = run(folder.path(), &call);
        let three = "product_0\nproduct_1\nproduct_2\n";
        assert_eq!(stdout(&output), three, "{lane}: {}", stderr(&output));
        // A callee of the user's is asked once.
        says(&stderr(&output), &["latency: ", "one cold call", "tollgate load"]);
    }
}

#[test]
fn a_call_says_its_median_latency_and_that_of_the_cold_call() {
    for lane in ["inproc", "ffi-c", "uds", "rest"] {
        let output = succeeds(folder().path(), &["call", lane, "--max", "2"]);
        assert_eq!(stdout(&output), "product_0\nproduct_1\n", "{lane}");
        let said = stderr(&output);
        let latency = said.lines().find(|line| line.starts_with("latency: ")).expect("a line");
        says(latency, &[", median of ", " calls; the first call, cold, took "]);
        let unit = [" ns,", " µs,", " ms,"].iter().filter(|unit| latency.contains(**unit));
        assert_eq!(unit.count(), 1, "{latency}");
    }
}

/// Runs a program on a terminal, and prints what it says there until it says these words.
const ON_A_TERMINAL: &str = r#"
import os, pty, subprocess, sys
ours, theirs = pty.openpty()
child = subprocess.Popen(sys.argv[2:], stdin=subprocess.DEVNULL, stdout=theirs, stderr=theirs)
os.close(theirs)
said = b""
while sys.argv[1].encode() not in said:
    said += os.read(ours, 65536)
child.terminate()
child.wait(60)
print(said.decode())
"#;

#[test]
fn a_terminal_is_told_how_to_call_a_callee() {
    let Some(python) = python() else {
        return skip("install Python 3.9 or newer as python3");
    };
    let folder = folder();
    let mut command = Command::new(python);
    command
        .args(["-c", ON_A_TERMINAL, "recommendations"])
        .current_dir(folder.path());
    let output = command.args([env!("CARGO_BIN_EXE_tollgate"), "serve", "rest"]).output();
    let said = stdout(&output.expect("Python starts"));
    says(
        &said,
        &["ready http://", "call it: curl -d '{\"userId\":\"user_3\",\"maxResults\":3}'"],
    );
}

#[test]
fn ends_and_leaves_nothing_when_its_stdin_ends() {
    let mut sockets = Vec::new();
    for lane in lanes_with_a_callee() {
        let folder = folder();
        let mut served = Served::start(folder.path(), &[&lane], Stdio::piped());
        let socket = served.endpoint.strip_prefix("unix:").map(str::to_owned);
        sockets.extend(socket.inspect(|path| assert!(Path::new(path).exists(), "{lane}: {path}")));
        served.child.stdin = None;
        assert!(served.child.wait().expect("it ends").success(), "{lane}");
    }
    for path in some(sockets, "callees on a Unix socket") {
        let folder = Path::new(&path).parent().expect("a folder of its own");
        assert!(!folder.exists(), "{path} was left");
    }
}

#[test]
fn lives_on_in_the_background_and_goes_when_told() {
    for lane in lanes_with_a_callee() {
        let folder = folder();
        let mut served = Served::start(folder.path(), &[&lane], Stdio::null());
        let call = ["call", &lane, "--endpoint", &served.endpoint, "--max", "1"];
        let output = run(folder.path(), &call);
        assert_eq!(stdout(&output), "product_0\n", "{lane}: {}", stderr(&output));
        signal(&served.child, "-TERM");
        let told = Instant::now();
        assert!(served.child.wait().expect("it ends").success(), "{lane}");
        assert!(told.elapsed() < Duration::from_secs(5));
    }
}

#[test]
fn says_that_its_address_is_in_use() {
    for lane in lanes_with_a_callee() {
        let folder = folder();
        let served = Served::start(folder.path(), &[&lane], Stdio::piped());
        let address = served.endpoint.trim_start_matches("http://");
        let output = run(folder.path(), &["serve", &lane, "--listen", address]);
        assert_eq!(code(&output), 1, "{lane}");
        says(&stderr(&output), &["in use", "--listen"]);
    }
}

#[test]
fn refuses_an_address_of_another_form_and_lanes_without_a_callee() {
    let folder = folder();
    for lane in lanes_with_a_callee() {
        refuses(folder.path(), &["serve", &lane, "--listen", "pigeon:17"], &["pigeon:17"]);
    }
    refuses(folder.path(), &["serve", "inproc"], &["lives inside its caller"]);
}

#[test]
fn refuses_nonsense_asked_of_it_as_usage() {
    let folder = folder();
    for lane in lanes_with_a_callee() {
        let nonsense = ["invalid_argument: max_results is -1"];
        refuses(folder.path(), &["call", &lane, "--max", "-1"], &nonsense);
        let output = run(folder.path(), &["call", &lane, "--max", "1001"]);
        assert_ne!(code(&output), 0, "{lane}");
        says(&stderr(&output), &["too_large"]);
    }
}
