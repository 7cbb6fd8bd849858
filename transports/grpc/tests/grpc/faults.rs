//! What happens when the other side is gone, somebody else, or is sent what is no message.

use crate::caller::{DEADLINE, kind, open, open_within, stub};
use api::{Connection, EngineKind, EngineSource, ErrorKind, Host, Lane, Outcome, Reply, Request, ServeError};
use grpc::Grpc;
use std::{
    io::{Read, Write},
    net::TcpListener,
    thread,
    time::Duration,
};

#[test]
fn bytes_that_are_no_message_end_every_handle_on_the_connection() {
    let mut caller = open(&stub());
    let answer = caller.raw(b"\x0a\x01u\x10\x02").expect("a message");
    assert_eq!(answer, b"\x0a\x09product_0\x0a\x09product_1");
    let mut second = caller.client.share().expect("multiplexes");
    assert_eq!(kind(caller.raw(b"\x0a\x02\xff\xfe")), ErrorKind::Malformed);
    let outcome: Outcome = caller.lane.block_on(second.call(&Request::default(), &mut Reply::default()));
    assert_eq!(kind(outcome), ErrorKind::Gone);
}

#[test]
fn says_gone_when_nobody_is_there_and_unsupported_when_it_is_somebody_else() {
    let free =
        TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a free port");
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
            let answer = b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n";
            let _ = socket.read(&mut [0; 4_096]).and_then(|_| socket.write_all(answer));
            // Closing with bytes unread would be a reset, and an answer that may never be seen.
            let _ = socket.read_to_end(&mut Vec::new());
        }
    });
    let error = open_within(&endpoint, DEADLINE).err().expect("speaks another protocol");
    assert_eq!(error.kind(), ErrorKind::Unsupported, "{error}");
    for endpoint in ["lib:/x", "unix:/tmp/x y", "127.0.0.1:1", ""] {
        let error = open_within(endpoint, DEADLINE).err().expect("no such form");
        assert_eq!(error.kind(), ErrorKind::Unsupported, "{error}");
    }
}

#[test]
fn names_the_address_that_cannot_be_used() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let taken = taken.local_addr().map(|address| (taken, address)).expect("bound");
    let serve = |listen: &str| {
        let engine = EngineSource::embedded(EngineKind::Stub);
        Grpc::serve(Host { engine, listen, ready: &mut |_| panic!("must not be ready") })
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
