//! What the fairness card and the byte counts say of these lanes is so.

use crate::lanes::{AGES, Tested, on_lanes};
use api::{Request, WireBytes};
use rustix::{net, process};

/// This process asks the kernel for copies of its own descriptors: caller and callee both live in
/// it.
#[test]
fn nagle_is_off_on_both_ends() {
    on_lanes(Tested::is_tcp, |lane| {
        let at = lane.callee();
        let mut caller = lane.open(&at.endpoint, AGES).expect("opens");
        caller.call(&Request::new("u", 1)).expect("answers");
        let port = at.endpoint.strip_prefix("tcp:127.0.0.1:").expect("an endpoint of TCP");
        let port: u16 = port.parse().expect("a port");
        let me = process::pidfd_open(process::getpid(), process::PidfdFlags::empty())
            .expect("this process");
        let (mut ends, mut without_nagle) = (0, 0);
        for entry in std::fs::read_dir("/proc/self/fd").expect("Linux").flatten() {
            let number = entry.file_name().into_string().ok().and_then(|name| name.parse().ok());
            let number = number.expect("a number");
            let Ok(copy) = process::pidfd_getfd(&me, number, process::PidfdGetfdFlags::empty())
            else {
                continue;
            };
            // A listener has no peer.
            let far = net::getpeername(&copy).ok().flatten().and_then(port_of);
            let near = net::getsockname(&copy).ok().and_then(port_of);
            if far.is_some() && [near, far].contains(&Some(port)) {
                ends += 1;
                without_nagle +=
                    usize::from(net::sockopt::tcp_nodelay(&copy).expect("a TCP socket"));
            }
        }
        assert_eq!((ends, without_nagle), (2, 2));
    });
}

/// Of addresses that are none of TCP there is none.
fn port_of(address: net::SocketAddrAny) -> Option<u16> {
    net::SocketAddrV4::try_from(address).ok().map(|address| address.port())
}

#[test]
fn leaves_the_bytes_of_tcp_to_the_kernel_to_count() {
    on_lanes(Tested::is_tcp, |lane| {
        let at = lane.callee();
        let caller = lane.open(&at.endpoint, AGES).expect("opens");
        assert_eq!(caller.wire_bytes(), None);
    });
}

#[test]
fn counts_the_bytes_where_the_kernel_does_not() {
    on_lanes(
        |lane| !lane.is_tcp(),
        |lane| {
            let at = lane.callee();
            let mut caller = lane.open(&at.endpoint, AGES).expect("opens");
            let before = caller.wire_bytes().expect("counted");
            caller.call(&Request::new("u", 1)).expect("answers");
            let after = caller.wire_bytes().expect("counted");
            // A frame is five bytes and its payload.
            let (out, back) = match lane.spec.codec {
                Some("json") => {
                    (r#"{"userId":"u","maxResults":1}"#, r#"{"productIds":["product_0"]}"#)
                }
                _ => ("\n\x01u\x10\x01", "\n\x09product_0"),
            };
            let crossed = WireBytes { out: after.out - before.out, back: after.back - before.back };
            assert_eq!(
                crossed,
                WireBytes { out: 5 + out.len() as u64, back: 5 + back.len() as u64 }
            );
        },
    );
}
