//! The callee's part that does not depend on how it waits: answers to frames, in the order of the
//! requests.

use crate::{
    frame::{self, BadLength, Inbox},
    round_trip::{Io, read_more},
};
use api::{CallError, EngineSource, ErrorKind, Outcome, Stamps, echo_bytes, status_of};
use codec::Format;
use net::BufferedEngine;
use std::{io, marker::PhantomData, sync::Arc, time::Instant};

/// Connections served at once; a further one is closed at once.
const MAX_CONNECTIONS: usize = 256;

/// Places for connections; a place is free again when it is dropped.
#[derive(Clone, Default)]
pub(crate) struct Places(Arc<()>);

impl Places {
    /// A place, if one is free.
    pub(crate) fn take(&self) -> Option<Self> {
        (Arc::strong_count(&self.0) <= MAX_CONNECTIONS).then(|| self.clone())
    }
}

/// True for a failure to accept that is the affair of one caller, who has gone by now.
pub(crate) fn concerns_one_caller(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::ConnectionAborted | io::ErrorKind::ConnectionReset)
}

/// One connection's state; its memory is reused from call to call.
pub(crate) struct Session<F> {
    engine: BufferedEngine,
    inbox: Inbox,
    out: Vec<u8>,
    format: PhantomData<fn() -> F>,
}

/// What a connection needs next.
enum Next {
    /// More bytes from the caller.
    Read,
    /// Its replies sent.
    Send,
    /// Its replies sent, and the end.
    SendAndEnd,
}

/// Replies are sent at the latest when this much of them has gathered.
const FLUSH_BYTES: usize = 64 << 10;

impl<F: Format> Session<F> {
    pub(crate) fn new(source: &EngineSource) -> Self {
        Self {
            engine: BufferedEngine::new(source),
            inbox: Inbox::new(source.limits.max_message_bytes),
            out: Vec::new(),
            format: PhantomData,
        }
    }

    /// Answers until the caller closes, or sends what ends the connection.
    ///
    /// # Errors
    /// The socket's.
    pub(crate) async fn converse(mut self, io: &mut impl Io) -> io::Result<()> {
        loop {
            match self.answer_what_is_here() {
                Next::Read => {
                    if !read_more(io, &mut self.inbox).await? {
                        return Ok(());
                    }
                }
                Next::Send => {
                    io.send(&self.out).await?;
                    self.out.clear();
                }
                Next::SendAndEnd => return io.send(&self.out).await,
            }
        }
    }

    /// Answers the whole frames that are here. Requests that arrived together are answered
    /// together: a pipelining client pays one write for many.
    fn answer_what_is_here(&mut self) -> Next {
        let Self { engine, inbox, out, .. } = self;
        while out.len() < FLUSH_BYTES {
            let (kind, payload) = match inbox.take() {
                Ok(Some(frame)) => frame,
                Ok(None) if out.is_empty() => return Next::Read,
                Ok(None) => return Next::Send,
                Err(BadLength(length)) => {
                    let kind = if length == 0 { ErrorKind::Malformed } else { ErrorKind::TooLarge };
                    append_refusal(
                        out,
                        &CallError::new(kind, format!("a frame of {length} bytes")),
                    );
                    return Next::SendAndEnd;
                }
            };
            let answered = match kind {
                frame::CALL => answer_call::<F>(engine, payload, out),
                frame::STAMPED_CALL => answer_stamped_call::<F>(engine, payload, out),
                frame::BATCH => answer_batch::<F>(engine, payload, out),
                frame::ECHO => answer_echo(engine, payload, out),
                other => Err(CallError::new(
                    ErrorKind::Malformed,
                    format!("a frame of unknown kind {other}"),
                )),
            };
            if let Err(error) = answered {
                append_refusal(out, &error);
                if error.kind().ends_connection() {
                    return Next::SendAndEnd;
                }
            }
        }
        Next::Send
    }
}

fn append_refusal(out: &mut Vec<u8>, error: &CallError) {
    frame::append(out, status_of(error.kind()).frame, |out| {
        out.extend_from_slice(error.detail().as_bytes());
    });
}

fn answer_call<F: Format>(
    engine: &mut BufferedEngine,
    payload: &[u8],
    out: &mut Vec<u8>,
) -> Outcome {
    let request = codec::decode_request::<F>(payload)?;
    let reply = engine.answer(&request)?;
    frame::append(out, frame::OK, |out| codec::encode_reply::<F>(reply, out));
    Ok(())
}

fn answer_stamped_call<F: Format>(
    engine: &mut BufferedEngine,
    payload: &[u8],
    out: &mut Vec<u8>,
) -> Outcome {
    let start = Instant::now();
    let request = codec::decode_request::<F>(payload)?;
    let decoded = Instant::now();
    let reply = engine.answer(&request)?;
    let computed = Instant::now();
    frame::append_stamped(out, |out| {
        codec::encode_reply::<F>(reply, out);
        Stamps {
            decode_ns: (decoded - start).as_nanos() as u64,
            compute_ns: (computed - decoded).as_nanos() as u64,
            encode_ns: computed.elapsed().as_nanos() as u64,
        }
    });
    Ok(())
}

fn answer_batch<F: Format>(
    engine: &mut BufferedEngine,
    payload: &[u8],
    out: &mut Vec<u8>,
) -> Outcome {
    let requests = codec::decode_requests::<F>(payload)?;
    let replies = engine.answer_batch(&requests)?;
    frame::append(out, frame::OK, |out| codec::encode_replies::<F>(replies, out));
    Ok(())
}

fn answer_echo(engine: &BufferedEngine, payload: &[u8], out: &mut Vec<u8>) -> Outcome {
    let Some((reply_bytes, payload)) = payload.split_first_chunk::<4>() else {
        return Err(CallError::new(ErrorKind::Malformed, "an echo frame without its reply length"));
    };
    let reply_bytes = u32::from_le_bytes(*reply_bytes) as usize;
    if reply_bytes > engine.limits().max_message_bytes {
        return Err(CallError::new(ErrorKind::TooLarge, format!("an echo of {reply_bytes} bytes")));
    }
    let mut back = Vec::with_capacity(reply_bytes);
    echo_bytes(payload, reply_bytes, &mut back);
    frame::append(out, frame::OK, |out| out.extend_from_slice(&back));
    Ok(())
}
