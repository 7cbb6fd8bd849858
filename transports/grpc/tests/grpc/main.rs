//! The lane `grpc` against a real callee on a free port. What every lane must do is the conformance suite's; here is
//! what this one can get wrong in its own way.

use api::{
    CallError, Connection, EngineKind, EngineSource, ErrorKind, Host, Lane, Open, Outcome, Reply, Request, ServeError,
    ServiceTime, Stamps, echo_bytes,
};
use fixtures::{data, trace};
use grpc::{Client, Grpc};
use std::{
    io::{BufRead, BufReader, Write},
    net::TcpListener,
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
        Grpc::serve(Host { engine, listen: "127.0.0.1:0", ready: &mut tell })
    });
    ready.recv_timeout(DEADLINE).expect("ready")
}

fn stub() -> String {
    callee(EngineSource::embedded(EngineKind::Stub))
}

struct Caller {
    lane: Grpc,
    client: Client,
}

fn open_within(endpoint: &str, deadline: Duration) -> Result<Caller, CallError> {
    let mut lane = Grpc::default();
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

    fn many(&mut self, mode: Many, requests: &[Request]) -> Result<Vec<Reply>, CallError> {
        let mut replies = vec![["before"].into_iter().collect(); requests.len()];
        let (client, lane) = (&mut self.client, &mut self.lane);
        match mode {
            Many::Batched => lane.block_on(client.batch(requests, &mut replies)),
            Many::Pipelined => lane.block_on(client.pipeline(requests, &mut replies)),
            Many::Streamed => lane.block_on(client.stream(requests, &mut replies)),
        }?;
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

#[derive(Clone, Copy, Debug)]
enum Many {
    Batched,
    Pipelined,
    Streamed,
}

const MANY: [Many; 3] = [Many::Batched, Many::Pipelined, Many::Streamed];

fn kind<T: std::fmt::Debug>(outcome: Result<T, CallError>) -> ErrorKind {
    outcome.expect_err("must fail").kind()
}

fn numbered(count: usize) -> Reply {
    (0..count).map(|i| format!("product_{i}")).collect()
}

#[test]
fn answers_the_golden_trace_in_every_mode_with_both_engines() {
    for (engine, golden) in
        [(EngineKind::Stub, data::GOLDEN_STUB_JSONL), (EngineKind::Catalog, data::GOLDEN_CATALOG_JSONL)]
    {
        let golden = trace::read_golden(golden).expect("ships with Tollgate");
        let (requests, replies): (Vec<_>, Vec<_>) = golden.into_iter().unzip();
        let mut caller = open(&callee(EngineSource::embedded(engine)));
        for (request, reply) in requests.iter().zip(&replies) {
            assert_eq!(&caller.call(request).expect("answers"), reply);
        }
        for mode in MANY {
            assert_eq!(caller.many(mode, &requests).expect("answers"), replies, "{mode:?}");
        }
    }
}

#[test]
fn answers_nothing_one_and_many() {
    let mut caller = open(&stub());
    for count in [0, 1, 1_000] {
        assert_eq!(caller.call(&Request::new("u", count as i32)).expect("answers"), numbered(count));
    }
    for mode in MANY {
        assert_eq!(caller.many(mode, &[]).expect("answers"), []);
        assert_eq!(caller.many(mode, &[Request::new("u", 1)]).expect("answers"), [numbered(1)]);
    }
}

#[test]
fn carries_any_text_and_the_longest_user_id() {
    let mut caller = open(&stub());
    for user in ["", "ü\u{0}\"\n", "日本語", &"x".repeat(65_536)] {
        assert_eq!(caller.call(&Request::new(user, 2)).expect("answers"), numbered(2));
    }
}

#[test]
fn carries_the_largest_batch_and_1_024_long_questions_at_once() {
    let mut caller = open(&stub());
    let wide = vec![Request::new("u", 1_000); 1_024];
    let long = vec![Request::new("x".repeat(65_536), 1); 1_024];
    for mode in MANY {
        assert_eq!(caller.many(mode, &wide).expect("answers"), vec![numbered(1_000); 1_024], "{mode:?}");
    }
    for mode in [Many::Pipelined, Many::Streamed] {
        assert_eq!(caller.many(mode, &long).expect("answers"), vec![numbered(1); 1_024], "{mode:?}");
    }
    // 64 MiB in one message is above what either end takes.
    assert_eq!(kind(caller.many(Many::Batched, &long)), ErrorKind::TooLarge);
    assert_eq!(caller.call(&Request::new("u", 1)).expect("the connection lives on"), numbered(1));
}

#[test]
fn reports_a_refused_question_in_every_mode_and_goes_on() {
    let mut caller = open(&stub());
    for (request, expected) in [
        (Request::new("u", -1), ErrorKind::InvalidArgument),
        (Request::new("u", 1_001), ErrorKind::TooLarge),
        (Request::new("x".repeat(65_537), 1), ErrorKind::TooLarge),
    ] {
        let error = caller.call(&request).expect_err("refused");
        assert_eq!(error.kind(), expected);
        assert!(error.detail().starts_with("max_results is") || error.detail().starts_with("user_id has"), "{error}");
        for mode in MANY {
            let mixed = [Request::new("u", 1), request.clone(), Request::new("u", 1)];
            assert_eq!(kind(caller.many(mode, &mixed)), expected, "{mode:?}");
        }
        assert_eq!(caller.call(&Request::new("u", 3)).expect("the connection lives on"), numbered(3));
    }
    assert_eq!(kind(caller.many(Many::Batched, &vec![Request::new("u", 1); 1_025])), ErrorKind::TooLarge);
    assert_eq!(kind(caller.raw(&vec![0; (32 << 20) + 1])), ErrorKind::TooLarge);
    assert_eq!(kind(caller.echo(b"x", (32 << 20) + 1)), ErrorKind::TooLarge);
    assert_eq!(caller.call(&Request::new("u", 3)).expect("the connection lives on"), numbered(3));
}

#[test]
fn bytes_that_are_no_message_are_malformed_and_end_the_connection() {
    let endpoint = stub();
    assert_eq!(open(&endpoint).raw(b"\x0a\x01u\x10\x02").expect("a message"), b"\x0a\x09product_0\x0a\x09product_1");
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
    let mut caller = open_within(&endpoint, Duration::from_millis(50)).expect("opening asks the engine nothing");
    assert_eq!(kind(caller.call(&Request::new("u", 1))), ErrorKind::Deadline);
    assert!(start.elapsed() < Duration::from_millis(250));
    assert_eq!(kind(caller.call(&Request::new("u", 1))), ErrorKind::Gone);
    for mode in MANY {
        thread::sleep(Duration::from_millis(700)); // until the callee, which has one thread, is idle again
        let mut caller = open_within(&endpoint, Duration::from_millis(50)).expect("opens");
        assert_eq!(kind(caller.many(mode, &[Request::new("u", 1), Request::new("u", 1)])), ErrorKind::Deadline);
    }
}

#[test]
fn says_gone_when_nobody_is_there_and_unsupported_when_it_is_somebody_else() {
    let free = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a free port");
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
            socket.write_all(b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n").expect("sends");
        }
    });
    let error = open_within(&endpoint, DEADLINE).err().expect("speaks another protocol");
    assert_eq!(error.kind(), ErrorKind::Unsupported, "{error}");
    assert_eq!(open_within("lib:/x y", DEADLINE).err().expect("no such form").kind(), ErrorKind::Unsupported);
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
        .args(["callee_process", "--exact", "--ignored", "--nocapture"])
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
    let stream: fn(&mut Caller) -> ErrorKind = |caller| kind(caller.many(Many::Streamed, &[Request::new("u", 1)]));
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
        Grpc::serve(Host { engine, listen, ready: &mut |_| panic!("must not be ready") }).expect_err("no such address")
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
