//! The caller: every mode as rounds of frames, over whatever wire. It validates nothing: a question
//! is refused by the engine.

use crate::{
    frame::{self, Inbox},
    round_trip::{RoundTrip, Wire},
};
use api::{CallError, Connection, ErrorKind, Open, Outcome, Reply, Request, Stamps, WireBytes};
use codec::Format;
use std::{marker::PhantomData, mem};

/// One open socket.
pub struct Client<W, F> {
    wire: W,
    out: Vec<u8>,
    inbox: Inbox,
    bytes: WireBytes,
    /// Bytes are counted here, and not by the kernel.
    counted: bool,
    /// False from the start of a round until its last reply is here: a round that failed or was
    /// given up half-way leaves bytes behind, and a late reply must never answer the next call.
    whole: bool,
    format: PhantomData<F>,
}

/// Requests in flight at once when pipelined, and their bytes: few enough for the socket's own
/// buffers, so that neither side can block the other for ever.
const WINDOW_CALLS: usize = 64;
const WINDOW_BYTES: usize = 64 << 10;

const GREETING: &[u8] = b"tollgate";

impl<W: Wire, F: Format> Client<W, F> {
    pub(crate) fn new(wire: W, at: &Open<'_>, counted: bool) -> Self {
        Self {
            wire,
            out: Vec::new(),
            inbox: Inbox::new(at.engine.limits.max_message_bytes),
            bytes: WireBytes::default(),
            counted,
            whole: true,
            format: PhantomData,
        }
    }

    /// Makes sure that what answers is a callee of this lane.
    ///
    /// # Errors
    /// `Unsupported` when it is not.
    pub(crate) async fn greeted(mut self, endpoint: &str) -> Result<Self, CallError> {
        let mut back = Vec::new();
        let found = match self.echo(GREETING, GREETING.len(), &mut back).await {
            Ok(()) if back == GREETING => return Ok(self),
            Ok(()) => format!("{endpoint} answers, but not with frames of this lane"),
            Err(error) => format!("{endpoint} is no callee of this lane: {error}"),
        };
        Err(CallError::new(ErrorKind::Unsupported, found))
    }

    /// Sends the frames in `out` and takes so many replies.
    async fn round(
        &mut self,
        expected: u8,
        replies: usize,
        take: impl FnMut(usize, &[u8]) -> Outcome,
    ) -> Outcome {
        let Self { wire, out, inbox, bytes, whole, .. } = self;
        if !mem::replace(whole, false) {
            return Err(CallError::new(
                ErrorKind::Gone,
                "the connection ended with an earlier error",
            ));
        }
        let answered = wire.carry(RoundTrip { out, inbox, bytes, expected, replies, take }).await?;
        *whole = true;
        answered
    }

    /// One request of a kind, one reply that begins with the byte `expected`.
    async fn exchange(
        &mut self,
        kind: u8,
        expected: u8,
        ask: impl FnOnce(&mut Vec<u8>),
        mut take: impl FnMut(&[u8]) -> Outcome,
    ) -> Outcome {
        self.out.clear();
        frame::append(&mut self.out, kind, ask);
        self.round(expected, 1, |_, payload| take(payload)).await
    }

    /// Puts the frames of as many requests as the window takes into `out`; returns how many.
    fn fill_window(&mut self, requests: &[Request]) -> usize {
        self.out.clear();
        let mut count = 0;
        for request in requests.iter().take(WINDOW_CALLS) {
            let at = self.out.len();
            frame::append(&mut self.out, frame::CALL, |out| {
                codec::encode_request::<F>(request, out);
            });
            // What alone fills a window is sent alone: behind others it could be too much for the
            // socket's buffers.
            if at > 0 && self.out.len() - at > WINDOW_BYTES {
                self.out.truncate(at);
                break;
            }
            count += 1;
            if self.out.len() >= WINDOW_BYTES {
                break;
            }
        }
        count
    }
}

impl<W: Wire, F: Format> Connection for Client<W, F> {
    async fn call(&mut self, request: &Request, reply: &mut Reply) -> Outcome {
        self.exchange(
            frame::CALL,
            frame::OK,
            |out| codec::encode_request::<F>(request, out),
            |payload| codec::decode_reply::<F>(payload, reply),
        )
        .await
    }

    async fn batch(&mut self, requests: &[Request], replies: &mut [Reply]) -> Outcome {
        self.exchange(
            frame::BATCH,
            frame::OK,
            |out| codec::encode_requests::<F>(requests, out),
            |payload| codec::decode_replies::<F>(payload, replies),
        )
        .await
    }

    async fn pipeline(&mut self, requests: &[Request], replies: &mut [Reply]) -> Outcome {
        let mut refused = Ok(());
        let mut done = 0;
        loop {
            let count = self.fill_window(&requests[done..]);
            let window = &mut replies[done..done + count];
            let decode =
                |at: usize, payload: &[u8]| codec::decode_reply::<F>(payload, &mut window[at]);
            let outcome = self.round(frame::OK, count, decode).await;
            if !self.whole {
                return outcome;
            }
            refused = refused.and(outcome);
            done += count;
            if done == requests.len() {
                return refused;
            }
        }
    }

    async fn call_stamped(
        &mut self,
        request: &Request,
        reply: &mut Reply,
    ) -> Result<Stamps, CallError> {
        let mut found = Stamps::default();
        self.exchange(
            frame::STAMPED_CALL,
            frame::OK_STAMPED,
            |out| codec::encode_request::<F>(request, out),
            |payload| {
                let (stamps, payload) = frame::split_stamps(payload).ok_or_else(|| {
                    CallError::new(ErrorKind::Malformed, "a stamped reply without its stamps")
                })?;
                found = stamps;
                codec::decode_reply::<F>(payload, reply)
            },
        )
        .await?;
        Ok(found)
    }

    async fn echo(&mut self, payload: &[u8], reply_bytes: usize, back: &mut Vec<u8>) -> Outcome {
        let length = u32::try_from(reply_bytes).map_err(|_| {
            CallError::new(ErrorKind::TooLarge, format!("{reply_bytes} bytes back"))
        })?;
        self.exchange(
            frame::ECHO,
            frame::OK,
            |out| {
                out.extend_from_slice(&length.to_le_bytes());
                out.extend_from_slice(payload);
            },
            |payload| copy(payload, back),
        )
        .await
    }

    async fn raw(&mut self, request: &[u8], reply: &mut Vec<u8>) -> Outcome {
        self.exchange(
            frame::CALL,
            frame::OK,
            |out| out.extend_from_slice(request),
            |payload| copy(payload, reply),
        )
        .await
    }

    fn wire_bytes(&self) -> Option<WireBytes> {
        self.counted.then_some(self.bytes)
    }
}

fn copy(payload: &[u8], into: &mut Vec<u8>) -> Outcome {
    into.clear();
    into.extend_from_slice(payload);
    Ok(())
}
