//! How long a caller waits for callees that are slow in ways of their own, and what it makes of
//! those that talk nonsense.

use crate::lanes::{Caller, Socket, Tested, kind, on_every_lane};
use api::{CallError, ErrorKind, Reply, Request};
use std::{
    io,
    thread::{self, sleep},
    time::{Duration, Instant},
};

const DEADLINE: Duration = Duration::from_secs(2);
/// The lanes' own bound is 1.125 deadlines; the rest is the machine's, which may be busy.
const LATEST: Duration = Duration::from_secs(6);

/// A frame with a reply without ids.
fn empty(lane: &Tested) -> &'static [u8] {
    match lane.spec.codec {
        Some("json") => b"\x03\0\0\0\0{}",
        _ => b"\x01\0\0\0\0",
    }
}

/// A caller whose callee greets and then behaves like this until it returns or the socket breaks.
fn open(
    lane: &Tested,
    behave: impl FnOnce(&mut dyn Socket) -> io::Result<()> + Send + 'static,
) -> Box<dyn Caller> {
    let (listener, at) = lane.listener();
    thread::spawn(move || {
        let mut socket = listener.accept()?;
        // Length, kind, reply length, eight bytes.
        socket.read_exact(&mut [0; 4 + 1 + 4 + 8])?;
        socket.write_all(b"\x09\0\0\0\0tollgate")?;
        behave(&mut *socket)
    });
    lane.open(&at.endpoint, DEADLINE).expect("opens")
}

fn request() -> Request {
    Request::new("user_1", 1)
}

fn call(caller: &mut dyn Caller) -> Result<(), CallError> {
    caller.call(&request()).map(drop)
}

fn pipeline(caller: &mut dyn Caller, count: usize) -> Result<(), CallError> {
    let replies = caller.pipeline(&vec![request(); count])?;
    assert_eq!(replies, vec![Reply::default(); count]);
    Ok(())
}

fn take_call(socket: &mut dyn Socket) -> io::Result<()> {
    let mut length = [0; 4];
    socket.read_exact(&mut length)?;
    socket.read_exact(&mut vec![0; u32::from_le_bytes(length) as usize])
}

/// The action must end by the deadline, and the connection with it.
fn gives_up(
    mut caller: Box<dyn Caller>,
    act: impl FnOnce(&mut dyn Caller) -> Result<(), CallError>,
) {
    let start = Instant::now();
    assert_eq!(kind(act(&mut *caller)), ErrorKind::Deadline);
    let waited = start.elapsed();
    assert!(waited <= LATEST, "waited {waited:?}");
    assert_eq!(kind(call(&mut *caller)), ErrorKind::Gone);
}

#[test]
fn a_reply_that_drips_has_one_deadline() {
    on_every_lane(|lane| {
        let callee = |socket: &mut dyn Socket| {
            take_call(socket)?;
            socket.write_all(&[100, 0, 0, 0])?;
            loop {
                socket.write_all(&[0])?;
                sleep(DEADLINE / 10);
            }
        };
        gives_up(open(lane, callee), call);
    });
}

#[test]
fn replies_of_one_window_have_one_deadline() {
    on_every_lane(|lane| {
        let empty = empty(lane);
        let callee = move |socket: &mut dyn Socket| {
            for _ in 0..8 {
                sleep(DEADLINE * 2 / 5);
                socket.write_all(empty)?;
            }
            Ok(())
        };
        gives_up(open(lane, callee), |caller| pipeline(caller, 8));
    });
}

#[test]
fn sending_counts() {
    on_every_lane(|lane| {
        let callee = |socket: &mut dyn Socket| {
            loop {
                // Room for one more kernel buffer again and again, so that every wait of the
                // sender's is a short one.
                socket.read_exact(&mut [0; 40 << 10])?;
                sleep(DEADLINE / 20);
            }
        };
        gives_up(open(lane, callee), |caller| caller.echo(&vec![7; 24 << 20], 1));
    });
}

#[test]
fn what_sending_took_is_not_there_for_the_reply() {
    on_every_lane(|lane| {
        let callee = |socket: &mut dyn Socket| {
            sleep(DEADLINE * 9 / 10);
            take_call(socket)?;
            // In time, if waiting for a reply had a deadline of its own.
            sleep(DEADLINE * 6 / 10);
            socket.write_all(b"\x02\0\0\0\0\x07")
        };
        // More than the buffers of a socket hold.
        gives_up(open(lane, callee), |caller| caller.echo(&vec![7; 16 << 20], 1));
    });
}

#[test]
fn each_window_has_a_deadline_of_its_own() {
    on_every_lane(|lane| {
        let empty = empty(lane);
        let callee = move |socket: &mut dyn Socket| {
            for _ in 0..4 {
                (0..64).try_for_each(|_| take_call(socket))?;
                sleep(DEADLINE / 5);
                socket.write_all(empty)?;
                sleep(DEADLINE / 5);
                (1..64).try_for_each(|_| socket.write_all(empty))?;
            }
            Ok(())
        };
        pipeline(&mut *open(lane, callee), 4 * 64).expect("each window is in time");
    });
}

#[test]
fn a_slow_call_leaves_the_next_one_its_whole_deadline() {
    on_every_lane(|lane| {
        let empty = empty(lane);
        let callee = move |socket: &mut dyn Socket| {
            for _ in 0..3 {
                take_call(socket)?;
                for byte in empty {
                    sleep(DEADLINE * 2 / 5 / empty.len() as u32);
                    socket.write_all(&[*byte])?;
                }
            }
            Ok(())
        };
        let mut caller = open(lane, callee);
        for _ in 0..3 {
            call(&mut *caller).expect("in time");
        }
    });
}

#[test]
fn garbage_without_end_is_malformed() {
    on_every_lane(|lane| {
        let garbage: [&'static [u8]; 5] = [
            &[0xff],                              // a length above every limit
            &[0],                                 // a length of nothing
            &[2, 0, 0, 0, 77, 0],                 // a kind that does not exist
            &[5, 0, 0, 0, 0, 255, 255, 255, 255], // a reply whose bytes are no message
            empty(lane),                          // good replies, to questions that nobody asked
        ];
        for frame in garbage {
            for pipelined in [false, true] {
                let mut caller = open(lane, move |socket| {
                    take_call(socket)?;
                    loop {
                        socket.write_all(&frame.repeat(10_000))?;
                    }
                });
                let mut act = || {
                    if pipelined {
                        pipeline(&mut *caller, 100)
                    } else {
                        call(&mut *caller)
                    }
                };
                let outcome = (0..3).try_for_each(|_| act());
                assert_eq!(kind(outcome), ErrorKind::Malformed, "{frame:?}");
                assert_eq!(kind(call(&mut *caller)), ErrorKind::Gone);
            }
        }
    });
}
