//! The lane `rest` against a real callee on a free port. What every lane must do is the conformance suite's; here is
//! what this one can get wrong in its own way.

use api::{
    CallError, Connection, EngineKind, EngineSource, ErrorKind, Host, Lane, Open, Outcome, Reply, Request, ServeError,
    ServiceTime, Stamps, echo_bytes,
};
use fixtures::{data, trace};
use prost::Message;
use rest::{Client, Rest};
use std::{
    collections::BTreeSet,
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    process::{Child, Command, Stdio},
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

const DEADLINE: Duration = Duration::from_secs(20);

/// A callee in a thread of this process; it ends with it.
fn callee(engine: EngineSource) -> String {
    let (said, ready) = mpsc::channel();
    thread::spawn(move || {
        let mut tell = |endpoint: &str| said.send(endpoint.to_owned()).expect("the test waits");
        Rest::serve(Host { engine, listen: "127.0.0.1:0", ready: &mut tell })
    });
    ready.recv_timeout(DEADLINE).expect("ready")
}

fn stub() -> String {
    callee(EngineSource::embedded(EngineKind::Stub))
}

struct Caller {
    lane: Rest,
    client: Client,
}

fn open_within(endpoint: &str, deadline: Duration) -> Result<Caller, CallError> {
    let mut lane = Rest::default();
    let engine = EngineSource::embedded(EngineKind::Stub);
    let client = lane.open(&Open { endpoint, deadline, engine: &engine })?;
    Ok(Caller { lane, client })
}

fn open(endpoint: &str) -> Caller {
    open_within(endpoint, DEADLINE).expect("opens")
}

impl Caller {
    fn call(&mut self, request: &Request) -> Result<Reply, CallError> {
        let mut reply: Reply = ["what was there before"].into_iter().collect();
        self.lane.block_on(self.client.call(request, &mut reply))?;
        Ok(reply)
    }

    fn batch(&mut self, requests: &[Request]) -> Result<Vec<Reply>, CallError> {
        let mut replies = vec![["before"].into_iter().collect(); requests.len()];
        self.lane.block_on(self.client.batch(requests, &mut replies))?;
        Ok(replies)
    }

    fn raw(&mut self, bytes: &[u8]) -> Result<Vec<u8>, CallError> {
        let mut reply = Vec::new();
        self.lane.block_on(self.client.raw(bytes, &mut reply))?;
        Ok(reply)
    }

    fn echo(&mut self, payload: &[u8], reply_bytes: usize) -> Result<Vec<u8>, CallError> {
        let mut back = Vec::new();
        self.lane.block_on(self.client.echo(payload, reply_bytes, &mut back))?;
        Ok(back)
    }
}

fn numbered(count: usize) -> Reply {
    (0..count).map(|i| format!("product_{i}")).collect()
}

#[test]
fn carries_any_text_and_the_longest_user_id() {
    let mut caller = open(&stub());
    for user in ["", "ü\u{0}\"\n", "日本語", &"x".repeat(65_536)] {
        assert_eq!(caller.call(&Request::new(user, 2)).expect("answers"), numbered(2));
    }
}

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
        .args(["callee_process", "--exact", "--ignored", "--nocapture"])
        .stdout(Stdio::piped())
        .spawn()
        .expect("starts");
    let lines = BufReader::new(child.stdout.take().expect("piped")).lines();
    let ready = lines.map_while(Result::ok).find_map(|line| line.strip_prefix("ready ").map(String::from));
    (child, ready.expect("ready"))
}

#[test]
fn a_stamped_call_reports_the_callee_s_parts_and_a_plain_one_does_not() {
    let mut caller = open(&callee(EngineSource::embedded(EngineKind::Catalog)));
    let mut reply = Reply::default();
    let start = Instant::now();
    let stamps = caller.lane.block_on(caller.client.call_stamped(&Request::new("user_1", 100), &mut reply));
    let whole_ns = start.elapsed().as_nanos() as u64;
    let Stamps { decode_ns, compute_ns, encode_ns } = stamps.expect("stamps");
    assert!(decode_ns > 0 && compute_ns > decode_ns && encode_ns > 0, "{decode_ns} {compute_ns} {encode_ns}");
    assert!(decode_ns + compute_ns + encode_ns < whole_ns);
    assert_eq!(reply, caller.call(&Request::new("user_1", 100)).expect("answers"));
    let refused = caller.lane.block_on(caller.client.call_stamped(&Request::new("u", -1), &mut reply));
    assert_eq!(kind(refused), ErrorKind::InvalidArgument);
}

#[test]
fn echoes_opaque_bytes() {
    let mut caller = open(&stub());
    for (payload, reply_bytes) in [(&b""[..], 0), (b"", 3), (b"\x00\xff\x01", 8), (b"abc", 2), (&[7; 70_000], 9 << 20)] {
        let mut expected = Vec::new();
        echo_bytes(payload, reply_bytes, &mut expected);
        assert_eq!(caller.echo(payload, reply_bytes).expect("echoes"), expected);
    }
}

#[test]
fn serves_two_connections_at_once() {
    let endpoint = stub();
    let callers: Vec<_> = (1..=2_usize)
        .map(|count| {
            let mut caller = open(&endpoint);
            let mut ask = move || caller.call(&Request::new("u", count as i32)).expect("answers") == numbered(count);
            thread::spawn(move || (0..500).all(|_| ask()))
        })
        .collect();
    assert!(callers.into_iter().all(|caller| caller.join().expect("no panic")));
}

#[test]
fn names_the_address_that_cannot_be_used() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let taken = taken.local_addr().map(|address| (taken, address)).expect("bound");
    let serve = |listen: &str| {
        let engine = EngineSource::embedded(EngineKind::Stub);
        Rest::serve(Host { engine, listen, ready: &mut |_| panic!("must not be ready") }).expect_err("no such address")
    };
    let error = serve(&format!("http://{}", taken.1));
    assert!(matches!(&error, ServeError::Io(_)));
    assert!(error.to_string().starts_with(&format!("cannot listen on {}: Address already in use", taken.1)), "{error}");
    for listen in ["unix:/tmp/x", "50051", "localhost:1", ""] {
        let error = serve(listen);
        assert!(matches!(&error, ServeError::Address(words) if words.contains("127.0.0.1:PORT")), "{error}");
    }
}

/// Both sockets belong to libraries; this process asks the kernel for copies of its own descriptors.
#[test]
fn nagle_is_off_on_both_ends() {
    use rustix::{net, process};
    let endpoint = stub();
    let mut caller = open(&endpoint);
    caller.call(&Request::new("u", 1)).expect("answers");
    let me = process::pidfd_open(process::getpid(), process::PidfdFlags::empty()).expect("this process");
    let port: u16 = endpoint.rsplit(':').next().and_then(|port| port.parse().ok()).expect("a port");
    let (mut ends, mut without_nagle) = (0, 0);
    for entry in std::fs::read_dir("/proc/self/fd").expect("Linux").flatten() {
        let number = entry.file_name().into_string().ok().and_then(|name| name.parse().ok()).expect("a number");
        let Ok(copy) = process::pidfd_getfd(&me, number, process::PidfdGetfdFlags::empty()) else { continue };
        let address = |found: rustix::io::Result<Option<net::SocketAddrAny>>| {
            found.ok().flatten().and_then(|any| net::SocketAddrV4::try_from(any).ok()).map(|address| address.port())
        };
        let (near, far) = (address(net::getsockname(&copy).map(Some)), address(net::getpeername(&copy)));
        if far.is_some() && (near == Some(port) || far == Some(port)) {
            ends += 1;
            without_nagle += usize::from(net::sockopt::tcp_nodelay(&copy).expect("a TCP socket"));
        }
    }
    assert_eq!((ends, without_nagle), (2, 2));
}

#[test]
fn answers_the_golden_trace_with_both_engines() {
    for (engine, golden) in
        [(EngineKind::Stub, data::GOLDEN_STUB_JSONL), (EngineKind::Catalog, data::GOLDEN_CATALOG_JSONL)]
    {
        let golden = trace::read_golden(golden).expect("ships with Tollgate");
        let (requests, replies): (Vec<_>, Vec<_>) = golden.into_iter().unzip();
        let mut caller = open(&callee(EngineSource::embedded(engine)));
        for (request, reply) in requests.iter().zip(&replies) {
            assert_eq!(&caller.call(request).expect("answers"), reply);
        }
        assert_eq!(caller.batch(&requests).expect("answers"), replies);
    }
}

#[test]
fn answers_nothing_one_and_the_largest_batch() {
    let mut caller = open(&stub());
    for count in [0, 1, 1_000] {
        assert_eq!(caller.call(&Request::new("u", count as i32)).expect("answers"), numbered(count));
    }
    assert_eq!(caller.batch(&[]).expect("answers"), []);
    assert_eq!(caller.batch(&[Request::new("u", 1)]).expect("answers"), [numbered(1)]);
    let wide = vec![Request::new("u", 1_000); 1_024];
    assert_eq!(caller.batch(&wide).expect("answers"), vec![numbered(1_000); 1_024]);
}

#[test]
fn has_no_second_handle_and_no_other_mode() {
    let mut caller = open(&stub());
    assert!(caller.client.share().is_none());
    assert_eq!(kind(caller.lane.block_on(caller.client.pipeline(&[], &mut []))), ErrorKind::Unsupported);
    assert_eq!(kind(caller.lane.block_on(caller.client.stream(&[], &mut []))), ErrorKind::Unsupported);
}

#[test]
fn reports_a_refused_question_and_goes_on() {
    let mut caller = open(&stub());
    for (request, expected) in [
        (Request::new("u", -1), ErrorKind::InvalidArgument),
        (Request::new("u", 1_001), ErrorKind::TooLarge),
        (Request::new("x".repeat(65_537), 1), ErrorKind::TooLarge),
    ] {
        let error = caller.call(&request).expect_err("refused");
        assert_eq!(error.kind(), expected);
        assert!(error.detail().starts_with("max_results is") || error.detail().starts_with("user_id has"), "{error}");
        assert_eq!(kind(caller.batch(&[Request::new("u", 1), request])), expected);
    }
    assert_eq!(kind(caller.batch(&vec![Request::new("u", 1); 1_025])), ErrorKind::TooLarge);
    assert_eq!(kind(caller.batch(&vec![Request::new("x".repeat(65_536), 1); 1_024])), ErrorKind::TooLarge);
    assert_eq!(kind(caller.raw(&vec![0; (32 << 20) + 1])), ErrorKind::TooLarge);
    assert_eq!(kind(caller.echo(b"x", (32 << 20) + 1)), ErrorKind::TooLarge);
    assert_eq!(caller.call(&Request::new("u", 3)).expect("the connection lives on"), numbered(3));
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
    let mut caller = open_within(&callee(engine), Duration::from_millis(50)).expect("opening asks the engine nothing");
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

/// Answers each connection with these bytes, whatever it asks, and counts connections.
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
    let open = |answer| open_within(&impostor(answer), Duration::from_secs(2)).err().expect("no callee").kind();
    assert_eq!(open(b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n"), ErrorKind::Unsupported);
    assert_eq!(open(b"HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\n<html>"), ErrorKind::Unsupported);
    assert_eq!(open(b"SSH-2.0-OpenSSH_9.2\r\n"), ErrorKind::Unsupported);
    assert_eq!(open(b""), ErrorKind::Gone);
    assert_eq!(open_within("lib:/x y", DEADLINE).err().expect("no such form").kind(), ErrorKind::Unsupported);
}

/// One exchange as curl would have it: the head, and the body.
fn exchange(endpoint: &str, head: &str, body: &str) -> (String, String) {
    let address = endpoint.strip_prefix("http://").expect("HTTP");
    let mut socket = TcpStream::connect(address).expect("is there");
    let length = body.len();
    let words = format!("{head} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n{body}");
    socket.write_all(words.as_bytes()).expect("sends");
    let mut answer = String::new();
    socket.read_to_string(&mut answer).expect("text");
    let (head, body) = answer.split_once("\r\n\r\n").expect("a head");
    (head.to_owned(), body.to_owned())
}

#[test]
fn every_error_is_a_problem_document() {
    let endpoint = stub();
    for (head, body, status, kind) in [
        ("POST /recommendations", r#"{"maxResults":-1}"#, 422, "invalid_argument"),
        ("POST /recommendations", r#"{"maxResults":1001}"#, 413, "too_large"),
        ("POST /recommendations", "{", 400, "malformed"),
        ("POST /recommendations:batch", "[]", 400, "malformed"),
        ("GET /recommendations", "", 405, "unsupported"),
        ("POST /nowhere", "", 404, "unsupported"),
    ] {
        let (head, body) = exchange(&endpoint, head, body);
        assert!(head.starts_with(&format!("HTTP/1.1 {status} ")), "{head}");
        assert!(head.contains("content-type: application/problem+json"), "{head}");
        let problem: serde_json::Value = serde_json::from_str(&body).expect("JSON");
        assert_eq!((&problem["status"], &problem["type"]), (&status.into(), &format!("urn:tollgate:error:{kind}").into()));
        assert!(!problem["title"].as_str().unwrap_or("").is_empty() && !problem["detail"].as_str().unwrap_or("").is_empty());
    }
}

#[test]
fn the_openapi_document_agrees_with_the_contract() {
    let (head, body) = exchange(&stub(), "GET /openapi.json", "");
    assert!(head.contains("content-type: application/json") && body == rest::OPENAPI_JSON);
    let document: serde_json::Value = serde_json::from_str(&body).expect("JSON");
    let contract = prost_types::FileDescriptorSet::decode(codec::DESCRIPTOR_SET).expect("ships with Tollgate");
    let file = contract.file.iter().find(|file| file.package() == "recommendations").expect("the workload");
    for message in &file.message_type {
        let properties = document["components"]["schemas"][message.name()]["properties"].as_object();
        let properties: BTreeSet<_> = properties.expect(message.name()).keys().map(String::as_str).collect();
        let fields: BTreeSet<_> = message.field.iter().map(prost_types::FieldDescriptorProto::json_name).collect();
        assert_eq!(properties, fields, "{}", message.name());
    }
}
