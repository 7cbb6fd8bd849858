//! The lane `grpc` against a real callee on a free port. What every lane must do is the conformance suite's; here is
//! what this one can get wrong in its own way.

mod caller;
mod faults;

use api::{Connection, ErrorKind, Lane, Reply, Request};
use caller::{MANY, Many, kind, numbered, open, stub};

#[test]
fn the_limit_on_the_wire_is_one_of_messages_and_leaves_the_connection_as_it_was() {
    let mut caller = open(&stub());
    // 64 MiB are above the limit in one message, and below it in 1,024.
    let long = vec![Request::new("x".repeat(65_536), 1); 1_024];
    for mode in [Many::Pipelined, Many::Streamed] {
        assert_eq!(caller.many(mode, &long).expect("answers"), vec![numbered(1); 1_024], "{mode:?}");
    }
    assert_eq!(kind(caller.many(Many::Batched, &long)), ErrorKind::TooLarge);
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
            let error = caller.many(mode, &requests).expect_err("refused");
            assert_eq!(error.kind(), ErrorKind::InvalidArgument, "{mode:?} {at}");
            assert!(error.detail().starts_with("max_results is"), "the engine's own words: {error}");
            assert_eq!(caller.call(&Request::new("u", 1)).expect("the connection lives on"), numbered(1));
        }
    }
}

/// Trailers end an answer of either kind.
#[test]
fn a_stamped_call_answers_and_refuses_like_a_plain_one() {
    let mut caller = open(&stub());
    let mut reply = Reply::default();
    let stamps = caller.lane.block_on(caller.client.call_stamped(&Request::new("u", 100), &mut reply));
    assert!(stamps.is_ok() && reply == numbered(100), "{stamps:?}");
    let refused = caller.lane.block_on(caller.client.call_stamped(&Request::new("u", -1), &mut reply));
    assert_eq!(kind(refused), ErrorKind::InvalidArgument);
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
