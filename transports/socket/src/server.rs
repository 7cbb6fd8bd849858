//! The callee: a thread for each connection, an engine for each thread, answers in the order of the requests.

use crate::frame::{self, FrameError, FrameReader};
use api::{
    CallError, Engine, EngineSource, ErrorKind, Host, Reply, ServeError, Stamps, echo_bytes, status_of,
};
use codec::Format;
use std::{
    io::{self, Write},
    os::unix::net::{UnixListener, UnixStream},
    sync::atomic::{AtomicUsize, Ordering},
    thread,
    time::Instant,
};

/// Connections served at once; a further one is closed at once.
const MAX_CONNECTIONS: usize = 256;

/// Listens on a Unix socket and answers frames of this format.
pub(crate) fn serve<F: Format>(host: Host<'_>) -> Result<(), ServeError> {
    let Host { engine: source, listen, ready } = host;
    let Some(path) = listen.strip_prefix("unix:").filter(|path| !path.is_empty()) else {
        return Err(ServeError::Address(format!("`{listen}` is no Unix socket; use unix:/path/to.sock")));
    };
    let listener = UnixListener::bind(path)?;
    ready(listen);
    static CONNECTIONS: AtomicUsize = AtomicUsize::new(0);
    loop {
        let (socket, _) = listener.accept()?;
        if CONNECTIONS.fetch_add(1, Ordering::Relaxed) >= MAX_CONNECTIONS {
            CONNECTIONS.fetch_sub(1, Ordering::Relaxed);
            continue;
        }
        let engine = source.clone();
        thread::spawn(move || {
            // A connection that breaks is the caller's affair: the callee goes on with the others.
            let _ = Session::<F>::new(&engine).run(socket);
            CONNECTIONS.fetch_sub(1, Ordering::Relaxed);
        });
    }
}

/// One connection's state; its memory is reused from call to call.
struct Session<F> {
    engine: Engine,
    reader: FrameReader,
    out: Vec<u8>,
    reply: Reply,
    replies: Vec<Reply>,
    format: std::marker::PhantomData<F>,
}

/// Replies are sent at the latest when this much of them has gathered.
const FLUSH_BYTES: usize = 64 << 10;

impl<F: Format> Session<F> {
    fn new(engine: &EngineSource) -> Self {
        Self {
            engine: engine.engine(),
            reader: FrameReader::new(engine.limits.max_message_bytes),
            out: Vec::new(),
            reply: Reply::default(),
            replies: Vec::new(),
            format: std::marker::PhantomData,
        }
    }

    fn run(mut self, mut socket: UnixStream) -> io::Result<()> {
        loop {
            let (kind, payload) = match self.reader.next(&mut socket, || Ok(())) {
                Ok(frame) => frame,
                Err(FrameError::Closed) => return Ok(()),
                Err(FrameError::Io(error)) => return Err(error),
                Err(FrameError::Length(length)) => {
                    let kind = if length == 0 { ErrorKind::Malformed } else { ErrorKind::TooLarge };
                    let at = self.out.len();
                    refuse(&mut self.out, at, &CallError::new(kind, format!("a frame of {length} bytes")));
                    return socket.write_all(&self.out);
                }
            };
            let at = self.out.len();
            let answered = match kind {
                frame::CALL | frame::STAMPED_CALL => {
                    let stamped = kind == frame::STAMPED_CALL;
                    answer_call::<F>(&mut self.engine, payload, &mut self.reply, stamped, &mut self.out)
                }
                frame::BATCH => {
                    answer_batch::<F>(&mut self.engine, payload, &mut self.replies, &mut self.out)
                }
                frame::ECHO => answer_echo(&self.engine, payload, &mut self.out),
                other => {
                    Err(CallError::new(ErrorKind::Malformed, format!("a frame of unknown kind {other}")))
                }
            };
            let mut ends = false;
            if let Err(error) = answered {
                ends = error.kind().ends_connection();
                refuse(&mut self.out, at, &error);
            }
            // Requests that arrived together are answered together: a pipelining client pays one write for many.
            if ends || !self.reader.has_frame() || self.out.len() >= FLUSH_BYTES {
                socket.write_all(&self.out)?;
                self.out.clear();
            }
            if ends {
                return Ok(());
            }
        }
    }
}

/// Puts an error in the place of whatever was written since `at`.
fn refuse(out: &mut Vec<u8>, at: usize, error: &CallError) {
    out.truncate(at);
    frame::begin(out, status_of(error.kind()).frame);
    out.extend_from_slice(error.detail().as_bytes());
    frame::finish(out, at);
}

fn answer_call<F: Format>(
    engine: &mut Engine,
    payload: &[u8],
    reply: &mut Reply,
    stamped: bool,
    out: &mut Vec<u8>,
) -> Result<(), CallError> {
    if !stamped {
        let request = codec::decode_request::<F>(payload)?;
        engine.answer(&request, reply)?;
        let at = frame::begin(out, frame::OK);
        codec::encode_reply::<F>(reply, out);
        frame::finish(out, at);
        return Ok(());
    }
    let start = Instant::now();
    let request = codec::decode_request::<F>(payload)?;
    let decoded = Instant::now();
    engine.answer(&request, reply)?;
    let computed = Instant::now();
    let at = frame::begin(out, frame::OK_STAMPED);
    out.extend_from_slice(&[0; frame::STAMPS]);
    codec::encode_reply::<F>(reply, out);
    let stamps = Stamps {
        decode_ns: (decoded - start).as_nanos() as u64,
        compute_ns: (computed - decoded).as_nanos() as u64,
        encode_ns: computed.elapsed().as_nanos() as u64,
    };
    let parts = [stamps.decode_ns, stamps.compute_ns, stamps.encode_ns].map(u64::to_le_bytes);
    out[at + frame::HEADER..at + frame::HEADER + frame::STAMPS].copy_from_slice(parts.as_flattened());
    frame::finish(out, at);
    Ok(())
}

fn answer_batch<F: Format>(
    engine: &mut Engine,
    payload: &[u8],
    replies: &mut Vec<Reply>,
    out: &mut Vec<u8>,
) -> Result<(), CallError> {
    let requests = codec::decode_requests::<F>(payload)?;
    engine.limits().check_items(requests.len())?;
    if replies.len() < requests.len() {
        replies.resize_with(requests.len(), Reply::default);
    }
    let replies = &mut replies[..requests.len()];
    engine.answer_batch(&requests, replies)?;
    let at = frame::begin(out, frame::OK);
    codec::encode_replies::<F>(replies, out);
    frame::finish(out, at);
    Ok(())
}

fn answer_echo(engine: &Engine, payload: &[u8], out: &mut Vec<u8>) -> Result<(), CallError> {
    let Some((reply_bytes, payload)) = payload.split_first_chunk::<4>() else {
        return Err(CallError::new(ErrorKind::Malformed, "an echo frame without its reply length"));
    };
    let reply_bytes = u32::from_le_bytes(*reply_bytes) as usize;
    if reply_bytes > engine.limits().max_message_bytes {
        return Err(CallError::new(ErrorKind::TooLarge, format!("an echo of {reply_bytes} bytes")));
    }
    let at = frame::begin(out, frame::OK);
    let mut back = Vec::with_capacity(reply_bytes);
    echo_bytes(payload, reply_bytes, &mut back);
    out.extend_from_slice(&back);
    frame::finish(out, at);
    Ok(())
}
