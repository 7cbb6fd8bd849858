//! What happens when the other side is late, gone, somebody else, or is sent what is no message.

use crate::caller::{DEADLINE, callee, kind, open, open_within, stub};
use api::{EngineKind, EngineSource, ErrorKind, Host, Lane, Request, ServeError, ServiceTime};
use rest::Rest;
use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpListener,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

/// Not a test: the callee that `survives_a_callee_that_is_killed` kills.
#[test]
#[ignore = "is run as a process by another test"]
fn callee_process() {
    let mut engine = EngineSource::embedded(EngineKind::Stub);
    engine.service_time = Some(ServiceTime::Sleep(Duration::from_millis(200)));
    let mut tell = |endpoint: &str| println!("\nready {endpoint}");
    Rest::serve(Host { engine, listen: "127.0.0.1:0", ready: &mut tell }).expect("serves");
}

fn callee_of_its_own() -> (Child, String) {
    let mut child = Command::new(std::env::current_exe().expect("this test"))
        .args(["faults::callee_process", "--exact", "--ignored", "--nocapture"])
        .stdout(Stdio::piped())
        .spawn()
        .expect("starts");
    let lines = BufReader::new(child.stdout.take().expect("piped")).lines();
    let ready = lines.map_while(Result::ok).find_map(|line| line.strip_prefix("ready ").map(String::from));
    (child, ready.expect("ready"))
}

#[test]
fn names_the_address_that_cannot_be_used() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let taken = taken.local_addr().map(|address| (taken, address)).expect("bound");
    let serve = |listen: &str| {
        let engine = EngineSource::embedded(EngineKind::Stub);
        Rest::serve(Host { engine, listen, ready: &mut |_| panic!("must not be ready") })
            .expect_err("no such address")
    };
    let error = serve(&format!("http://{}", taken.1));
    assert!(matches!(&error, ServeError::Io(_)));
    assert!(
        error.to_string().starts_with(&format!("cannot listen on {}: Address already in use", taken.1)),
        "{error}"
    );
    for listen in ["unix:/tmp/x", "50051", "localhost:1", ""] {
        let error = serve(listen);
        assert!(matches!(&error, ServeError::Address(words) if words.contains("127.0.0.1:PORT")), "{error}");
    }
}

#[test]
fn bytes_that_are_no_message_are_malformed_and_end_the_connection() {
    let endpoint = stub();
    let answer = open(&endpoint).raw(br#"{"user_id":"u","maxResults":2}"#).expect("a message");
    assert_eq!(answer, br#"{"productIds":["product_0","product_1"]}"#);
    for garbage in [&b"\xff\xff"[..], b"", b"[]", br#"{"userId":"#, br#"{"maxResults":"many"}"#] {
        let mut caller = open(&endpoint);
        assert_eq!(kind(caller.raw(garbage)), ErrorKind::Malformed);
        assert_eq!(kind(caller.call(&Request::default())), ErrorKind::Gone);
    }
}

#[test]
fn gives_up_at_the_deadline() {
    let mut engine = EngineSource::embedded(EngineKind::Stub);
    engine.service_time = Some(ServiceTime::Sleep(Duration::from_millis(300)));
    let mut caller =
        open_within(&callee(engine), Duration::from_millis(50)).expect("opening asks the engine nothing");
    let start = Instant::now();
    assert_eq!(kind(caller.call(&Request::new("u", 1))), ErrorKind::Deadline);
    assert!(start.elapsed() < Duration::from_millis(250));
    assert_eq!(kind(caller.call(&Request::new("u", 1))), ErrorKind::Gone);
}

#[test]
fn survives_a_callee_that_is_killed_in_mid_call() {
    let (mut child, endpoint) = callee_of_its_own();
    let mut caller = open(&endpoint);
    let killer = thread::spawn(move || {
        thread::sleep(Duration::from_millis(60));
        child.kill().expect("was running");
        child.wait().expect("ends")
    });
    assert_eq!(kind(caller.call(&Request::new("u", 1))), ErrorKind::Gone);
    killer.join().expect("killed");
    assert_eq!(kind(caller.call(&Request::new("u", 1))), ErrorKind::Gone);
    let nobody = open_within(&endpoint, DEADLINE).err().expect("nobody is there");
    assert_eq!(nobody.kind(), ErrorKind::Gone);
    assert!(nobody.detail().contains("refused"), "{nobody}");
}

/// Answers each connection with these bytes, whatever it asks.
fn impostor(answer: &'static [u8]) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let endpoint = format!("http://{}", listener.local_addr().expect("bound"));
    thread::spawn(move || {
        for mut socket in listener.incoming().flatten() {
            let _ = socket.read(&mut [0; 4_096]).and_then(|_| socket.write_all(answer));
        }
    });
    endpoint
}

#[test]
fn says_what_is_there_when_it_is_no_callee() {
    let open =
        |answer| open_within(&impostor(answer), Duration::from_secs(2)).err().expect("no callee").kind();
    assert_eq!(open(b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n"), ErrorKind::Unsupported);
    assert_eq!(open(b"HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\n<html>"), ErrorKind::Unsupported);
    assert_eq!(open(b"SSH-2.0-OpenSSH_9.2\r\n"), ErrorKind::Unsupported);
    assert_eq!(open(b""), ErrorKind::Gone);
    for endpoint in ["lib:/x", "unix:/tmp/x y", "127.0.0.1:1", ""] {
        let error = open_within(endpoint, DEADLINE).err().expect("no such form");
        assert_eq!(error.kind(), ErrorKind::Unsupported, "{error}");
    }
}
