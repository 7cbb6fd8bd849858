//! The caller: one blocking socket, frames out, frames in.

use crate::{
    frame::{self, FrameError, FrameReader},
    server,
};
use api::{
    CallError, Connection, ErrorKind, Host, Lane, Open, Outcome, Reply, Request, ServeError, Stamps, Status,
    WireBytes,
};
use codec::Format;
use std::{
    io::{self, Write},
    marker::PhantomData,
    mem,
    os::unix::net::UnixStream,
    time::{Duration, Instant},
};

/// The lane over a Unix socket with this format.
pub struct Socket<F>(PhantomData<F>);

impl<F> Default for Socket<F> {
    fn default() -> Self {
        Self(PhantomData)
    }
}

/// One open socket.
pub struct SocketConnection<F> {
    socket: UnixStream,
    reader: FrameReader,
    out: Vec<u8>,
    deadline: Duration,
    /// When the call or window under way has to be done.
    until: Instant,
    /// The socket's read timeout as it is set now: the deadline, or less after time was spent.
    patience: Duration,
    /// The request went out by one write and nothing has been read since: no time worth counting was spent.
    fresh: bool,
    bytes: WireBytes,
    dead: bool,
    format: PhantomData<F>,
}

impl<F: Format> Lane for Socket<F> {
    type Conn = SocketConnection<F>;

    fn open(&mut self, at: &Open<'_>) -> Result<SocketConnection<F>, CallError> {
        let Some(path) = at.endpoint.strip_prefix("unix:") else {
            let detail =
                format!("`{}` is no endpoint of a Unix socket; it looks like unix:/path", at.endpoint);
            return Err(CallError::new(ErrorKind::Unsupported, detail));
        };
        let gone = |error: io::Error| {
            CallError::new(ErrorKind::Gone, format!("no callee at {}: {error}", at.endpoint))
        };
        let socket = UnixStream::connect(path).map_err(gone)?;
        socket.set_read_timeout(Some(at.deadline)).map_err(gone)?;
        socket
            .set_write_timeout(Some((at.deadline / WRITE_WAITS).max(Duration::from_millis(1))))
            .map_err(gone)?;
        let mut connection = SocketConnection {
            socket,
            reader: FrameReader::new(at.engine.limits.max_message_bytes),
            out: Vec::new(),
            deadline: at.deadline,
            until: Instant::now(),
            patience: at.deadline,
            fresh: false,
            bytes: WireBytes::default(),
            dead: false,
            format: PhantomData,
        };
        let greeting = connection.echo_now(b"tollgate", 8).map_err(|error| {
            CallError::new(
                ErrorKind::Unsupported,
                format!("{} is no callee of this lane: {error}", at.endpoint),
            )
        })?;
        if greeting != b"tollgate" {
            let detail = format!("{} answers, but not with frames of this lane", at.endpoint);
            return Err(CallError::new(ErrorKind::Unsupported, detail));
        }
        Ok(connection)
    }

    fn serve(host: Host<'_>) -> Result<(), ServeError> {
        server::serve::<F>(host)
    }
}

/// What a deadline may be overrun by, as a part of it: as long as less than this is spent, no read needs a timeout of
/// its own, and the common call no further system call.
const SLACK: u32 = 8;

/// The most that one write takes. The kernel waits for room anew for each buffer of some 36 KiB, so such a write waits
/// four times at most: with a write timeout of a 32nd of the deadline, an eighth of the deadline.
const PIECE_BYTES: usize = 128 << 10;
const WRITE_WAITS: u32 = 4 * SLACK;

/// Requests in flight at once when pipelined, and their bytes: few enough for the socket's own buffers, so that
/// neither side can block the other for ever.
const WINDOW_CALLS: usize = 64;
const WINDOW_BYTES: usize = 64 << 10;

impl<F: Format> SocketConnection<F> {
    /// A new deadline, for one call or for one window.
    fn start(&mut self) -> Outcome {
        if self.dead {
            return Err(CallError::new(ErrorKind::Gone, "the connection ended with an earlier error"));
        }
        if self.reader.has_bytes() {
            return self
                .keep(Err(CallError::new(ErrorKind::Malformed, "the callee sent what nobody asked for")));
        }
        if self.patience != self.deadline {
            self.socket.set_read_timeout(Some(self.deadline)).map_err(|error| failure(&error))?;
            self.patience = self.deadline;
        }
        self.until = Instant::now() + self.deadline;
        Ok(())
    }

    /// Starts a call and begins the frame of its request in a clear buffer.
    fn begin(&mut self, kind: u8) -> Outcome {
        self.start()?;
        self.out.clear();
        frame::begin(&mut self.out, kind);
        Ok(())
    }

    fn send(&mut self) -> Outcome {
        self.bytes.out += self.out.len() as u64;
        let Err(error) = self.write_out() else { return Ok(()) };
        // A callee that refuses a frame by its length answers and closes while the frame is still being written.
        let answer = match error.kind() {
            io::ErrorKind::BrokenPipe | io::ErrorKind::ConnectionReset => self.receive(frame::OK).err(),
            _ => None,
        };
        self.dead = true;
        Err(answer.unwrap_or_else(|| failure(&error)))
    }

    fn write_out(&mut self) -> io::Result<()> {
        let mut rest = &self.out[..];
        self.fresh = true;
        while !rest.is_empty() {
            match (&self.socket).write(&rest[..rest.len().min(PIECE_BYTES)]) {
                Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                Ok(count) => rest = &rest[count..],
                Err(error)
                    if matches!(error.kind(), io::ErrorKind::Interrupted | io::ErrorKind::WouldBlock) => {}
                Err(error) => {
                    self.fresh = false;
                    return Err(error);
                }
            }
            if !rest.is_empty() {
                self.fresh = false;
                if Instant::now() >= self.until {
                    return Err(io::ErrorKind::TimedOut.into());
                }
            }
        }
        Ok(())
    }

    fn finish_and_send(&mut self) -> Outcome {
        frame::finish(&mut self.out, 0);
        self.send()
    }

    /// The payload of the next reply of this kind.
    fn receive(&mut self, expected: u8) -> Result<&[u8], CallError> {
        let (until, slack, socket) = (self.until, self.deadline / SLACK, &self.socket);
        let (fresh, patience) = (&mut self.fresh, &mut self.patience);
        let bound_wait = || {
            if mem::take(fresh) {
                return Ok(());
            }
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(io::ErrorKind::TimedOut.into());
            }
            if *patience > left + slack {
                socket.set_read_timeout(Some(left))?;
                *patience = left;
            }
            Ok(())
        };
        let received = match self.reader.next(&mut &*socket, bound_wait) {
            Ok((byte, payload)) if byte == expected => {
                self.bytes.back += (frame::HEADER + payload.len()) as u64;
                return Ok(payload);
            }
            Ok((byte, payload)) => Err(match Status::from_frame(byte) {
                Some(status) => CallError::new(status.kind, String::from_utf8_lossy(payload).into_owned()),
                None => CallError::new(ErrorKind::Malformed, format!("a reply of unknown kind {byte}")),
            }),
            Err(FrameError::Closed) => {
                Err(CallError::new(ErrorKind::Gone, "the callee closed the connection"))
            }
            Err(FrameError::Length(length)) => {
                Err(CallError::new(ErrorKind::Malformed, format!("a reply that announces {length} bytes")))
            }
            Err(FrameError::Io(error)) => Err(failure(&error)),
        };
        self.dead |= matches!(&received, Err(error) if error.kind().ends_connection());
        received
    }

    /// Remembers an error that ends the connection.
    fn keep<T>(&mut self, result: Result<T, CallError>) -> Result<T, CallError> {
        self.dead |= matches!(&result, Err(error) if error.kind().ends_connection());
        result
    }

    fn echo_now(&mut self, payload: &[u8], reply_bytes: u32) -> Result<&[u8], CallError> {
        self.begin(frame::ECHO)?;
        self.out.extend_from_slice(&reply_bytes.to_le_bytes());
        self.out.extend_from_slice(payload);
        self.finish_and_send()?;
        self.receive(frame::OK)
    }

    /// Appends the frames of as many requests as the window takes; returns how many.
    fn fill_window(&mut self, requests: &[Request]) -> usize {
        self.out.clear();
        let mut count = 0;
        for request in requests.iter().take(WINDOW_CALLS) {
            let at = frame::begin(&mut self.out, frame::CALL);
            codec::encode_request::<F>(request, &mut self.out);
            frame::finish(&mut self.out, at);
            count += 1;
            if self.out.len() >= WINDOW_BYTES {
                break;
            }
        }
        count
    }
}

fn failure(error: &io::Error) -> CallError {
    match error.kind() {
        io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut => {
            CallError::new(ErrorKind::Deadline, "no answer within the deadline")
        }
        _ => CallError::new(ErrorKind::Gone, format!("the connection broke: {error}")),
    }
}

impl<F: Format> Connection for SocketConnection<F> {
    async fn call(&mut self, request: &Request, reply: &mut Reply) -> Outcome {
        self.begin(frame::CALL)?;
        codec::encode_request::<F>(request, &mut self.out);
        self.finish_and_send()?;
        let decoded = codec::decode_reply::<F>(self.receive(frame::OK)?, reply);
        self.keep(decoded)
    }

    async fn batch(&mut self, requests: &[Request], replies: &mut [Reply]) -> Outcome {
        self.begin(frame::BATCH)?;
        codec::encode_requests::<F>(requests, &mut self.out);
        self.finish_and_send()?;
        let decoded = codec::decode_replies::<F>(self.receive(frame::OK)?, replies);
        self.keep(decoded)
    }

    async fn pipeline(&mut self, requests: &[Request], replies: &mut [Reply]) -> Outcome {
        let mut refused = Ok(());
        let mut done = 0;
        loop {
            self.start()?;
            let count = self.fill_window(&requests[done..]);
            self.send()?;
            for reply in &mut replies[done..done + count] {
                // One refused call does not take back those in flight behind it: their replies are read too.
                let outcome = match self.receive(frame::OK) {
                    Ok(payload) => codec::decode_reply::<F>(payload, reply),
                    Err(error) => Err(error),
                };
                let outcome = self.keep(outcome);
                if self.dead {
                    return outcome;
                }
                refused = refused.and(outcome);
            }
            done += count;
            if done == requests.len() {
                return refused;
            }
        }
    }

    async fn call_stamped(&mut self, request: &Request, reply: &mut Reply) -> Result<Stamps, CallError> {
        self.begin(frame::STAMPED_CALL)?;
        codec::encode_request::<F>(request, &mut self.out);
        self.finish_and_send()?;
        let payload = self.receive(frame::OK_STAMPED)?;
        let decoded = match payload.split_first_chunk::<{ frame::STAMPS }>() {
            Some((stamps, payload)) => {
                let part = |at: usize| stamps[at..].first_chunk().map_or(0, |part| u64::from_le_bytes(*part));
                let stamps = Stamps { decode_ns: part(0), compute_ns: part(8), encode_ns: part(16) };
                codec::decode_reply::<F>(payload, reply).map(|()| stamps)
            }
            None => Err(CallError::new(ErrorKind::Malformed, "a stamped reply without its stamps")),
        };
        self.keep(decoded)
    }

    async fn echo(&mut self, payload: &[u8], reply_bytes: usize, back: &mut Vec<u8>) -> Outcome {
        let received = self.echo_now(payload, reply_bytes as u32)?;
        back.clear();
        back.extend_from_slice(received);
        Ok(())
    }

    async fn raw(&mut self, request: &[u8], reply: &mut Vec<u8>) -> Outcome {
        self.begin(frame::CALL)?;
        self.out.extend_from_slice(request);
        self.finish_and_send()?;
        let received = self.receive(frame::OK)?;
        reply.clear();
        reply.extend_from_slice(received);
        Ok(())
    }

    fn wire_bytes(&self) -> Option<WireBytes> {
        Some(self.bytes)
    }
}
