//! Every lane of the crate against a real callee. What every lane must do is the conformance
//! suite's; here is what these can get wrong in their own way.

mod caller;
mod faults;

use api::{ErrorKind, Mode, Request};
use caller::{kind, lanes, numbered, tcp_lanes, unix_lanes};
use std::time::Duration;

#[test]
fn the_limit_on_the_wire_is_one_of_messages_and_leaves_the_connection_as_it_was() {
    for lane in lanes() {
        let name = lane.spec.transport;
        let mut caller = lane.open(&lane.callee());
        // 64 MiB are above the limit in one message, and below it in 1,024.
        let long = vec![Request::new("x".repeat(65_536), 1); 1_024];
        for &mode in lane.modes() {
            if mode == Mode::Batched || name == "grpc-server-stream" {
                assert_eq!(kind(caller.many(mode, &long)), ErrorKind::TooLarge, "{name} {mode:?}");
            } else {
                assert_eq!(
                    caller.many(mode, &long).expect(name),
                    vec![numbered(1); 1_024],
                    "{name} {mode:?}"
                );
            }
        }
        assert_eq!(kind(caller.raw(&vec![0; (32 << 20) + 1])), ErrorKind::TooLarge, "{name}");
        assert_eq!(kind(caller.echo(b"x", (32 << 20) + 1)), ErrorKind::TooLarge, "{name}");
        assert_eq!(caller.echo(b"x", 2).expect("echoes live on"), b"xx", "{name}");
        assert_eq!(
            caller.call(&Request::new("u", 3)).expect("the connection lives on"),
            numbered(3),
            "{name}"
        );
    }
}

/// 1,023 streams that are reset at once would end the connection.
#[test]
fn goes_on_after_a_refusal_among_many_calls_in_flight() {
    for lane in lanes() {
        let name = lane.spec.transport;
        let mut caller = lane.open(&lane.callee());
        for at in [0, 500, 1_023] {
            let mut requests = vec![Request::new("x".repeat(1_000), 100); 1_024];
            requests[at].max_results = -1;
            for &mode in lane.modes() {
                let error = caller.many(mode, &requests).expect_err("refused");
                assert_eq!(error.kind(), ErrorKind::InvalidArgument, "{name} {mode:?} {at}");
                assert!(
                    error.detail().starts_with("max_results is"),
                    "{name}: not the engine's words: {error}"
                );
                assert_eq!(
                    caller.call(&Request::new("u", 1)).expect("lives on"),
                    numbered(1),
                    "{name}"
                );
            }
        }
    }
}

/// Both sides fill their windows: whoever only sent, or only read, would wait for ever.
#[test]
fn long_questions_and_long_answers_cross_at_once() {
    for lane in lanes() {
        let mut caller = lane.open(&lane.callee());
        let requests = vec![Request::new("x".repeat(16_384), 1_000); 400];
        for &mode in lane.modes() {
            let replies = caller.many(mode, &requests).expect(lane.spec.transport);
            assert_eq!(replies, vec![numbered(1_000); 400], "{} {mode:?}", lane.spec.transport);
        }
    }
}

#[test]
fn gives_up_at_the_deadline_in_every_mode_and_is_gone_then() {
    let deadline = Duration::from_millis(100);
    for lane in lanes() {
        let requests = vec![Request::new("u", 1); 2];
        for mode in [Mode::Chatty].iter().chain(lane.modes()) {
            // A callee that still sleeps for the call before cannot be greeted within a short
            // deadline.
            let callee = lane.callee_that_takes(Some(Duration::from_millis(400)));
            let mut caller = lane.open_within(&callee.endpoint, deadline).expect("opens");
            let outcome = match mode {
                Mode::Chatty => caller.call(&requests[0]).map(|_| ()),
                &mode => caller.many(mode, &requests).map(|_| ()),
            };
            assert_eq!(kind(outcome), ErrorKind::Deadline, "{} {mode:?}", lane.spec.transport);
            let next = caller.call(&Request::default());
            assert_eq!(kind(next), ErrorKind::Gone, "{} {mode:?}", lane.spec.transport);
        }
    }
}

/// Trailers end an answer of either kind.
#[test]
fn a_stamped_call_answers_and_refuses_like_a_plain_one() {
    for lane in lanes() {
        let mut caller = lane.open(&lane.callee());
        let (reply, stamps) = caller.stamped(&Request::new("u", 100)).expect(lane.spec.transport);
        assert!(
            reply == numbered(100) && stamps.encode_ns > 0,
            "{}: {stamps:?}",
            lane.spec.transport
        );
        assert_eq!(kind(caller.stamped(&Request::new("u", -1))), ErrorKind::InvalidArgument);
    }
}

#[test]
fn lanes_whose_calls_are_apart_give_a_second_handle() {
    for lane in lanes() {
        let caller = lane.open(&lane.callee());
        let second = caller.share();
        let alone = ["grpc-lean", "grpc-stream"].contains(&lane.spec.transport);
        assert_eq!(second.is_none(), alone, "{}", lane.spec.transport);
        assert_eq!(lane.spec.properties.multiplexing, !alone, "{}", lane.spec.transport);
        if let Some(mut second) = second {
            assert_eq!(second.call(&Request::new("u", 2)).expect("answers"), numbered(2));
        }
    }
}

#[test]
fn the_bytes_of_a_unix_socket_are_counted_by_its_caller() {
    for lane in unix_lanes() {
        let mut caller = lane.open(&lane.callee());
        let before = caller.wire_bytes().expect("counted");
        caller.echo(&[7; 1_000], 100_000).expect("echoes");
        let after = caller.wire_bytes().expect("counted");
        let (out, back) = (after.out - before.out, after.back - before.back);
        assert!(
            (1_000..1_500).contains(&out) && (100_000..101_000).contains(&back),
            "{out} {back}"
        );
    }
}

#[test]
fn the_bytes_of_tcp_are_left_to_the_kernel_to_count() {
    for lane in tcp_lanes() {
        let caller = lane.open(&lane.callee());
        assert_eq!(caller.wire_bytes(), None, "{}", lane.spec.transport);
    }
}

/// Most sockets belong to libraries; this process asks the kernel for copies of its own
/// descriptors.
#[test]
fn nagle_is_off_on_both_ends() {
    for lane in tcp_lanes() {
        let callee = lane.callee();
        let mut caller = lane.open(&callee);
        caller.call(&Request::new("u", 1)).expect("answers");
        let port = callee
            .endpoint
            .rsplit(':')
            .next()
            .and_then(|port| port.parse().ok())
            .expect("a port");
        assert_eq!(ends_and_those_without_nagle(port), (2, 2), "{}", lane.spec.transport);
    }
}

fn ends_and_those_without_nagle(port: u16) -> (usize, usize) {
    use rustix::{net, process};
    let me =
        process::pidfd_open(process::getpid(), process::PidfdFlags::empty()).expect("this process");
    let (mut ends, mut without_nagle) = (0, 0);
    for entry in std::fs::read_dir("/proc/self/fd").expect("Linux").flatten() {
        let number = entry
            .file_name()
            .into_string()
            .ok()
            .and_then(|name| name.parse().ok())
            .expect("a number");
        let Ok(copy) = process::pidfd_getfd(&me, number, process::PidfdGetfdFlags::empty()) else {
            continue;
        };
        let near = net::getsockname(&copy).ok().and_then(port_of);
        let far = net::getpeername(&copy).ok().flatten().and_then(port_of);
        if far.is_some() && (near == Some(port) || far == Some(port)) {
            ends += 1;
            without_nagle += usize::from(net::sockopt::tcp_nodelay(&copy).expect("a TCP socket"));
        }
    }
    (ends, without_nagle)
}

/// Of addresses that are none of TCP there is none.
fn port_of(address: rustix::net::SocketAddrAny) -> Option<u16> {
    rustix::net::SocketAddrV4::try_from(address).ok().map(|address| address.port())
}
