//! One round trip of a caller: what is sent, and the replies to it. Written once for lanes that
//! block and lanes of tokio: they differ in their [`Io`] and in how their [`Wire`] keeps the
//! deadline.

use crate::frame::{self, BadLength, Inbox};
use api::{CallError, ErrorKind, Outcome, Status, WireBytes};
use std::{future::Future, io};

/// Bytes in and out of a connected socket. One that blocks gives futures that are ready.
pub(crate) trait Io: Send {
    /// Sends all of it.
    ///
    /// # Errors
    /// The operating system's; `TimedOut` when the deadline has passed.
    fn send(&mut self, bytes: &[u8]) -> impl Future<Output = io::Result<()>> + Send;

    /// Reads what has come, and waits until something has; 0 bytes are the end.
    ///
    /// # Errors
    /// As [`Io::send`].
    fn read(&mut self, into: &mut [u8]) -> impl Future<Output = io::Result<usize>> + Send;
}

/// Puts what one read gives into the inbox; false at the end of the stream.
pub(crate) async fn read_more(io: &mut impl Io, inbox: &mut Inbox) -> io::Result<bool> {
    loop {
        match io.read(inbox.room()).await {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            outcome => {
                let count = outcome?;
                inbox.add(count);
                return Ok(count > 0);
            }
        }
    }
}

/// A caller's socket, and the deadline of what is done with it.
pub trait Wire {
    /// Carries one round to its end, within one deadline.
    ///
    /// # Errors
    /// As [`RoundTrip::run`], and `Deadline`.
    fn carry<T: FnMut(usize, &[u8]) -> Outcome>(
        &mut self,
        round: RoundTrip<'_, T>,
    ) -> impl Future<Output = Result<Outcome, CallError>>;
}

/// Requests that go out together, and what is done with their replies, which come in the same
/// order.
pub struct RoundTrip<'a, T> {
    /// Whole frames.
    pub(crate) out: &'a [u8],
    pub(crate) inbox: &'a mut Inbox,
    pub(crate) bytes: &'a mut WireBytes,
    /// The byte of a reply that is none of an error.
    pub(crate) expected: u8,
    /// How many replies are due.
    pub(crate) replies: usize,
    /// Takes the payload of the reply at an index.
    pub(crate) take: T,
}

impl<T: FnMut(usize, &[u8]) -> Outcome> RoundTrip<'_, T> {
    /// Sends, and takes every reply. What is inside `Ok` may be a refusal, which leaves the
    /// connection as it was: the first one, because a refused call does not take back those in
    /// flight behind it.
    ///
    /// # Errors
    /// What ended the connection.
    pub(crate) async fn run(mut self, io: &mut impl Io) -> Result<Outcome, CallError> {
        if !self.inbox.is_empty() {
            return Err(CallError::new(
                ErrorKind::Malformed,
                "the callee sent what nobody asked for",
            ));
        }
        self.bytes.out += self.out.len() as u64;
        if let Err(error) = io.send(self.out).await {
            return Err(self.why_it_broke(io, &error).await);
        }
        let mut refused = Ok(());
        for at in 0..self.replies {
            match self.receive(io, at).await {
                Err(error) if error.kind().ends_connection() => return Err(error),
                outcome => refused = refused.and(outcome),
            }
        }
        Ok(refused)
    }

    async fn receive(&mut self, io: &mut impl Io, at: usize) -> Outcome {
        loop {
            match self.inbox.take() {
                Ok(Some((byte, payload))) => {
                    self.bytes.back += (frame::HEADER + payload.len()) as u64;
                    return if byte == self.expected {
                        (self.take)(at, payload)
                    } else {
                        Err(refusal(byte, payload))
                    };
                }
                Ok(None) => {}
                Err(BadLength(length)) => {
                    let detail = format!("a reply that announces {length} bytes");
                    return Err(CallError::new(ErrorKind::Malformed, detail));
                }
            }
            if !read_more(io, self.inbox).await.map_err(|error| failure(&error))? {
                return Err(CallError::new(ErrorKind::Gone, "the callee closed the connection"));
            }
        }
    }

    /// A callee that refuses a frame by its length answers and closes while the frame is still
    /// being written.
    #[cold]
    async fn why_it_broke(&mut self, io: &mut impl Io, error: &io::Error) -> CallError {
        if matches!(error.kind(), io::ErrorKind::BrokenPipe | io::ErrorKind::ConnectionReset) {
            for at in 0..self.replies {
                if let Err(answer) = self.receive(io, at).await {
                    return answer;
                }
            }
        }
        failure(error)
    }
}

#[cold]
fn refusal(byte: u8, payload: &[u8]) -> CallError {
    match Status::from_frame(byte) {
        Some(status) => CallError::new(status.kind, String::from_utf8_lossy(payload).into_owned()),
        None => CallError::new(ErrorKind::Malformed, format!("a reply of unknown kind {byte}")),
    }
}

/// What a failure of the socket is to the caller: `Deadline` after a timeout, else `Gone`.
#[cold]
pub(crate) fn failure(error: &io::Error) -> CallError {
    match error.kind() {
        io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut => {
            CallError::new(ErrorKind::Deadline, "no answer within the deadline")
        }
        _ => CallError::new(ErrorKind::Gone, format!("the connection broke: {error}")),
    }
}
