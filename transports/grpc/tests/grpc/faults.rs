//! What happens when the other side is late, gone, somebody else, or is sent what is no message.

use crate::caller::{Caller, DEADLINE, MANY, Many, callee, kind, open, open_within, stub};
use api::{
    Connection, EngineKind, EngineSource, ErrorKind, Host, Lane, Outcome, Reply, Request, ServeError,
    ServiceTime,
};
use grpc::Grpc;
use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpListener,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

#[test]
fn bytes_that_are_no_message_are_malformed_and_end_the_connection() {
    let endpoint = stub();
    assert_eq!(
        open(&endpoint).raw(b"\x0a\x01u\x10\x02").expect("a message"),
        b"\x0a\x09product_0\x0a\x09product_1"
    );
    for garbage in [&b"\xff\xff\xff"[..], b"\x0a\x05ab", b"\x0a\x02\xff\xfe"] {
        let mut caller = open(&endpoint);
        let mut second = caller.client.share().expect("multiplexes");
        assert_eq!(kind(caller.raw(garbage)), ErrorKind::Malformed);
        assert_eq!(kind(caller.call(&Request::default())), ErrorKind::Gone);
        let outcome: Outcome = caller.lane.block_on(second.call(&Request::default(), &mut Reply::default()));
        assert_eq!(kind(outcome), ErrorKind::Gone);
    }
}

#[test]
fn gives_up_at_the_deadline_in_every_mode() {
    let mut engine = EngineSource::embedded(EngineKind::Stub);
    engine.service_time = Some(ServiceTime::Sleep(Duration::from_millis(300)));
    let endpoint = callee(engine);
    let start = Instant::now();
    let mut caller =
        open_within(&endpoint, Duration::from_millis(50)).expect("opening asks the engine nothing");
    assert_eq!(kind(caller.call(&Request::new("u", 1))), ErrorKind::Deadline);
    assert!(start.elapsed() < Duration::from_millis(250));
    assert_eq!(kind(caller.call(&Request::new("u", 1))), ErrorKind::Gone);
    for mode in MANY {
        thread::sleep(Duration::from_millis(700)); // until the callee, which has one thread, is idle again
        let mut caller = open_within(&endpoint, Duration::from_millis(50)).expect("opens");
        assert_eq!(
            kind(caller.many(mode, &[Request::new("u", 1), Request::new("u", 1)])),
            ErrorKind::Deadline
        );
    }
}

#[test]
fn says_gone_when_nobody_is_there_and_unsupported_when_it_is_somebody_else() {
    let free =
        TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a free port");
    let nobody = open_within(&format!("http://{free}"), DEADLINE).err().expect("nobody is there");
    assert_eq!(nobody.kind(), ErrorKind::Gone);
    assert!(nobody.detail().contains("refused"), "{nobody}");

    let silent = TcpListener::bind("127.0.0.1:0").expect("a port");
    let endpoint = format!("http://{}", silent.local_addr().expect("bound"));
    let error = open_within(&endpoint, Duration::from_millis(50)).err().expect("nobody speaks");
    assert_eq!(error.kind(), ErrorKind::Deadline);

    let web = TcpListener::bind("127.0.0.1:0").expect("a port");
    let endpoint = format!("http://{}", web.local_addr().expect("bound"));
    thread::spawn(move || {
        for mut socket in web.incoming().flatten() {
            let answer = b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n";
            let _ = socket.read(&mut [0; 4_096]).and_then(|_| socket.write_all(answer));
            // Closing with bytes unread would be a reset, and an answer that may never be seen.
            let _ = socket.read_to_end(&mut Vec::new());
        }
    });
    let error = open_within(&endpoint, DEADLINE).err().expect("speaks another protocol");
    assert_eq!(error.kind(), ErrorKind::Unsupported, "{error}");
    for endpoint in ["lib:/x", "unix:/tmp/x y", "127.0.0.1:1", ""] {
        let error = open_within(endpoint, DEADLINE).err().expect("no such form");
        assert_eq!(error.kind(), ErrorKind::Unsupported, "{error}");
    }
}

/// Not a test: the callee that `survives_a_callee_that_is_killed` kills.
#[test]
#[ignore = "is run as a process by another test"]
fn callee_process() {
    let mut engine = EngineSource::embedded(EngineKind::Stub);
    engine.service_time = Some(ServiceTime::Sleep(Duration::from_millis(200)));
    let mut tell = |endpoint: &str| println!("\nready {endpoint}");
    Grpc::serve(Host { engine, listen: "127.0.0.1:0", ready: &mut tell }).expect("serves");
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
fn survives_a_callee_that_is_killed_in_mid_call() {
    let call: fn(&mut Caller) -> ErrorKind = |caller| kind(caller.call(&Request::new("u", 1)));
    let stream: fn(&mut Caller) -> ErrorKind =
        |caller| kind(caller.many(Many::Streamed, &[Request::new("u", 1)]));
    for act in [call, stream] {
        let (mut child, endpoint) = callee_of_its_own();
        let mut caller = open(&endpoint);
        let killer = thread::spawn(move || {
            thread::sleep(Duration::from_millis(60));
            child.kill().expect("was running");
            child.wait().expect("ends")
        });
        assert_eq!(act(&mut caller), ErrorKind::Gone);
        killer.join().expect("killed");
        assert_eq!(act(&mut caller), ErrorKind::Gone);
        assert_eq!(open_within(&endpoint, DEADLINE).err().expect("gone").kind(), ErrorKind::Gone);
    }
}

#[test]
fn names_the_address_that_cannot_be_used() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let taken = taken.local_addr().map(|address| (taken, address)).expect("bound");
    let serve = |listen: &str| {
        let engine = EngineSource::embedded(EngineKind::Stub);
        Grpc::serve(Host { engine, listen, ready: &mut |_| panic!("must not be ready") })
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
