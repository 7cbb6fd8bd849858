//! One open connection: the methods by which items, or opaque bytes, travel.

use fixtures::{CallError, ErrorKind, Outcome, Reply, Request};
use std::future::Future;

/// One open connection to a callee. Blocking lanes return ready futures.
///
/// Requests and replies are slices of the same length; each reply answers the request at its index.
/// Replies are owned and reused by the caller: an implementation clears before it fills. After an
/// error whose kind [ends the connection](ErrorKind::ends_connection) a connection answers `Gone`
/// only, or is dropped: a late reply must never answer the next call.
///
/// The default of each optional method answers `Unsupported`; [`crate::Spec::modes`] says which are
/// there.
pub trait Connection: Sized {
    /// One item in one call.
    fn call(&mut self, request: &Request, reply: &mut Reply) -> impl Future<Output = Outcome>;

    /// n items in one call.
    fn batch(
        &mut self,
        _requests: &[Request],
        _replies: &mut [Reply],
    ) -> impl Future<Output = Outcome> {
        unsupported("batched calls")
    }

    /// n calls in flight on this one connection.
    fn pipeline(
        &mut self,
        _requests: &[Request],
        _replies: &mut [Reply],
    ) -> impl Future<Output = Outcome> {
        unsupported("pipelined calls")
    }

    /// One stream, n messages each way.
    fn stream(
        &mut self,
        _requests: &[Request],
        _replies: &mut [Reply],
    ) -> impl Future<Output = Outcome> {
        unsupported("streams")
    }

    /// One item in one call, and how long the callee took for its parts of it, reported in-band.
    fn call_stamped(
        &mut self,
        _request: &Request,
        _reply: &mut Reply,
    ) -> impl Future<Output = Result<Stamps, CallError>> {
        unsupported("stamps")
    }

    /// Opaque bytes out, `reply_bytes` bytes back, by the carrier and framework of this lane but
    /// without its codec and engine. `back` becomes [`echo_bytes`] of the payload.
    fn echo(
        &mut self,
        _payload: &[u8],
        _reply_bytes: usize,
        _back: &mut Vec<u8>,
    ) -> impl Future<Output = Outcome> {
        unsupported("echo")
    }

    /// A single call whose request is encoded already and whose reply stays encoded. Bytes that are
    /// no message of the contract must come back as `Malformed`.
    fn raw(&mut self, _request: &[u8], _reply: &mut Vec<u8>) -> impl Future<Output = Outcome> {
        unsupported("encoded bytes")
    }

    /// Bytes that crossed the carrier since the connection was opened, where the lane counts them
    /// itself. TCP lanes keep the default: the harness reads the kernel's counters of their
    /// sockets.
    fn wire_bytes(&self) -> Option<WireBytes> {
        None
    }

    /// A second handle on the same connection, where it multiplexes.
    fn share(&self) -> Option<Self> {
        None
    }
}

async fn unsupported<T>(what: &'static str) -> Result<T, CallError> {
    Err(CallError::new(ErrorKind::Unsupported, format!("this lane has no {what}")))
}

/// How long the callee took for its parts of one call, by its own clock.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stamps {
    /// Bytes to request, ns; 0 where nothing is decoded.
    pub decode_ns: u64,
    /// The engine, ns.
    pub compute_ns: u64,
    /// Reply to bytes, ns; 0 where nothing is encoded.
    pub encode_ns: u64,
}

/// Bytes that crossed the carrier, framing included.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WireBytes {
    /// Caller to callee.
    pub out: u64,
    /// Callee to caller.
    pub back: u64,
}

/// What an echo of `reply_bytes` bytes answers: the payload, repeated as often as needed and then
/// cut (zeros for an empty payload). Written into `back`, which is cleared first.
pub fn echo_bytes(payload: &[u8], reply_bytes: usize, back: &mut Vec<u8>) {
    back.clear();
    let source = if payload.is_empty() { &[0] } else { payload };
    while back.len() < reply_bytes {
        let take = source.len().min(reply_bytes - back.len());
        back.extend_from_slice(&source[..take]);
    }
}
