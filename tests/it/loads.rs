//! `tollgate load`: what is sent, counted and shown, and what a load says of a callee that stalls,
//! lies or goes.

use crate::support::{Served, code, folder, run, stderr, stdout, tollgate};
use serde_json::Value;
use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{Shutdown, TcpListener, TcpStream},
    process::{Command, Stdio},
    sync::{Arc, Mutex},
    thread,
    time::{Duration, Instant},
};

/// A load as JSON, which must be all of stdout; and the exit code.
fn load(arguments: &[&str]) -> (Value, i32) {
    let folder = folder();
    let output = run(folder.path(), &[&["load", "--format", "json"], arguments].concat());
    let read = serde_json::from_str(&stdout(&output));
    (
        read.unwrap_or_else(|error| panic!("{error}: {}", stderr(&output))),
        code(&output),
    )
}

/// Runs `tollgate load` and expects one line of stderr with these words.
fn refuses(exit: i32, arguments: &[&str], words: &[&str]) {
    let folder = folder();
    let output = run(folder.path(), &[&["load"], arguments].concat());
    let said = stderr(&output);
    assert_eq!(code(&output), exit, "{arguments:?}: {said}");
    assert!(words.iter().all(|word| said.contains(word)), "{arguments:?}: {said}");
    assert_eq!(stdout(&output), "", "{arguments:?}");
}

/// Lanes that block, that wait and share a connection, that wait and do not, and that are no
/// process at all.
const KINDS: [&str; 4] = ["uds", "grpc", "rest-lean", "inproc"];

#[test]
fn sends_what_is_due_and_accounts_for_every_call() {
    for lane in KINDS {
        for arrivals in ["poisson", "constant"] {
            let (load, _) =
                load(&[lane, "--rate", "200", "--duration", "1s", "--arrivals", arrivals]);
            let count = |key: &str| load[key].as_u64().expect(key);
            assert_eq!((count("errors"), count("wrong_answers")), (0, 0), "{lane}: {load}");
            assert_eq!(load["loop"], "open");
            assert_eq!(count("sent"), count("answered"), "{lane}: {load}");
            let due = count("sent") + count("dropped");
            // Of 200 a second, in the 0.9 s behind the lead-in; Poisson arrivals with six standard
            // deviations.
            assert!(
                if arrivals == "constant" {
                    due == 180
                } else {
                    (100..260).contains(&due)
                },
                "{load}"
            );
            let of_all = |key: &str| {
                load[key]["samples"] == load["answered"] || load["verdict"] == "unstable"
            };
            assert!(
                of_all("latency_ns") && of_all("service_ns") && of_all("lateness_ns"),
                "{lane}: {load}"
            );
            assert!(
                load["little"]["relative_error"].as_f64().is_some_and(|error| error < 0.03),
                "{load}"
            );
        }
    }
}

#[test]
fn fills_every_place_in_a_closed_loop_and_calls_it_closed() {
    for lane in KINDS {
        let (load, exit) =
            load(&[lane, "--rate", "max", "--duration", "500ms", "--in-flight", "4"]);
        assert_eq!(exit, 0, "{lane}: {load}");
        assert_eq!(
            (&load["loop"], &load["verdict"]),
            (&"closed".into(), &"stable".into()),
            "{load}"
        );
        for absent in ["latency_ns", "lateness_ns", "offered_per_s", "rate_per_s", "arrivals"] {
            assert!(load[absent].is_null(), "{absent}: {load}");
        }
        assert!(
            load["in_flight_max"].as_u64().is_some_and(|most| (1..=4).contains(&most)),
            "{lane}: {load}"
        );
        assert!(
            load["answered"].as_u64().is_some_and(|answered| answered > 100),
            "{lane}: {load}"
        );
        let known = |key: &str| load[key].as_f64().is_some_and(|ns| ns > 0.0);
        assert!(known("cpu_caller_ns_per_call"), "{lane}: {load}");
        assert_eq!(known("cpu_callee_ns_per_call"), lane != "inproc", "{lane}: {load}");
    }
}

#[test]
fn has_calls_in_flight_on_one_connection_where_the_lane_shares_it() {
    let (load, _) = load(&["grpc", "--rate", "max", "--duration", "300ms", "--in-flight", "8"]);
    assert_eq!((&load["connections"], &load["in_flight_max"]), (&1.into(), &8.into()), "{load}");
}

/// The address of a proxy before `to` that does something with what comes back: given the bytes,
/// and how long ago a connection was last opened.
fn between(to: &str, does: impl FnMut(&mut [u8], Duration) + Clone + Send + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("binds");
    let (at, to) = (listener.local_addr().expect("bound"), to.to_string());
    let opened = Arc::new(Mutex::new(Instant::now()));
    thread::spawn(move || {
        for near in listener.incoming().map_while(Result::ok) {
            *opened.lock().expect("nobody panics with it") = Instant::now();
            let far = TcpStream::connect(&to).expect("the callee is there");
            near.set_nodelay(true).and_then(|()| far.set_nodelay(true)).expect("sockets");
            let copy = |stream: &TcpStream| stream.try_clone().expect("a descriptor");
            let (out, back) = ((copy(&near), copy(&far)), (far, near));
            let (mut does, opened) = (does.clone(), opened.clone());
            thread::spawn(move || carry(out, |_| {}));
            thread::spawn(move || {
                carry(back, |bytes| {
                    let age = opened.lock().expect("nobody panics with it").elapsed();
                    does(bytes, age);
                });
            });
        }
    });
    at.to_string()
}

fn carry((mut from, mut to): (TcpStream, TcpStream), mut does: impl FnMut(&mut [u8])) {
    let mut bytes = [0; 16 << 10];
    while let Ok(count) = from.read(&mut bytes)
        && count > 0
    {
        does(&mut bytes[..count]);
        if to.write_all(&bytes[..count]).is_err() {
            break;
        }
    }
    // Whoever has gone already needs no end.
    drop(to.shutdown(Shutdown::Both));
}

#[test]
fn an_open_loop_sees_a_stall_and_a_closed_one_is_called_blind_to_it() {
    let folder = folder();
    let served = Served::start(folder.path(), &["tcp"], Stdio::piped());
    // It answers, and once a second says nothing for 200 ms; the load ends half a second later,
    // when it has caught up.
    let proxy = between(served.endpoint.trim_start_matches("tcp:"), |_, age| {
        let into_second = age.as_millis() as u64 % 1_000;
        if age >= Duration::from_secs(1) {
            thread::sleep(Duration::from_millis(200_u64.saturating_sub(into_second)));
        }
    });
    let endpoint = format!("tcp:{proxy}");
    let (seen, exit) = load(&[
        "tcp",
        "--endpoint",
        &endpoint,
        "--rate",
        "300",
        "--duration",
        "4500ms",
        "--in-flight",
        "16",
    ]);
    assert_eq!((exit, &seen["verdict"]), (0, &"stable".into()), "{seen}");
    assert!(seen["latency_ns"]["p99"].as_u64().is_some_and(|ns| ns >= 150_000_000), "{seen}");
    let arguments =
        ["load", "tcp", "--endpoint", &endpoint, "--rate", "max", "--duration", "1500ms"];
    let output = run(folder.path(), &arguments);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    let said = stdout(&output);
    assert!(said.contains("closed loop") && said.contains("Blind to stalls"), "{said}");
    assert!(!said.contains("from the intended start"), "{said}");
}

#[test]
fn more_than_the_callee_can_take_is_unstable_and_has_no_p99() {
    let folder = folder();
    // 2 ms for each call and a thread for each connection: at most 1,000 calls per second on two.
    let served =
        Served::start(folder.path(), &["uds", "--service-time-us", "2000"], Stdio::piped());
    let places = ["--in-flight", "2", "--duration", "1500ms", "--endpoint", &served.endpoint];
    let (load, exit) = load(&[&["uds", "--rate", "3000"], &places[..]].concat());
    assert_eq!((exit, &load["verdict"]), (0, &"unstable".into()), "{load}");
    assert_eq!(load["rate_per_s"], 3_000.0);
    assert!(load["dropped"].as_u64().is_some_and(|dropped| dropped > 0), "{load}");
    assert!(load["latency_ns"].is_null() && load["service_ns"]["p50"].is_u64(), "{load}");
    let output = run(folder.path(), &[&["load", "uds", "--rate", "3000"], &places[..]].concat());
    assert!(stdout(&output).contains("not shown"), "{}", stdout(&output));
}

#[test]
fn wrong_answers_are_counted_and_end_with_exit_code_4() {
    let folder = folder();
    let served = Served::start(folder.path(), &["tcp"], Stdio::piped());
    let mut answers = 0;
    // The first answers are right: the one that `open` asks for is compared there.
    let proxy = between(served.endpoint.trim_start_matches("tcp:"), move |bytes, _| {
        answers += 1;
        if answers > 20
            && let Some(digit) = bytes.windows(9).position(|part| part == b"product_3")
        {
            bytes[digit + 8] = b'8';
        }
    });
    let places = ["--in-flight", "1", "--rate", "max", "--duration", "300ms"];
    let (load, exit) =
        load(&[&["tcp", "--endpoint", &format!("tcp:{proxy}")], &places[..]].concat());
    assert_eq!((exit, &load["verdict"]), (4, &"untrustworthy".into()), "{load}");
    assert!(load["wrong_answers"].as_u64().is_some_and(|wrong| wrong > 0), "{load}");
    assert!(
        load["reasons"][0].as_str().is_some_and(|line| line.contains("wrong answers")),
        "{load}"
    );
}

#[test]
fn a_callee_whose_first_answer_is_wrong_is_told_at_once() {
    let folder = folder();
    let served = Served::start(folder.path(), &["rest", "--engine", "wrong"], Stdio::piped());
    refuses(
        4,
        &["rest", "--endpoint", &served.endpoint, "--rate", "max"],
        &["a wrong answer"],
    );
}

#[test]
fn a_callee_that_goes_away_is_counted_as_errors_and_ends_the_load() {
    let folder = folder();
    let mut served = Served::start(folder.path(), &["rest-lean"], Stdio::piped());
    let endpoint = served.endpoint.clone();
    let child = tollgate(folder.path())
        .args(["load", "rest-lean", "--rate", "max", "--duration", "60s", "--format", "json"])
        .args(["--endpoint", &endpoint])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("starts");
    thread::sleep(Duration::from_millis(2_500));
    served.child.kill().expect("there");
    let output = child.wait_with_output().expect("it ends before its time");
    let load: Value = serde_json::from_str(&stdout(&output)).expect("JSON");
    assert_eq!((code(&output), &load["verdict"]), (4, &"untrustworthy".into()), "{load}");
    assert!(load["errors"].as_u64().is_some_and(|errors| errors > 0), "{load}");
}

#[test]
fn an_interrupted_load_shows_what_it_has() {
    let folder = folder();
    for lane in ["uds", "grpc"] {
        let mut child = tollgate(folder.path())
            .args(["load", lane, "--rate", "200", "--duration", "60s", "--format", "json"])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("starts");
        let mut line = String::new();
        BufReader::new(child.stderr.take().expect("piped"))
            .read_line(&mut line)
            .expect("it says that it begins");
        thread::sleep(Duration::from_millis(1_500));
        let pid = child.id().to_string();
        assert!(Command::new("kill").args(["-INT", &pid]).status().expect("kill runs").success());
        let output = child.wait_with_output().expect("it ends");
        let load: Value = serde_json::from_str(&stdout(&output)).expect("JSON");
        assert_eq!((code(&output), &load["interrupted"]), (130, &true.into()), "{lane}: {load}");
        assert!(
            load["answered"].as_u64().is_some_and(|answered| answered > 10),
            "{lane}: {load}"
        );
        assert_eq!(load["errors"], 0, "{lane}: {load}");
        assert!(load["dropped"].as_u64().is_some_and(|dropped| dropped < 10), "{lane}: {load}");
    }
}

#[test]
fn refuses_what_makes_no_sense_with_the_cure() {
    refuses(2, &["grpc", "--rate", "0"], &["rate 0", "above 0", "max"]);
    refuses(
        2,
        &["grpc", "--rate", "0.01", "--duration", "5s"],
        &["not one call", "--duration"],
    );
    refuses(2, &["grpc", "--rate", "9", "--duration", "11m"], &["at most 10m"]);
    refuses(2, &["grpc", "--rate", "9", "--in-flight", "1025"], &["1 to 1024"]);
    refuses(
        2,
        &["grpc", "--rate", "9", "--connections", "257", "--in-flight", "300"],
        &["1 to 256"],
    );
    refuses(
        2,
        &["grpc", "--rate", "9", "--connections", "9", "--in-flight", "8"],
        &["--in-flight 9"],
    );
    let alone = ["uds", "--rate", "9", "--connections", "1", "--in-flight", "8"];
    refuses(2, &alone, &["one call in flight", "--connections 8"]);
    refuses(2, &["grpc", "--rate", "9", "--max-results", "1001"], &["max-results 1001"]);
    refuses(2, &["grpc", "--rate", "9", "--placement", "near"], &["free, same, cross"]);
    let beside = [
        "grpc",
        "--rate",
        "9",
        "--placement",
        "cross",
        "--endpoint",
        "http://127.0.0.1:1",
    ];
    refuses(2, &beside, &["--callee-pid"]);
    refuses(2, &["grpk", "--rate", "9"], &["Did you mean grpc?"]);
}
