//! What happens when the other side is gone or somebody else.

use crate::caller::{DEADLINE, open_within};
use api::{EngineKind, EngineSource, ErrorKind, Host, Lane, ServeError};
use rest::Rest;
use std::{
    io::{Read, Write},
    net::TcpListener,
    thread,
    time::Duration,
};

#[test]
fn names_the_address_that_cannot_be_used() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let taken = taken.local_addr().map(|address| (taken, address)).expect("bound");
    let serve = |listen: &str| {
        let engine = EngineSource::embedded(EngineKind::Stub);
        Rest::serve(Host { engine, listen, ready: &mut |_| panic!("must not be ready") })
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

/// Answers each connection with these bytes, whatever it asks.
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
    let open =
        |answer| open_within(&impostor(answer), Duration::from_secs(2)).err().expect("no callee").kind();
    assert_eq!(open(b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n"), ErrorKind::Unsupported);
    assert_eq!(open(b"HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\n<html>"), ErrorKind::Unsupported);
    assert_eq!(open(b"SSH-2.0-OpenSSH_9.2\r\n"), ErrorKind::Unsupported);
    assert_eq!(open(b""), ErrorKind::Gone);
    let free =
        TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a free port");
    let nobody = open_within(&format!("http://{free}"), DEADLINE).err().expect("nobody is there");
    assert_eq!(nobody.kind(), ErrorKind::Gone);
    assert!(nobody.detail().contains("refused"), "{nobody}");
    for endpoint in ["lib:/x", "unix:/tmp/x y", "127.0.0.1:1", ""] {
        let error = open_within(endpoint, DEADLINE).err().expect("no such form");
        assert_eq!(error.kind(), ErrorKind::Unsupported, "{error}");
    }
}
