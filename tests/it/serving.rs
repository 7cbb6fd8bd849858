//! Callees by themselves: `tollgate serve`.

use crate::support::{Served, code, folder, lanes_with_a_callee, run, stderr, stdout, tollgate};
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
        let output =
            run(folder.path(), &["call", &lane, "--endpoint", &served.endpoint, "--max", "3"]);
        assert_eq!(
            stdout(&output),
            "product_0\nproduct_1\nproduct_2\n",
            "{lane}: {}",
            stderr(&output)
        );
    }
}

#[test]
fn ends_and_leaves_nothing_when_its_stdin_ends() {
    for lane in lanes_with_a_callee() {
        let folder = folder();
        let mut served = Served::start(folder.path(), &[&lane], Stdio::piped());
        served.child.stdin = None;
        assert!(served.child.wait().expect("it ends").success(), "{lane}");
        if let Some(path) = served.endpoint.strip_prefix("unix:") {
            assert!(
                !Path::new(path).exists() && !Path::new(path).parent().is_some_and(Path::exists),
                "{lane}"
            );
        }
    }
}

#[test]
fn lives_on_in_the_background_and_goes_when_told() {
    for lane in lanes_with_a_callee() {
        let folder = folder();
        let mut served = Served::start(folder.path(), &[&lane], Stdio::null());
        let output =
            run(folder.path(), &["call", &lane, "--endpoint", &served.endpoint, "--max", "1"]);
        assert_eq!(stdout(&output), "product_0\n", "{lane}: {}", stderr(&output));
        let pid = served.child.id().to_string();
        assert!(
            Command::new("kill")
                .args(["-TERM", &pid])
                .status()
                .expect("kill runs")
                .success()
        );
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
        let address = served.endpoint.trim_start_matches("http://").to_string();
        let output = tollgate(folder.path())
            .args(["serve", &lane, "--listen", &address])
            .output()
            .expect("starts");
        assert_eq!(code(&output), 1);
        let said = stderr(&output);
        assert!(said.contains("in use") && said.contains("--listen"), "{lane}: {said}");
    }
}

#[test]
fn refuses_an_address_of_another_form_and_lanes_without_a_callee() {
    let folder = folder();
    for lane in lanes_with_a_callee() {
        let output = run(folder.path(), &["serve", &lane, "--listen", "pigeon:17"]);
        assert_eq!(code(&output), 2, "{lane}: {}", stderr(&output));
    }
    let output = run(folder.path(), &["serve", "inproc"]);
    assert_eq!(code(&output), 2);
    assert!(stderr(&output).contains("lives inside its caller"), "{}", stderr(&output));
}

#[test]
fn refuses_nonsense_asked_of_it_as_usage() {
    let folder = folder();
    for lane in lanes_with_a_callee() {
        let output = run(folder.path(), &["call", &lane, "--max", "-1"]);
        assert_eq!(code(&output), 2, "{lane}");
        assert!(
            stderr(&output).contains("invalid_argument: max_results is -1"),
            "{}",
            stderr(&output)
        );
        let output = run(folder.path(), &["call", &lane, "--max", "1001"]);
        assert!(stderr(&output).contains("too_large"), "{lane}: {}", stderr(&output));
    }
}
