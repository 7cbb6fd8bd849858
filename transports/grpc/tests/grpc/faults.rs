//! What happens when the other side is gone, somebody else, or is sent what is no message.

use crate::caller::{DEADLINE, Known, kind, lanes, tcp_lanes};
use api::{EngineKind, EngineSource, ErrorKind, Host, Request, ServeError};
use std::{
    io::{Read, Write},
    net::TcpListener,
    thread,
    time::Duration,
};

#[test]
fn bytes_that_are_no_message_end_every_handle_on_the_connection() {
    for lane in lanes() {
        let mut caller = lane.open(&lane.callee());
        let answer = caller.raw(b"\x0a\x01u\x10\x02").expect("a message");
        assert_eq!(answer, b"\x0a\x09product_0\x0a\x09product_1", "{}", lane.spec.transport);
        let second = caller.share();
        assert_eq!(
            kind(caller.raw(b"\x0a\x02\xff\xfe")),
            ErrorKind::Malformed,
            "{}",
            lane.spec.transport
        );
        for mut handle in second.into_iter().chain([caller]) {
            assert_eq!(
                kind(handle.call(&Request::default())),
                ErrorKind::Gone,
                "{}",
                lane.spec.transport
            );
        }
    }
}

fn address_of(listener: &TcpListener) -> String {
    format!("http://{}", listener.local_addr().expect("bound"))
}

fn a_port() -> TcpListener {
    TcpListener::bind("127.0.0.1:0").expect("a port")
}

#[test]
fn says_gone_when_nobody_is_there() {
    for lane in lanes() {
        let free = address_of(&a_port());
        let nowhere = if lane.on_tcp() { &free } else { "unix:/nowhere/at/all" };
        let nobody = lane.open_within(nowhere, DEADLINE).err().expect("nobody is there");
        assert_eq!(nobody.kind(), ErrorKind::Gone, "{}: {nobody}", lane.spec.transport);
        let why = if lane.on_tcp() { "refused" } else { "No such file" };
        assert!(nobody.detail().contains(why), "{}: {nobody}", lane.spec.transport);
    }
}

#[test]
fn says_deadline_when_nobody_speaks_and_unsupported_when_it_is_somebody_else() {
    let silent = a_port();
    let web = a_port();
    let silent = address_of(&silent);
    let web_address = address_of(&web);
    thread::spawn(move || {
        for mut socket in web.incoming().flatten() {
            let answer = b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n";
            let _ = socket.read(&mut [0; 4_096]).and_then(|_| socket.write_all(answer));
            // Closing with bytes unread would be a reset, and an answer that may never be seen.
            let _ = socket.read_to_end(&mut Vec::new());
        }
    });
    for lane in tcp_lanes() {
        let error = lane
            .open_within(&silent, Duration::from_millis(50))
            .err()
            .expect("nobody speaks");
        assert_eq!(error.kind(), ErrorKind::Deadline, "{}: {error}", lane.spec.transport);
        let error =
            lane.open_within(&web_address, DEADLINE).err().expect("speaks another protocol");
        // On several threads the connection's task may end before the greeting is sent, and keeps
        // to itself why.
        let lost = error.kind() == ErrorKind::Gone && lane.on_several_threads();
        assert!(
            lost || error.kind() == ErrorKind::Unsupported,
            "{}: {error}",
            lane.spec.transport
        );
    }
}

#[test]
fn takes_endpoints_of_its_own_carrier_only() {
    for lane in lanes() {
        let other = if lane.on_tcp() { "unix:/tmp/x" } else { "http://127.0.0.1:1" };
        for endpoint in ["lib:/x", other, "http:// x", "127.0.0.1:1", "http://", "unix:", ""] {
            let error = lane.open_within(endpoint, DEADLINE).err().expect("no such form");
            assert_eq!(
                error.kind(),
                ErrorKind::Unsupported,
                "{} {endpoint}: {error}",
                lane.spec.transport
            );
        }
    }
}

#[test]
fn names_the_address_that_cannot_be_used() {
    let taken = a_port();
    let serve = |lane: &Known, listen: &str| {
        let engine = EngineSource::embedded(EngineKind::Stub);
        (lane.serve)(Host { engine, listen, ready: &mut |_| panic!("must not be ready") })
            .expect_err("no such address")
    };
    for lane in lanes() {
        let (form, other, used) = if lane.on_tcp() {
            ("127.0.0.1:PORT", "unix:/tmp/x", address_of(&taken))
        } else {
            ("unix:/path", "127.0.0.1:0", "unix:/nowhere/at/all".to_owned())
        };
        let error = serve(&lane, &used);
        assert!(matches!(&error, ServeError::Io(_)), "{error}");
        assert!(error.to_string().starts_with(&format!("cannot listen on {used}: ")), "{error}");
        for listen in [other, "50051", "localhost:1", ""] {
            let error = serve(&lane, listen);
            assert!(
                matches!(&error, ServeError::Address(words) if words.contains(form)),
                "{error}"
            );
        }
    }
}
