//! `tollgate load`: what is sent, counted and shown, and what a load says of a callee that stalls,
//! lies or goes.

use crate::support::{
    Served, code, folder, processes, proxy, run, says, signal, some, stderr, stdout, succeeds,
    tollgate, wait_for, words,
};
use serde_json::Value;
use std::{
    io::{BufRead, BufReader},
    process::{Child, Output, Stdio},
    sync::mpsc,
    thread,
    time::Duration,
};

/// A load as JSON, and its exit code.
struct Loaded {
    json: Value,
    code: i32,
}

impl Loaded {
    /// What was printed must be JSON and nothing else.
    fn of(output: &Output) -> Self {
        let read = serde_json::from_str(&stdout(output));
        let json = read.unwrap_or_else(|error| panic!("{error}: {}", stderr(output)));
        Self { json, code: code(output) }
    }

    #[track_caller]
    fn count(&self, key: &str) -> u64 {
        self.json[key].as_u64().unwrap_or_else(|| panic!("no {key}: {}", self.json))
    }

    #[track_caller]
    fn ended(&self, code: i32, verdict: &str) {
        assert_eq!(
            (self.code, self.json["verdict"].as_str()),
            (code, Some(verdict)),
            "{}",
            self.json
        );
    }
}

/// `tollgate load` with these words, in JSON.
fn load(line: &str) -> Loaded {
    let line = format!("load --format json {line}");
    Loaded::of(&run(folder().path(), &words(&line)))
}

/// The same in the background.
fn loading(line: &str) -> Child {
    let line = format!("load --format json {line}");
    tollgate(&std::env::temp_dir())
        .args(words(&line))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("starts")
}

/// Runs `tollgate load` and expects words on stderr, this exit code, and no figures.
#[track_caller]
fn refuses(exit: i32, line: &str, said: &[&str]) {
    let output = run(folder().path(), &words(&format!("load {line}")));
    assert_eq!(code(&output), exit, "{line}: {}", stderr(&output));
    says(&stderr(&output), said);
    assert_eq!(stdout(&output), "", "{line}");
}

/// Lanes that block, that wait and share a connection, that wait and do not, and that are no
/// process at all.
const KINDS: [&str; 4] = ["uds", "grpc", "rest-lean", "inproc"];

/// Everything that was due was sent or dropped, what was sent was answered, and Little's law holds.
fn accounts_for_every_call(load: &Loaded) {
    let json = &load.json;
    assert_eq!((load.count("errors"), load.count("wrong_answers")), (0, 0), "{json}");
    assert_eq!(load.count("sent"), load.count("answered"), "{json}");
    assert_eq!(json["service_ns"]["samples"], load.count("answered"), "{json}");
    let stable = json["verdict"] == "stable";
    assert!(stable || json["verdict"] == "unstable", "{json}");
    for key in ["latency_ns", "lateness_ns"] {
        if stable {
            assert_eq!(json[key]["samples"], load.count("answered"), "{key}: {json}");
        } else {
            assert!(json[key].is_null(), "{key}: {json}");
        }
    }
    let missed = json["little"]["relative_error"].as_f64().expect("counted");
    assert!(missed < 0.03, "{json}");
}

#[test]
fn sends_what_is_due_and_accounts_for_every_call() {
    for lane in KINDS {
        for arrivals in ["poisson", "constant"] {
            let load = load(&format!("{lane} --rate 200 --duration 1s --arrivals {arrivals}"));
            accounts_for_every_call(&load);
            assert_eq!(load.json["loop"], "open");
            // Of 200 a second, in the 0.9 s behind the lead-in; Poisson arrivals with six standard
            // deviations.
            let due = load.count("sent") + load.count("dropped");
            let wanted = if arrivals == "constant" { 180..181 } else { 100..260 };
            assert!(wanted.contains(&due), "{lane}, {arrivals}: {}", load.json);
        }
    }
}

#[test]
fn fills_every_place_in_a_closed_loop_and_calls_it_closed() {
    for lane in KINDS {
        let load = load(&format!("{lane} --rate max --duration 500ms --in-flight 4"));
        load.ended(0, "stable");
        assert_eq!(load.json["loop"], "closed");
        for absent in ["latency_ns", "lateness_ns", "offered_per_s", "rate_per_s", "arrivals"] {
            assert!(load.json[absent].is_null(), "{absent}: {}", load.json);
        }
        assert!((1..=4).contains(&load.count("in_flight_max")), "{lane}: {}", load.json);
        assert!(load.count("answered") > 20, "{lane}: {}", load.json);
        let known = |key: &str| load.json[key].as_f64().is_some_and(|ns| ns > 0.0);
        assert!(known("cpu_caller_ns_per_call"), "{lane}: {}", load.json);
        assert_eq!(known("cpu_callee_ns_per_call"), lane != "inproc", "{lane}: {}", load.json);
    }
}

#[test]
fn has_calls_in_flight_on_one_connection_where_the_lane_shares_it() {
    let load = load("grpc --rate max --duration 300ms --in-flight 8");
    assert_eq!(
        (load.count("connections"), load.count("in_flight_max")),
        (1, 8),
        "{}",
        load.json
    );
}

#[test]
fn an_open_loop_sees_a_stall_and_a_closed_one_is_called_blind_to_it() {
    let folder = folder();
    let served = Served::start(folder.path(), &["tcp"], Stdio::piped());
    // It answers, and once a second says nothing for 200 ms; the load ends half a second later,
    // when it has caught up.
    let stalling = proxy::before(&served.endpoint, |_, age| {
        let into_second = age.as_millis() as u64 % 1_000;
        if age >= Duration::from_secs(1) {
            thread::sleep(Duration::from_millis(200_u64.saturating_sub(into_second)));
        }
    });
    let open = format!("tcp --rate 300 --duration 4500ms --in-flight 16 --endpoint {stalling}");
    let seen = load(&open);
    seen.ended(0, "stable");
    let p99_ns = seen.json["latency_ns"]["p99"].as_u64().expect("shown");
    assert!(p99_ns >= 150_000_000, "{}", seen.json);
    let closed = format!("load tcp --rate max --duration 1500ms --endpoint {stalling}");
    let said = stdout(&succeeds(folder.path(), &words(&closed)));
    says(&said, &["closed loop", "does not show stalls"]);
    assert!(!said.contains("from when it was due"), "{said}");
}

#[test]
fn more_than_the_callee_can_take_is_unstable_and_has_no_p99() {
    let folder = folder();
    // 2 ms for each call and a thread for each connection: at most 1,000 calls per second on two.
    let slow = ["uds", "--service-time-us", "2000"];
    let served = Served::start(folder.path(), &slow, Stdio::piped());
    let too_many =
        format!("uds --rate 3000 --in-flight 2 --duration 1500ms --endpoint {}", served.endpoint);
    let load = load(&too_many);
    load.ended(0, "unstable");
    assert_eq!(load.json["rate_per_s"], 3_000.0);
    assert!(load.count("dropped") > 0, "{}", load.json);
    assert!(load.json["latency_ns"].is_null(), "{}", load.json);
    assert!(load.json["service_ns"]["p50"].is_u64(), "{}", load.json);
    let output = run(folder.path(), &words(&format!("load {too_many}")));
    says(&stdout(&output), &["not shown"]);
}

#[test]
fn wrong_answers_are_counted_and_end_with_exit_code_4() {
    let folder = folder();
    let served = Served::start(folder.path(), &["tcp"], Stdio::piped());
    let mut answers = 0;
    // The first answers are right: the one that `open` asks for is compared there.
    let lying = proxy::before(&served.endpoint, move |bytes, _| {
        answers += 1;
        if answers > 20
            && let Some(digit) = bytes.windows(9).position(|part| part == b"product_3")
        {
            bytes[digit + 8] = b'8';
        }
    });
    let load = load(&format!("tcp --in-flight 1 --rate max --duration 300ms --endpoint {lying}"));
    load.ended(4, "untrustworthy");
    assert!(load.count("wrong_answers") > 0, "{}", load.json);
    says(load.json["reasons"][0].as_str().expect("a reason"), &["wrong answers"]);
}

#[test]
fn a_callee_whose_first_answer_is_wrong_is_told_at_once() {
    let folder = folder();
    let served = Served::start(folder.path(), &["rest", "--engine", "wrong"], Stdio::piped());
    let line = format!("rest --rate max --endpoint {}", served.endpoint);
    refuses(4, &line, &["a wrong answer"]);
    let wrong = run(folder.path(), &words("load rest --rate 9 --engine wrong"));
    let said = stderr(&wrong);
    says(said.lines().next().unwrap_or_default(), &["engine wrong", "wrong on purpose"]);
}

/// The longest lead-in of a load, in which nothing is recorded, and as long again for a slow start.
const RECORDED_FROM: Duration = Duration::from_secs(2);

#[test]
fn a_callee_that_goes_away_is_counted_as_errors_and_ends_the_load() {
    let folder = folder();
    let mut served = Served::start(folder.path(), &["rest-lean"], Stdio::piped());
    let (tell, answered) = mpsc::channel();
    let endpoint = proxy::before(&served.endpoint, move |_, age| {
        if age > RECORDED_FROM {
            let _ = tell.send(());
        }
    });
    let line = format!("rest-lean --rate max --duration 60s --endpoint {endpoint}");
    let child = loading(&line);
    answered
        .recv_timeout(Duration::from_secs(30))
        .expect("an answer that is recorded");
    served.child.kill().expect("there");
    let load = Loaded::of(&child.wait_with_output().expect("it ends before its time"));
    load.ended(4, "untrustworthy");
    assert!(load.count("errors") > 0, "{}", load.json);
    // One cause is one reason.
    let said = load.json["reasons"].to_string();
    assert!(said.starts_with("[\"failed calls: ") && !said.contains("Little"), "{said}");
}

#[test]
fn an_interrupted_load_shows_what_it_has() {
    for lane in ["tcp", "grpc"] {
        let folder = folder();
        let served = Served::start(folder.path(), &[lane], Stdio::piped());
        let (tell, answered) = mpsc::channel();
        let endpoint = proxy::before(&served.endpoint, move |bytes, _| {
            for _ in bytes.windows(9).filter(|part| part == b"product_0") {
                let _ = tell.send(());
            }
        });
        let line = format!("{lane} --rate 200 --duration 60s --endpoint {endpoint}");
        let child = loading(&line);
        // One for each connection, 200 or so in the lead-in, and many more.
        for _ in 0..400 {
            answered.recv_timeout(Duration::from_secs(30)).expect("an answer");
        }
        signal(&child, "-INT");
        let load = Loaded::of(&child.wait_with_output().expect("it ends"));
        assert_eq!((load.code, &load.json["interrupted"]), (130, &true.into()), "{}", load.json);
        assert!(load.count("answered") > 10, "{lane}: {}", load.json);
        assert_eq!(load.count("errors"), 0, "{lane}: {}", load.json);
        assert!(load.count("dropped") < 100, "{lane}: {}", load.json); // of 11,000 to come
    }
}

#[test]
fn an_interrupted_load_ends_the_callee_that_it_started() {
    for lane in ["uds", "grpc"] {
        let mut child = loading(&format!("{lane} --rate 200 --duration 60s"));
        let mut line = String::new();
        let mut said = BufReader::new(child.stderr.take().expect("piped"));
        said.read_line(&mut line).expect("it says that it begins");
        let started = wait_for("a driver and a callee", || {
            let started = processes::descendants(child.id());
            if started.len() < 2 { None } else { Some(started) }
        });
        signal(&child, "-INT");
        let load = Loaded::of(&child.wait_with_output().expect("it ends"));
        assert_eq!((load.code, &load.json["interrupted"]), (130, &true.into()), "{}", load.json);
        for pid in some(started, "processes of the load") {
            assert!(!processes::runs(pid), "{lane}: process {pid} was left");
        }
    }
}

#[test]
fn refuses_what_makes_no_sense_with_the_cure() {
    refuses(2, "grpc --rate 0", &["rate 0", "calls per second", "as in 5000", "max"]);
    refuses(2, "grpc --rate 0.01 --duration 5s", &["not one call", "--duration"]);
    refuses(2, "grpc --rate 9 --duration 11m", &["at most 10m"]);
    refuses(2, "grpc --rate 9 --in-flight 1025", &["1 to 1024"]);
    refuses(2, "grpc --rate 9 --connections 257 --in-flight 300", &["1 to 256"]);
    refuses(2, "grpc --rate 9 --connections 9 --in-flight 8", &["--in-flight 9"]);
    let alone = "uds --rate 9 --connections 1 --in-flight 8";
    refuses(2, alone, &["one call in flight", "--connections 8"]);
    refuses(2, "grpc --rate 9 --max-results 1001", &["max-results 1001"]);
    refuses(2, "grpc --rate 9 --placement near", &["one, two, far, free"]);
    let beside = "grpc --rate 9 --placement two --endpoint http://127.0.0.1:1";
    refuses(2, beside, &["--callee-pid"]);
    refuses(2, "grpk --rate 9", &["Did you mean grpc?"]);
}
