//! Callees by themselves: `tollgate serve`.

use crate::support::{
    Served, code, folder, lanes_with_a_callee, refuses, run, says, signal, some, stderr, stdout,
};
use std::{
    path::Path,
    process::Stdio,
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
    }
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
