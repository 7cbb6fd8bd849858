//! The lanes against real callees on free ports and in fresh folders. What every lane must do is
//! the conformance suite's; here is what these can get wrong in their own way, for each lane that
//! registers.

mod caller;
mod faults;
mod http;

use api::{ErrorKind, Mode, Request};
use caller::{Subject, kind, numbered, subjects, subjects_that};

/// Both sockets belong to libraries; this process asks the kernel for copies of its own
/// descriptors. Returns how many ends a port has here, and at how many of them Nagle's algorithm is
/// off.
fn ends(port: u16) -> (usize, usize) {
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

#[test]
fn nagle_is_off_on_both_ends() {
    for subject in subjects_that(Subject::is_tcp) {
        let callee = subject.stub();
        let caller = subject.open(&callee.endpoint);
        caller.call(&Request::new("u", 1)).expect("answers");
        let port = callee
            .endpoint
            .rsplit(':')
            .next()
            .and_then(|port| port.parse().ok())
            .expect("a port");
        let (ends, without_nagle) = ends(port);
        assert!(
            ends >= 2 && ends == without_nagle,
            "{}: {ends}, {without_nagle}",
            subject.spec.transport
        );
    }
}

#[test]
fn a_second_handle_and_calls_in_flight_are_there_where_the_lane_multiplexes() {
    for subject in subjects() {
        let callee = subject.stub();
        let name = subject.spec.transport;
        let caller = subject.open(&callee.endpoint);
        let second = caller.call_on_second_handle(&Request::new("u", 3));
        let many: Vec<Request> = (0..500).map(|count| Request::new("u", count)).collect();
        let piped = caller.pipeline(&many);
        assert_eq!(
            subject.spec.properties.multiplexing,
            subject.spec.can(Mode::Pipelined),
            "{name}"
        );
        if subject.spec.properties.multiplexing {
            assert_eq!(second.expect("a handle").expect("answers"), numbered(3), "{name}");
            assert_eq!(
                piped.expect("answers"),
                (0..500).map(numbered).collect::<Vec<_>>(),
                "{name}"
            );
        } else {
            assert!(second.is_none(), "{name}");
            assert_eq!(kind(piped), ErrorKind::Unsupported, "{name}");
        }
        assert_eq!(caller.call(&Request::new("u", 2)).expect("lives on"), numbered(2), "{name}");
    }
}

#[test]
fn messages_above_the_limit_are_too_large_and_leave_the_connection_as_it_was() {
    for subject in subjects() {
        let callee = subject.stub();
        let name = subject.spec.transport;
        let caller = subject.open(&callee.endpoint);
        let long = vec![Request::new("x".repeat(65_536), 1); 1_024];
        assert_eq!(kind(caller.batch(&long)), ErrorKind::TooLarge, "{name}");
        assert_eq!(kind(caller.raw(&vec![0; (32 << 20) + 1])), ErrorKind::TooLarge, "{name}");
        assert_eq!(kind(caller.echo(b"x", (32 << 20) + 1)), ErrorKind::TooLarge, "{name}");
        let answer = caller.call(&Request::new("u", 3));
        assert_eq!(answer.expect("the connection lives on"), numbered(3), "{name}");
    }
}

#[test]
fn small_and_large_answers_follow_each_other_in_memory_that_is_used_again() {
    for subject in subjects() {
        let callee = subject.stub();
        let name = subject.spec.transport;
        let caller = subject.open(&callee.endpoint);
        for (items, count) in [(1, 1), (1_024, 100), (3, 0), (64, 1_000), (1, 10)] {
            let requests = vec![Request::new("u".repeat(items), count); items];
            let wanted = vec![numbered(count as usize); items];
            assert_eq!(caller.batch(&requests).expect("answers"), wanted, "{name}");
            assert_eq!(caller.call(&requests[0]).expect("answers"), wanted[0], "{name}");
        }
    }
}
