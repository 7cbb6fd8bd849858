//! The lane `rest` against a real callee on a free port. What every lane must do is the conformance suite's; here is
//! what this one can get wrong in its own way.

mod caller;
mod faults;
mod http;

use api::{Connection, ErrorKind, Request};
use caller::{kind, numbered, open, stub};

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

#[test]
fn has_no_second_handle() {
    assert!(open(&stub()).client.share().is_none());
}

#[test]
fn messages_above_the_limit_are_too_large_and_leave_the_connection_as_it_was() {
    let mut caller = open(&stub());
    let long = vec![Request::new("x".repeat(65_536), 1); 1_024];
    assert_eq!(kind(caller.batch(&long)), ErrorKind::TooLarge);
    assert_eq!(kind(caller.raw(&vec![0; (32 << 20) + 1])), ErrorKind::TooLarge);
    assert_eq!(kind(caller.echo(b"x", (32 << 20) + 1)), ErrorKind::TooLarge);
    assert_eq!(caller.call(&Request::new("u", 3)).expect("the connection lives on"), numbered(3));
}
