//! Refusals and addresses: what a caller learns from a callee that refuses, and from one that is
//! not there.

use crate::lanes::{AGES, kind, numbered, on_every_lane};
use api::{ErrorKind, Request, ServeError};
use std::{
    io::{Read, Write},
    thread,
    time::{Duration, Instant},
};

/// The callee closes while most of the frame is still to be sent.
#[test]
fn hears_why_a_frame_is_refused_by_its_length() {
    on_every_lane(|lane| {
        let at = lane.callee();
        for extra in 0..10 {
            let mut caller = lane.open(&at.endpoint, AGES).expect("opens");
            let error = caller.raw(&vec![0; (33 << 20) + extra]).expect_err("refused");
            assert_eq!(error.kind(), ErrorKind::TooLarge, "{error}");
            assert!(error.detail().contains(" bytes"), "the callee's own words: {error}");
            assert_eq!(kind(caller.call(&Request::new("u", 1))), ErrorKind::Gone);
        }
    });
}

#[test]
fn a_refused_call_does_not_take_back_those_in_flight_behind_it() {
    on_every_lane(|lane| {
        let at = lane.callee();
        let mut caller = lane.open(&at.endpoint, AGES).expect("opens");
        for refused in [0, 63, 64, 200] {
            let mut requests = vec![Request::new("u", 100); 201];
            requests[refused].max_results = -1;
            let error = caller.pipeline(&requests).expect_err("refused");
            assert_eq!(error.kind(), ErrorKind::InvalidArgument, "{error}");
            assert_eq!(
                caller.call(&Request::new("u", 2)).expect("the connection lives on"),
                numbered(2)
            );
        }
    });
}

/// If a large request went out behind many small ones, the callee would wait to send its replies to
/// those, and the caller to send the rest of the large one.
#[test]
fn a_large_request_behind_many_with_large_replies_blocks_nobody() {
    on_every_lane(|lane| {
        let at = lane.callee();
        let mut caller = lane.open(&at.endpoint, AGES).expect("opens");
        let mut requests = vec![Request::new("u", 1_000); 60];
        // Above the limit, so that it can be large with every codec.
        requests.push(Request::new("x".repeat(4 << 20), 1));
        assert_eq!(kind(caller.pipeline(&requests)), ErrorKind::TooLarge);
        requests.pop();
        assert_eq!(
            caller.pipeline(&requests).expect("the connection lives on"),
            vec![numbered(1_000); 60]
        );
    });
}

#[test]
fn says_gone_when_nobody_is_there_and_unsupported_when_it_is_somebody_else() {
    on_every_lane(|lane| {
        let (listener, at) = lane.listener();
        thread::spawn(move || {
            let mut socket = listener.accept()?;
            let _ = socket.read(&mut [0; 64])?;
            socket.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        });
        let error = lane.open(&at.endpoint, AGES).err().expect("speaks another protocol");
        assert_eq!(error.kind(), ErrorKind::Unsupported, "{error}");
        let (listener, at) = lane.listener();
        drop(listener);
        let error = lane.open(&at.endpoint, AGES).err().expect("nobody is there");
        assert_eq!(error.kind(), ErrorKind::Gone, "{error}");
        assert!(error.detail().contains("refused"), "{error}");
        let form = if lane.is_tcp() { "tcp:127.0.0.1:PORT" } else { "unix:/path" };
        for endpoint in [
            "lib:/x",
            "http://127.0.0.1:1",
            "127.0.0.1:1",
            "tcp:localhost:1",
            "unix:",
            "tcp:",
            "",
        ] {
            let error = lane.open(endpoint, AGES).err().expect("no such form");
            assert_eq!(error.kind(), ErrorKind::Unsupported, "{error}");
            assert!(endpoint.starts_with("unix:") || error.detail().contains(form), "{error}");
        }
    });
}

#[test]
fn opening_ends_when_a_callee_says_nothing_or_has_no_room() {
    on_every_lane(|lane| {
        let deadline = Duration::from_millis(200);
        let (_silent, at) = lane.listener();
        let error = lane.open(&at.endpoint, deadline).err().expect("nobody answers");
        assert_eq!(error.kind(), ErrorKind::Unsupported, "{error}");

        let (_full, at) = lane.full_listener();
        let start = Instant::now();
        let error = lane.open(&at.endpoint, deadline).err().expect("no room");
        assert!(start.elapsed() < AGES);
        // The kernel says at once that a Unix socket has no room, and tokio does not wait for some.
        let due = if lane.spec.transport == "uds-tokio" {
            ErrorKind::Gone
        } else {
            ErrorKind::Deadline
        };
        assert_eq!(error.kind(), due, "{error}");
    });
}

#[test]
fn names_the_address_that_cannot_be_used() {
    on_every_lane(|lane| {
        let serve = |listen: &str| {
            lane.serve(listen, &mut |_| panic!("must not be ready"))
                .expect_err("no such address")
        };
        let (_listener, at) = lane.listener();
        let error = serve(&at.endpoint);
        assert!(matches!(&error, ServeError::Io(_)), "{error}");
        assert!(
            error
                .to_string()
                .starts_with(&format!("cannot listen on {}: Addr", at.endpoint)),
            "{error}"
        );
        let form = if lane.is_tcp() { "tcp:127.0.0.1:PORT" } else { "unix:/path" };
        for listen in ["http://127.0.0.1:0", "50051", "tcp:localhost:1", "unix:", "tcp:", ""] {
            let error = serve(listen);
            assert!(
                matches!(&error, ServeError::Address(words) if words.contains(form)),
                "{error}"
            );
        }
    });
}
