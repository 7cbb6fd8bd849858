//! A caller without tonic, tower and hyper: the `h2` crate on a socket, and the framing of gRPC by
//! hand.
//!
//! The connection has no task of its own: each call drives it ([`net::drive_connection`]). So there
//! is no second handle, and what arrives between two calls waits for the next. Of tonic it takes
//! what reads a refusal's words and the stamps, off the way of a call that is answered. It
//! validates nothing and repeats nothing.

mod exchange;

use crate::{
    contract::{self, echo_request},
    lane::{Opens, Variant},
    stamps,
    status::no_callee,
};
use api::{CallError, Connection, ErrorKind, Mode, Open, Outcome, Reply, Request, Stamps};
use codec::{
    Protobuf, batch_from_requests, decode_replies, decode_reply, message_from_request,
    tollgate::EchoResponse,
};
use exchange::{Answer, Failure, Head, framed, head, push, push_message, unary};
use futures_util::future::join_all;
use h2::client::{Builder, SendRequest};
use net::{Carrier, Deadline, drive_connection};
use prost::{
    Message,
    bytes::{Bytes, BytesMut},
};
use std::future::Future;
use tonic::{
    codegen::http::{HeaderMap, HeaderValue},
    metadata::MetadataMap,
};

type Wire<V> = h2::client::Connection<<<V as Variant>::Carrier as Carrier>::Stream, Bytes>;

/// One HTTP/2 connection to a callee.
pub(crate) struct Lean<V: Variant> {
    sending: SendRequest<Bytes>,
    wire: Wire<V>,
    heads: Heads,
    /// Messages are encoded here; memory comes back when they have been sent.
    out: BytesMut,
    max_message_bytes: usize,
    deadline: Deadline,
}

/// What stands before the message, by method: made once.
struct Heads {
    one: Head,
    batch: Head,
    stream: Head,
    echo: Head,
}

impl Heads {
    fn new(authority: &str) -> Result<Self, CallError> {
        Ok(Self {
            one: head(authority, contract::ONE)?,
            batch: head(authority, contract::BATCH)?,
            stream: head(authority, contract::STREAM)?,
            echo: head(authority, contract::ECHO)?,
        })
    }
}

impl<V: Variant> Opens<V> for Lean<V> {
    const MODES: &'static [Mode] = &[Mode::Batched, Mode::Pipelined, Mode::Streamed];

    async fn open(at: &Open<'_>) -> Result<Self, CallError> {
        let deadline = Deadline::new(at.deadline);
        let opening = async {
            let socket = V::Carrier::connect(at.endpoint, V::SCHEME).await?;
            let (sending, wire) = settings().handshake(socket).await.map_err(Failure::Wire)?;
            let mut lean = Self {
                sending,
                wire,
                heads: Heads::new(at.endpoint.trim_start_matches(V::SCHEME))?,
                out: BytesMut::new(),
                max_message_bytes: at.engine.limits.max_message_bytes,
                deadline: deadline.clone(),
            };
            lean.greet().await?;
            Ok(lean)
        };
        deadline.within(opening).await
    }
}

/// As hyper's client has them by default: the lean caller differs in its code, not in its windows.
fn settings() -> Builder {
    let mut settings = Builder::new();
    settings
        .initial_window_size(2 << 20)
        .initial_connection_window_size(5 << 20)
        .enable_push(false);
    settings
}

impl<V: Variant> Lean<V> {
    /// Asks for nothing.
    async fn greet(&mut self) -> Outcome {
        let question = framed(&mut self.out, &message_from_request(&Request::default()));
        let greeting =
            unary(&mut self.sending, self.heads.one.clone(), question, self.max_message_bytes);
        match drive_connection(&mut self.wire, async { greeting.await.map(|_| ()) }, ended).await {
            Err(Failure::Wire(error)) if error.is_library() => Err(no_callee(error)),
            outcome => Ok(outcome?),
        }
    }

    /// A unary call, and its trailers.
    async fn ask<T>(
        &mut self,
        head: Head,
        question: Bytes,
        read: impl FnOnce(&[u8]) -> Result<T, CallError>,
    ) -> Result<(T, HeaderMap), CallError> {
        let Self { sending, wire, max_message_bytes, deadline, .. } = self;
        let call = async {
            let (message, trailers) = unary(sending, head, question, *max_message_bytes).await?;
            Ok((read(&message)?, trailers))
        };
        driven(deadline, wire, call).await
    }
}

/// Does the work of one call, and drives its connection meanwhile.
async fn driven<W, T>(
    deadline: &Deadline,
    wire: &mut W,
    call: impl Future<Output = Result<T, Failure>>,
) -> Result<T, CallError>
where
    W: Future<Output = Result<(), h2::Error>> + Unpin,
{
    deadline.within(async { Ok(drive_connection(wire, call, ended).await?) }).await
}

/// What a call makes of a connection that ended before it.
#[cold]
fn ended<T>(outcome: Result<(), h2::Error>) -> Result<T, Failure> {
    outcome?;
    Err(CallError::new(ErrorKind::Gone, "the callee closed the connection").into())
}

impl<V: Variant> Connection for Lean<V> {
    async fn call(&mut self, request: &Request, reply: &mut Reply) -> Outcome {
        let question = framed(&mut self.out, &message_from_request(request));
        let head = self.heads.one.clone();
        self.ask(head, question, |message| decode_reply::<Protobuf>(message, reply))
            .await?;
        Ok(())
    }

    async fn batch(&mut self, requests: &[Request], replies: &mut [Reply]) -> Outcome {
        let question = framed(&mut self.out, &batch_from_requests(requests));
        let head = self.heads.batch.clone();
        self.ask(head, question, |message| decode_replies::<Protobuf>(message, replies))
            .await?;
        Ok(())
    }

    async fn pipeline(&mut self, requests: &[Request], replies: &mut [Reply]) -> Outcome {
        let Self { sending, wire, heads, out, max_message_bytes, deadline } = self;
        let calls = requests.iter().zip(replies).map(|(request, reply)| {
            let question = framed(out, &message_from_request(request));
            let mut sending = sending.clone();
            let head = heads.one.clone();
            let max = *max_message_bytes;
            async move {
                let (message, _) = unary(&mut sending, head, question, max).await?;
                Ok(decode_reply::<Protobuf>(&message, reply)?)
            }
        });
        // Each is read as it comes, or answers that wait would fill the connection's window; and
        // all are waited for, also behind an error: hundreds of calls given up at once look like an
        // attack to h2.
        driven(deadline, wire, async { join_all(calls).await.into_iter().collect() }).await
    }

    async fn stream(&mut self, requests: &[Request], replies: &mut [Reply]) -> Outcome {
        let Self { sending, wire, heads, out, max_message_bytes, deadline } = self;
        for request in requests {
            push_message(out, &message_from_request(request));
        }
        let head = heads.stream.clone();
        let questions = out.split().freeze();
        let call = async {
            let mut answer = Answer::to(sending, head, questions, *max_message_bytes).await?;
            for reply in replies {
                decode_reply::<Protobuf>(&answer.message().await?, reply)?;
            }
            answer.end().await.map(|_| ())
        };
        driven(deadline, wire, call).await
    }

    async fn call_stamped(
        &mut self,
        request: &Request,
        reply: &mut Reply,
    ) -> Result<Stamps, CallError> {
        let question = framed(&mut self.out, &message_from_request(request));
        let mut head = self.heads.one.clone();
        head.headers_mut().insert(stamps::ASK, HeaderValue::from_static("1"));
        let ((), trailers) = self
            .ask(head, question, |message| decode_reply::<Protobuf>(message, reply))
            .await?;
        stamps::read(&MetadataMap::from_headers(trailers))
    }

    async fn echo(&mut self, payload: &[u8], reply_bytes: usize, back: &mut Vec<u8>) -> Outcome {
        let question = framed(&mut self.out, &echo_request(payload, reply_bytes)?);
        let head = self.heads.echo.clone();
        let (answer, _) = self.ask(head, question, decode_echo).await?;
        *back = answer.payload;
        Ok(())
    }

    async fn raw(&mut self, request: &[u8], reply: &mut Vec<u8>) -> Outcome {
        push(&mut self.out, |out| out.extend_from_slice(request));
        let head = self.heads.one.clone();
        let question = self.out.split().freeze();
        self.ask(head, question, |message| {
            reply.clear();
            reply.extend_from_slice(message);
            Ok(())
        })
        .await?;
        Ok(())
    }
}

fn decode_echo(message: &[u8]) -> Result<EchoResponse, CallError> {
    EchoResponse::decode(message)
        .map_err(|error| CallError::new(ErrorKind::Malformed, error.to_string()))
}
