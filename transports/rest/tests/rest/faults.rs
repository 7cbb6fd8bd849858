//! What happens when the other side is slow, gone or somebody else.

use crate::caller::{DEADLINE, Subject, kind, subjects, subjects_that};
use api::{ErrorKind, Profile, Request, ServeError};
use std::{
    io::{self, Read, Write},
    net::{Shutdown, TcpListener, TcpStream},
    os::unix::net::{UnixListener, UnixStream},
    thread,
    time::Duration,
};
use tempfile::TempDir;

#[test]
fn names_the_address_that_cannot_be_used() {
    for subject in subjects() {
        let callee = subject.stub();
        let taken = callee.endpoint.trim_start_matches("http://");
        let error = subject.refusal(&callee.endpoint);
        assert!(matches!(&error, ServeError::Io(_)));
        let words = error.to_string();
        assert!(words.starts_with("cannot listen on "), "{words}");
        assert!(words.contains(taken) && words.contains("Address already in use"), "{words}");
        let (form, wrong) = if subject.is_tcp() {
            ("127.0.0.1:PORT", "unix:/tmp/x")
        } else {
            ("unix:/path", "127.0.0.1:0")
        };
        for listen in [wrong, "50051", "localhost:1", ""] {
            let error = subject.refusal(listen);
            assert!(
                matches!(&error, ServeError::Address(words) if words.contains(form)),
                "{error}"
            );
        }
    }
}

#[test]
fn names_the_form_of_an_endpoint_that_is_none() {
    for subject in subjects() {
        let (form, wrong) = if subject.is_tcp() {
            ("http://127.0.0.1:PORT", "unix:/tmp/x")
        } else {
            ("unix:/path", "http://127.0.0.1:1")
        };
        for endpoint in [wrong, "lib:/x", "unix:", "127.0.0.1:1", "http://", ""] {
            let error = subject.open_within(endpoint, DEADLINE).err().expect("no such form");
            assert_eq!(error.kind(), ErrorKind::Unsupported, "{error}");
            assert!(error.detail().contains(form), "{error}");
        }
    }
}

/// Somebody else at an endpoint of the right form.
struct Impostor {
    endpoint: String,
    _folder: TempDir,
}

/// Gives these answers on each connection, whatever it asks.
fn impostor(subject: &Subject, answers: &'static [&[u8]]) -> Impostor {
    let folder = tempfile::tempdir().expect("a folder");
    let endpoint = if subject.is_tcp() {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let endpoint = format!("http://{}", listener.local_addr().expect("bound"));
        thread::spawn(move || {
            listener.incoming().flatten().for_each(|socket| {
                play(socket, |socket: &TcpStream| socket.shutdown(Shutdown::Write), answers);
            });
        });
        endpoint
    } else {
        let path = folder.path().join("impostor.sock");
        let listener = UnixListener::bind(&path).expect("a socket");
        thread::spawn(move || {
            listener.incoming().flatten().for_each(|socket| {
                play(socket, |socket: &UnixStream| socket.shutdown(Shutdown::Write), answers);
            });
        });
        format!("unix:{}", path.display())
    };
    Impostor { endpoint, _folder: folder }
}

/// An answer to each question, then the end. A caller that has gone by then is not missed. What it
/// still says is read: an impostor that closed with bytes unread would break the connection before
/// its answer is looked at.
fn play<S: Read + Write>(mut socket: S, end: impl FnOnce(&S) -> io::Result<()>, answers: &[&[u8]]) {
    for answer in answers {
        match socket.read(&mut [0; 4_096]) {
            Ok(1..) => drop(socket.write_all(answer)),
            _ => return,
        }
    }
    if end(&socket).is_ok() {
        drop(io::copy(&mut socket, &mut io::sink()));
    }
}

const HEALTHY: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-length: 15\r\n\r\n{\"status\":\"ok\"}";
const NO_JSON: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n[]";
const CUT_OFF: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-length: 40\r\n\r\n{";
const CHUNKED: &[u8] = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n\
    11\r\n{\"productIds\":[\"p\r\n1\r\nr\r\n10\r\noduct_0\",  \"a\"]}\r\n0\r\n\r\n";

#[test]
fn says_what_is_there_when_it_is_no_callee() {
    for subject in subjects() {
        let open = |answers| {
            let somebody = impostor(&subject, answers);
            kind(subject.open_within(&somebody.endpoint, DEADLINE))
        };
        let name = subject.spec.transport;
        let impostors: [&[&[u8]]; 3] = [
            &[b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n"],
            &[b"HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\n<html>"],
            &[b"SSH-2.0-OpenSSH_9.2\r\n"],
        ];
        for answers in impostors {
            assert_eq!(open(answers), ErrorKind::Unsupported, "{name}");
        }
        assert_eq!(open(&[b""]), ErrorKind::Gone, "{name}");
    }
}

/// The lanes whose callee can be played by a few bytes, one connection at a time: without HTTP/2,
/// and without a pool that may open a second connection when the first comes back to it late.
fn on_one_plain_connection() -> Vec<Subject> {
    subjects_that(|subject| {
        !subject.spec.properties.multiplexing && subject.spec.profile != Profile::Tuned
    })
}

#[test]
fn an_answer_that_is_none_ends_the_connection_for_good() {
    for subject in on_one_plain_connection() {
        let ask = |answers| {
            let somebody = impostor(&subject, answers);
            let caller = subject
                .open_within(&somebody.endpoint, Duration::from_secs(1))
                .expect("is healthy");
            let outcome = kind(caller.call(&Request::new("u", 1)));
            assert_eq!(
                kind(caller.call(&Request::new("u", 1))),
                ErrorKind::Gone,
                "the call after {outcome}"
            );
            outcome
        };
        let name = subject.spec.transport;
        assert_eq!(ask(&[HEALTHY, NO_JSON]), ErrorKind::Malformed, "{name}");
        assert_eq!(ask(&[HEALTHY, b"what?\r\n\r\n"]), ErrorKind::Malformed, "{name}");
        assert_eq!(ask(&[HEALTHY, CUT_OFF]), ErrorKind::Gone, "{name}");
        assert_eq!(ask(&[HEALTHY, b""]), ErrorKind::Gone, "{name}");
        // The impostor waits for a third question here.
        assert_eq!(ask(&[HEALTHY, b"HTTP/1.1 200 OK\r\n", b""]), ErrorKind::Deadline, "{name}");
    }
}

#[test]
fn a_redirect_is_an_error_and_the_question_goes_to_nobody_else() {
    let elsewhere = TcpListener::bind("127.0.0.1:0").expect("a port");
    elsewhere.set_nonblocking(true).expect("is a socket");
    let place = format!("http://{}", elsewhere.local_addr().expect("bound"));
    let answer = format!(
        "HTTP/1.1 307 Temporary Redirect\r\nlocation: {place}/recommendations\r\n\
        content-length: 0\r\n\r\n"
    );
    let redirect: &'static [u8] = Vec::leak(answer.into_bytes());
    let plain = |subject: &Subject| !subject.spec.properties.multiplexing;
    for subject in subjects_that(plain) {
        let name = subject.spec.transport;
        let somebody = impostor(&subject, Vec::leak(vec![redirect]));
        let error = subject.open_within(&somebody.endpoint, DEADLINE).err().expect("no callee");
        assert_eq!(error.kind(), ErrorKind::Unsupported, "{name}: {error}");
        assert!(error.detail().contains("307, a redirect, which is not followed"), "{error}");
        let somebody = impostor(&subject, Vec::leak(vec![HEALTHY, redirect]));
        let caller = subject.open_within(&somebody.endpoint, DEADLINE).expect("is healthy");
        let error = caller.call(&Request::new("u", 1)).expect_err("a redirect");
        assert!(error.detail().contains("307, a redirect, which is not followed"), "{error}");
        let nobody = elsewhere.accept().map_err(|error| error.kind());
        assert!(matches!(nobody, Err(io::ErrorKind::WouldBlock)), "{name} asked another server");
    }
}

#[test]
fn an_answer_in_chunks_is_put_together() {
    for subject in on_one_plain_connection() {
        let somebody = impostor(&subject, &[HEALTHY, CHUNKED]);
        let answer =
            subject.open(&somebody.endpoint).call(&Request::new("u", 2)).expect("is whole");
        assert_eq!(answer, ["product_0", "a"].into_iter().collect(), "{}", subject.spec.transport);
    }
}

#[test]
fn nobody_there_is_gone() {
    for subject in subjects() {
        let somebody = impostor(&subject, &[]);
        let endpoint = if subject.is_tcp() {
            let free = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
            format!("http://{}", free.expect("a free port"))
        } else {
            format!("{}.not", somebody.endpoint)
        };
        let error = subject.open_within(&endpoint, DEADLINE).err().expect("nobody is there");
        assert_eq!(error.kind(), ErrorKind::Gone, "{error}");
        assert!(
            error.detail().contains("refused") || error.detail().contains("No such file"),
            "{error}"
        );
    }
}
