//! How long a caller waits for callees that are slow in ways of their own, and what it makes of those that talk nonsense.

use api::{CallError, Connection, EngineKind, EngineSource, ErrorKind, Lane, Open, Reply, Request};
use codec::Protobuf;
use socket::{Socket, SocketConnection};
use std::{
    io::{Read, Write},
    os::unix::net::{UnixListener, UnixStream},
    process,
    sync::atomic::{AtomicU32, Ordering::Relaxed},
    thread::{self, sleep},
    time::{Duration, Instant},
};

const DEADLINE: Duration = Duration::from_secs(1);
/// The lane's own bound is 1.125 deadlines; the rest is the machine's.
const LATEST: Duration = Duration::from_millis(1_250);
/// A reply without ids.
const EMPTY: [u8; 5] = [1, 0, 0, 0, 0];

struct Caller {
    lane: Socket<Protobuf>,
    connection: SocketConnection<Protobuf>,
}

/// A caller whose callee greets and then behaves like this until it returns or the socket breaks.
fn open(behave: impl FnOnce(&mut UnixStream) -> std::io::Result<()> + Send + 'static) -> Caller {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let name = format!("tollgate-waits-{}-{}", process::id(), NUMBER.fetch_add(1, Relaxed));
    let path = std::env::temp_dir().join(name);
    let listener = UnixListener::bind(&path).expect("a socket file");
    thread::spawn(move || {
        let (mut socket, _) = listener.accept()?;
        // Length, kind, reply length, eight bytes.
        socket.read_exact(&mut [0; 4 + 1 + 4 + 8])?;
        socket.write_all(b"\x09\0\0\0\0tollgate")?;
        behave(&mut socket)
    });
    let mut lane = Socket::default();
    let engine = EngineSource::embedded(EngineKind::Stub);
    let endpoint = format!("unix:{}", path.display());
    let connection = lane.open(&Open { endpoint: &endpoint, deadline: DEADLINE, engine: &engine });
    std::fs::remove_file(path).expect("was bound");
    Caller { connection: connection.expect("opens"), lane }
}

fn request() -> Request {
    Request::new("user_1", 1)
}

fn take_call(socket: &mut UnixStream) -> std::io::Result<()> {
    let mut length = [0; 4];
    socket.read_exact(&mut length)?;
    socket.read_exact(&mut vec![0; u32::from_le_bytes(length) as usize])
}

impl Caller {
    fn call(&mut self) -> Result<(), CallError> {
        self.lane.block_on(self.connection.call(&request(), &mut Reply::default()))
    }

    fn pipeline(&mut self, count: usize) -> Result<(), CallError> {
        let mut replies = vec![Reply::default(); count];
        self.lane.block_on(self.connection.pipeline(&vec![request(); count], &mut replies))
    }

    fn echo(&mut self, bytes: usize) -> Result<(), CallError> {
        self.lane.block_on(self.connection.echo(&vec![7; bytes], 1, &mut Vec::new()))
    }

    /// The action must end by the deadline, and the connection with it.
    fn gives_up(mut self, act: impl FnOnce(&mut Self) -> Result<(), CallError>) {
        let start = Instant::now();
        assert_eq!(kind(act(&mut self)), ErrorKind::Deadline);
        let waited = start.elapsed();
        assert!(waited <= LATEST, "waited {waited:?}");
        assert_eq!(kind(self.call()), ErrorKind::Gone);
    }
}

fn kind(outcome: Result<(), CallError>) -> ErrorKind {
    outcome.expect_err("must fail").kind()
}

#[test]
fn a_reply_that_drips_has_one_deadline() {
    let callee = |socket: &mut UnixStream| {
        take_call(socket)?;
        socket.write_all(&[100, 0, 0, 0])?;
        loop {
            socket.write_all(&[0])?;
            sleep(DEADLINE / 10);
        }
    };
    open(callee).gives_up(Caller::call);
}

#[test]
fn replies_of_one_window_have_one_deadline() {
    let callee = |socket: &mut UnixStream| {
        for _ in 0..8 {
            sleep(DEADLINE * 2 / 5);
            socket.write_all(&EMPTY)?;
        }
        Ok(())
    };
    open(callee).gives_up(|caller| caller.pipeline(8));
}

#[test]
fn sending_counts() {
    let callee = |socket: &mut UnixStream| {
        loop {
            // Room for one more kernel buffer again and again, so that every wait of the sender's is a short one.
            socket.read_exact(&mut [0; 40 << 10])?;
            sleep(DEADLINE / 20);
        }
    };
    open(callee).gives_up(|caller| caller.echo(16 << 20));
}

#[test]
fn what_sending_took_is_not_there_for_the_reply() {
    let callee = |socket: &mut UnixStream| {
        sleep(DEADLINE / 2);
        take_call(socket)?;
        sleep(DEADLINE * 2);
        Ok(())
    };
    open(callee).gives_up(|caller| caller.echo(2 << 20));
}

#[test]
fn each_window_has_a_deadline_of_its_own() {
    let callee = |socket: &mut UnixStream| {
        for _ in 0..3 {
            (0..64).try_for_each(|_| take_call(socket))?;
            sleep(DEADLINE * 3 / 10);
            socket.write_all(&EMPTY)?;
            sleep(DEADLINE * 3 / 10);
            (1..64).try_for_each(|_| socket.write_all(&EMPTY))?;
        }
        Ok(())
    };
    open(callee).pipeline(3 * 64).expect("each window is in time");
}

#[test]
fn a_slow_call_leaves_the_next_one_its_whole_deadline() {
    let callee = |socket: &mut UnixStream| {
        for _ in 0..2 {
            take_call(socket)?;
            for byte in EMPTY {
                sleep(DEADLINE * 3 / 20);
                socket.write_all(&[byte])?;
            }
        }
        Ok(())
    };
    let mut caller = open(callee);
    caller.call().expect("in time");
    caller.call().expect("in time");
}

#[test]
fn garbage_without_end_is_malformed() {
    let garbage: [&'static [u8]; 5] = [
        &[0xff],                              // a length above every limit
        &[0],                                 // a length of nothing
        &[2, 0, 0, 0, 77, 0],                 // a kind that does not exist
        &[5, 0, 0, 0, 0, 255, 255, 255, 255], // a reply whose bytes are no message
        &EMPTY,                               // good replies, to questions that nobody asked
    ];
    for frame in garbage {
        for pipelined in [false, true] {
            let mut caller = open(move |socket| {
                take_call(socket)?;
                loop {
                    socket.write_all(&frame.repeat(10_000))?;
                }
            });
            let mut act = || if pipelined { caller.pipeline(100) } else { caller.call() };
            let outcome = (0..3).try_for_each(|_| act());
            assert_eq!(kind(outcome), ErrorKind::Malformed, "{frame:?}");
            assert_eq!(kind(caller.call()), ErrorKind::Gone);
        }
    }
}
