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
    /// When the call under way has to be done.
    until: Instant,
    /// The socket's read timeout is shorter than the deadline.
    shortened: bool,
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
        socket.set_write_timeout(Some(at.deadline)).map_err(gone)?;
        let mut connection = SocketConnection {
            socket,
            reader: FrameReader::new(at.engine.limits.max_message_bytes),
            out: Vec::new(),
            deadline: at.deadline,
            until: Instant::now(),
            shortened: false,
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

/// Requests in flight at once when pipelined, and their bytes: few enough for the socket's own buffers, so that
/// neither side can block the other for ever.
const WINDOW_CALLS: usize = 64;
const WINDOW_BYTES: usize = 64 << 10;

impl<F: Format> SocketConnection<F> {
    /// Begins the frame of a request in a clear buffer.
    fn begin(&mut self, kind: u8) -> Outcome {
        if self.dead {
            return Err(CallError::new(ErrorKind::Gone, "the connection ended with an earlier error"));
        }
        if std::mem::take(&mut self.shortened) {
            self.socket.set_read_timeout(Some(self.deadline)).map_err(|error| failure(&error))?;
        }
        self.until = Instant::now() + self.deadline;
        self.out.clear();
        frame::begin(&mut self.out, kind);
        Ok(())
    }

    fn send(&mut self) -> Outcome {
        self.bytes.out += self.out.len() as u64;
        let Err(error) = self.socket.write_all(&self.out) else { return Ok(()) };
        // A callee that refuses a frame by its length answers and closes while the frame is still being written.
        let answer = match error.kind() {
            io::ErrorKind::BrokenPipe | io::ErrorKind::ConnectionReset => self.receive(frame::OK).err(),
            _ => None,
        };
        self.dead = true;
        Err(answer.unwrap_or_else(|| failure(&error)))
    }

    fn finish_and_send(&mut self) -> Outcome {
        frame::finish(&mut self.out, 0);
        self.send()
    }

    /// The payload of the next reply of this kind.
    fn receive(&mut self, expected: u8) -> Result<&[u8], CallError> {
        // The first wait is bounded by the socket's own timeout; each further one by what is left of the deadline.
        let (until, shortened, socket) = (self.until, &mut self.shortened, &self.socket);
        let give_up = || {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(io::ErrorKind::TimedOut.into());
            }
            *shortened = true;
            socket.set_read_timeout(Some(left))
        };
        let received = match self.reader.next(&mut &*socket, give_up) {
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
        self.begin(frame::CALL)?;
        let mut refused = Ok(());
        let mut done = 0;
        while done < requests.len() {
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
        }
        refused
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
