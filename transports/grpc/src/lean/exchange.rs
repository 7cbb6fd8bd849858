//! One call on an HTTP/2 connection: a head, framed messages out, framed messages back, trailers;
//! as doc/PROTOCOL-HTTP2.md of github.com/grpc/grpc says. It knows no method and no deadline, and
//! it does not drive the connection.

use crate::status::{error_from_status, no_callee};
use api::{CallError, ErrorKind};
use h2::{RecvStream, client::SendRequest};
use prost::{
    Message,
    bytes::{Buf, BufMut, Bytes, BytesMut},
};
use std::{future::poll_fn, mem::take};
use tonic::{
    Status,
    codegen::http::{HeaderMap, Request, StatusCode, Version},
};

/// Before each message: a byte that says whether it is compressed, and its length.
const PREFIX_BYTES: usize = 5;
const STATUS: &str = "grpc-status";

/// What is sent before the messages.
pub(super) type Head = Request<()>;

/// The head of a method.
pub(super) fn head(authority: &str, method: &str) -> Result<Head, CallError> {
    let head = Request::post(format!("http://{authority}{method}"))
        .version(Version::HTTP_2)
        .header("te", "trailers")
        .header("content-type", "application/grpc")
        .body(());
    head.map_err(|error| CallError::new(ErrorKind::Unsupported, format!("`{authority}`: {error}")))
}

/// Why a call failed.
pub(super) enum Failure {
    /// In words of the contract.
    Call(CallError),
    /// The connection, or the stream of this call, broke.
    Wire(h2::Error),
}

impl From<CallError> for Failure {
    fn from(error: CallError) -> Self {
        Self::Call(error)
    }
}

impl From<h2::Error> for Failure {
    fn from(error: h2::Error) -> Self {
        Self::Wire(error)
    }
}

impl From<Failure> for CallError {
    #[cold]
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Call(error) => error,
            Failure::Wire(error) => Self::new(ErrorKind::Gone, error.to_string()),
        }
    }
}

#[cold]
fn malformed(detail: &'static str) -> Failure {
    CallError::new(ErrorKind::Malformed, detail).into()
}

/// Appends what `write` appends, as a message with its prefix.
pub(super) fn push(out: &mut BytesMut, write: impl FnOnce(&mut BytesMut)) {
    let from = out.len() + PREFIX_BYTES;
    out.put_bytes(0, PREFIX_BYTES);
    write(out);
    let length = (out.len() - from) as u32;
    out[from - 4..from].copy_from_slice(&length.to_be_bytes());
}

/// Appends an encoded message with its prefix.
pub(super) fn push_message(out: &mut BytesMut, message: &impl Message) {
    // Memory grows as needed: the only error of `encode`, too little room, cannot come.
    push(out, |out| {
        let _ = message.encode(out);
    });
}

/// One message, ready to be sent.
pub(super) fn framed(out: &mut BytesMut, message: &impl Message) -> Bytes {
    push_message(out, message);
    out.split().freeze()
}

/// One call whose answer is one message: that message, and the trailers.
pub(super) async fn unary(
    sending: &mut SendRequest<Bytes>,
    head: Head,
    question: Bytes,
    max_message_bytes: usize,
) -> Result<(Bytes, HeaderMap), Failure> {
    let mut answer = Answer::to(sending, head, question, max_message_bytes).await?;
    let message = answer.message().await?;
    Ok((message, answer.end().await?))
}

/// What comes back on the stream of one call.
pub(super) struct Answer {
    body: RecvStream,
    /// Trailers that came in the place of headers.
    trailers: Option<HeaderMap>,
    /// Bytes of messages that are not whole, or not yet asked for.
    held: BytesMut,
    max_message_bytes: usize,
}

impl Answer {
    /// Opens a stream, sends everything there is to say, and waits for the head of the answer.
    pub(super) async fn to(
        sending: &mut SendRequest<Bytes>,
        head: Head,
        questions: Bytes,
        max_message_bytes: usize,
    ) -> Result<Self, Failure> {
        poll_fn(|cx| sending.poll_ready(cx)).await?;
        let (answering, mut asking) = sending.send_request(head, false)?;
        asking.send_data(questions, true)?;
        let (mut head, body) = answering.await?.into_parts();
        let mut trailers = None;
        if head.headers.contains_key(STATUS) {
            trailers = Some(accepted(take(&mut head.headers))?);
        } else if head.status != StatusCode::OK {
            return Err(no_callee(format!("HTTP status {}", head.status)).into());
        }
        Ok(Self { body, trailers, held: BytesMut::new(), max_message_bytes })
    }

    /// The next message; there must be one.
    pub(super) async fn message(&mut self) -> Result<Bytes, Failure> {
        loop {
            if let Some(bytes) = self.whole(&self.held)? {
                let mut message = self.held.split_to(bytes);
                message.advance(PREFIX_BYTES);
                return Ok(message.freeze());
            }
            let Some(chunk) = self.chunk().await? else {
                // A refusal says more than a missing answer.
                self.closed().await?;
                return Err(malformed("the stream ended before every answer was there"));
            };
            // As a rule one message comes in one frame, and is decoded where it lies.
            if self.held.is_empty() && self.whole(&chunk)? == Some(chunk.len()) {
                return Ok(chunk.slice(PREFIX_BYTES..));
            }
            self.held.extend_from_slice(&chunk);
        }
    }

    /// The trailers; there must be no other message before them.
    pub(super) async fn end(mut self) -> Result<HeaderMap, Failure> {
        if !self.held.is_empty() || self.chunk().await?.is_some() {
            return Err(malformed("more answers than questions"));
        }
        self.closed().await
    }

    /// Length of the first message here, prefix included, if all of it is here.
    fn whole(&self, bytes: &[u8]) -> Result<Option<usize>, Failure> {
        let Some((&[compressed, ref length @ ..], _)) = bytes.split_first_chunk::<PREFIX_BYTES>()
        else {
            return Ok(None);
        };
        let length = u32::from_be_bytes(*length) as usize;
        if compressed != 0 {
            return Err(malformed("a compressed answer, which was not asked for"));
        }
        if length > self.max_message_bytes {
            let detail = format!(
                "an answer of {length} bytes; at most {} are taken",
                self.max_message_bytes
            );
            return Err(CallError::new(ErrorKind::TooLarge, detail).into());
        }
        Ok(Some(PREFIX_BYTES + length).filter(|&needed| needed <= bytes.len()))
    }

    /// The next bytes, if more come. They are taken at once: the callee may send as many again.
    async fn chunk(&mut self) -> Result<Option<Bytes>, Failure> {
        while let Some(chunk) = self.body.data().await.transpose()? {
            self.body.flow_control().release_capacity(chunk.len())?;
            if !chunk.is_empty() {
                return Ok(Some(chunk));
            }
        }
        Ok(None)
    }

    async fn closed(&mut self) -> Result<HeaderMap, Failure> {
        match self.trailers.take() {
            Some(trailers) => Ok(trailers),
            None => accepted(self.body.trailers().await?.unwrap_or_default()),
        }
    }
}

/// These trailers, if they say that all is well.
fn accepted(trailers: HeaderMap) -> Result<HeaderMap, Failure> {
    match trailers.get(STATUS) {
        Some(code) if code == "0" => Ok(trailers),
        _ => Err(refusal(&trailers)),
    }
}

#[cold]
fn refusal(trailers: &HeaderMap) -> Failure {
    match Status::from_header_map(trailers) {
        Some(status) => error_from_status(&status).into(),
        None => malformed("an answer without a status"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tonic::codegen::http::HeaderName;

    #[test]
    fn a_message_stands_behind_a_zero_and_its_length() {
        let mut out = BytesMut::new();
        push(&mut out, |out| out.extend_from_slice(b"one"));
        push(&mut out, |_| {});
        assert_eq!(&out[..], b"\0\0\0\0\x03one\0\0\0\0\0");
    }

    fn trailers(lines: &[(&str, &str)]) -> HeaderMap {
        lines
            .iter()
            .map(|&(name, text)| {
                let name: HeaderName = name.parse().expect("a name");
                (name, text.parse().expect("text"))
            })
            .collect()
    }

    fn refused(lines: &[(&str, &str)]) -> CallError {
        accepted(trailers(lines)).err().map(CallError::from).expect("refused")
    }

    #[test]
    fn trailers_say_whether_all_is_well_and_if_not_why() {
        assert!(accepted(trailers(&[(STATUS, "0")])).is_ok());
        let error = refused(&[(STATUS, "3"), ("grpc-message", "100%25 no%C3%B6")]);
        assert_eq!((error.kind(), error.detail()), (ErrorKind::InvalidArgument, "100% noö"));
        assert_eq!(refused(&[(STATUS, "8")]).kind(), ErrorKind::TooLarge);
        assert_eq!(refused(&[]).kind(), ErrorKind::Malformed);
    }
}
