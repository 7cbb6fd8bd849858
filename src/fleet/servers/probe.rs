//! Whether a server answers: what its entry says is sent, and what comes back is looked at.

use crate::lanes::servers::Readiness;
use std::{
    io::{self, Read, Write},
    net::{Ipv4Addr, SocketAddr, TcpStream},
    time::{Duration, Instant},
};

/// One look takes at most this long.
const PATIENCE: Duration = Duration::from_millis(500);
/// A server that says more than this before it says what is awaited never will.
const MOST_BYTES: usize = 64 << 10;

/// True where what listens on this port of the loopback answers as it should.
pub(super) fn answers(port: u16, ready: &Readiness) -> bool {
    asked(port, ready).unwrap_or(false)
}

fn asked(port: u16, ready: &Readiness) -> io::Result<bool> {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let mut stream = TcpStream::connect_timeout(&address, PATIENCE)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    match ready {
        Readiness::Bytes { send, awaited } => {
            stream.write_all(send.as_bytes())?;
            says(&mut stream, |said| contains(said, awaited.as_bytes()))
        }
        Readiness::Http { get } => {
            let host = format!("{address}");
            let close = "Connection: close\r\n\r\n";
            write!(stream, "GET {get} HTTP/1.1\r\nHost: {host}\r\n{close}")?;
            says(&mut stream, is_success)
        }
    }
}

/// Reads until what was read is it, or nothing more comes.
fn says(stream: &mut TcpStream, is_it: impl Fn(&[u8]) -> bool) -> io::Result<bool> {
    let until = Instant::now() + PATIENCE;
    let mut said = Vec::new();
    let mut chunk = [0; 1_024];
    while said.len() < MOST_BYTES && Instant::now() < until {
        let count = stream.read(&mut chunk)?;
        said.extend_from_slice(&chunk[..count]);
        if is_it(&said) {
            return Ok(true);
        }
        if count == 0 {
            return Ok(false);
        }
    }
    Ok(false)
}

fn contains(said: &[u8], awaited: &[u8]) -> bool {
    awaited.is_empty() || said.windows(awaited.len()).any(|window| window == awaited)
}

/// True for the first line of an answer whose status is 2xx.
fn is_success(said: &[u8]) -> bool {
    let line = String::from_utf8_lossy(&said[..said.len().min(32)]).into_owned();
    line.starts_with("HTTP/1.") && line.split(' ').nth(1).is_some_and(|code| code.starts_with('2'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{net::TcpListener, thread};

    /// A server that answers every connection with these words.
    fn that_says(words: &'static str) -> u16 {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("binds");
        let port = listener.local_addr().expect("bound").port();
        thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.expect("somebody came");
                let mut asked = [0; 256];
                let _ = stream.read(&mut asked).expect("the probe says something");
                stream.write_all(words.as_bytes()).expect("the probe reads");
            }
        });
        port
    }

    #[test]
    fn a_server_answers_where_it_says_what_is_awaited_and_nothing_else_will_do() {
        let bytes =
            |awaited: &str| Readiness::Bytes { send: "PING\r\n".into(), awaited: awaited.into() };
        let http = Readiness::Http { get: "/health".into() };
        let pong = that_says("-LOADING\r\n+PONG\r\n");
        assert!(answers(pong, &bytes("+PONG")));
        assert!(!answers(pong, &bytes("+PANG")) && !answers(pong, &http));
        assert!(answers(that_says("HTTP/1.1 204 No Content\r\n\r\n"), &http));
        assert!(!answers(that_says("HTTP/1.1 503 Starting\r\n\r\n"), &http));
    }

    #[test]
    fn nobody_answers_on_a_port_that_is_free() {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("binds");
        let port = listener.local_addr().expect("bound").port();
        drop(listener);
        assert!(!answers(
            port,
            &Readiness::Bytes { send: String::new(), awaited: String::new() }
        ));
    }
}
