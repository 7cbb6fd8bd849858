//! The lane `grpc` against a real callee on a free port. What every lane must do is the conformance suite's; here is
//! what this one can get wrong in its own way.

mod caller;
mod faults;

use api::{Connection, EngineKind, EngineSource, ErrorKind, Lane, Reply, Request, Stamps, echo_bytes};
use caller::{MANY, Many, callee, kind, numbered, open, stub};
use fixtures::{data, trace};
use std::{thread, time::Instant};

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
        assert!(
            error.detail().starts_with("max_results is") || error.detail().starts_with("user_id has"),
            "{error}"
        );
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

/// 1,023 streams that are reset at once would end the connection.
#[test]
fn goes_on_after_a_refusal_among_many_calls_in_flight() {
    let mut caller = open(&stub());
    for at in [0, 500, 1_023] {
        let mut requests = vec![Request::new("x".repeat(1_000), 100); 1_024];
        requests[at].max_results = -1;
        for mode in MANY {
            assert_eq!(kind(caller.many(mode, &requests)), ErrorKind::InvalidArgument, "{mode:?} {at}");
            assert_eq!(caller.call(&Request::new("u", 1)).expect("the connection lives on"), numbered(1));
        }
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
    for (payload, reply_bytes) in
        [(&b""[..], 0), (b"", 3), (b"\x00\xff\x01", 8), (b"abc", 2), (&[7; 70_000], 9 << 20)]
    {
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
            let mut ask =
                move || caller.call(&Request::new("u", count as i32)).expect("answers") == numbered(count);
            thread::spawn(move || (0..500).all(|_| ask()))
        })
        .collect();
    assert!(callers.into_iter().all(|caller| caller.join().expect("no panic")));
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
        let number =
            entry.file_name().into_string().ok().and_then(|name| name.parse().ok()).expect("a number");
        let Ok(copy) = process::pidfd_getfd(&me, number, process::PidfdGetfdFlags::empty()) else { continue };
        let address = |found: rustix::io::Result<Option<net::SocketAddrAny>>| {
            found
                .ok()
                .flatten()
                .and_then(|any| net::SocketAddrV4::try_from(any).ok())
                .map(|address| address.port())
        };
        let (near, far) = (address(net::getsockname(&copy).map(Some)), address(net::getpeername(&copy)));
        if far.is_some() && (near == Some(port) || far == Some(port)) {
            ends += 1;
            without_nagle += usize::from(net::sockopt::tcp_nodelay(&copy).expect("a TCP socket"));
        }
    }
    assert_eq!((ends, without_nagle), (2, 2));
}
