//! The lane and its connection, for every variant alike: messages of the contract over exchanges of
//! HTTP.
//!
//! It validates nothing but the size of what it is about to send: a question is refused by the
//! engine.

use crate::{
    exchange::{Question, REPLY_BYTES, Route, Wire, post},
    problem, server, stamps,
    variants::Variant,
};
use api::{
    CallError, Connection, ErrorKind, Host, Lane, Open, Outcome, Reply, Request, ServeError, Stamps,
};
use codec::Json;
use futures_util::future::join_all;
use hyper::header::HeaderValue;
use net::Deadline;
use serde::Deserialize;
use std::{fmt::Display, future::Future, marker::PhantomData};
use tokio::runtime::Runtime;

const STAMP: HeaderValue = HeaderValue::from_static("1");

/// A lane: the caller's runtime.
pub struct Rest<V> {
    runtime: Runtime,
    variant: PhantomData<V>,
}

impl<V: Variant> Default for Rest<V> {
    fn default() -> Self {
        let runtime = V::FLAVOUR
            .runtime()
            .expect("the operating system gives every process an event queue");
        Self { runtime, variant: PhantomData }
    }
}

impl<V: Variant> Lane for Rest<V> {
    type Conn = Client<V::Wire>;

    fn open(&mut self, at: &Open<'_>) -> Result<Client<V::Wire>, CallError> {
        self.runtime.block_on(Client::open(at))
    }

    fn block_on<F: Future>(&mut self, future: F) -> F::Output {
        self.runtime.block_on(future)
    }

    fn serve(host: Host<'_>) -> Result<(), ServeError> {
        server::serve::<V::Carrier>(host, V::FLAVOUR)
    }
}

/// One connection to a callee, or a second handle on it where it multiplexes.
pub struct Client<W> {
    wire: W,
    deadline: Deadline,
}

/// What `/health` answers.
#[derive(Deserialize)]
struct Health {
    status: String,
}

impl<W: Wire> Client<W> {
    async fn open(at: &Open<'_>) -> Result<Self, CallError> {
        let deadline = Deadline::new(at.deadline);
        let opened = deadline.within(async {
            let mut wire = W::open(at.endpoint, at.engine.limits.max_message_bytes).await?;
            check_health(&mut wire).await?;
            Ok(wire)
        });
        Ok(Self { wire: opened.await?, deadline })
    }
}

/// Makes sure that what answers is a callee of this lane.
async fn check_health(wire: &mut impl Wire) -> Outcome {
    let asked = Question { route: Route::Health, body: Vec::new(), header: None };
    let answer = match wire.exchange(asked).await {
        Err(error) if error.kind() == ErrorKind::Malformed => {
            return Err(somebody_else(error.detail()));
        }
        answer => answer?,
    };
    match serde_json::from_slice(&answer.body) {
        Ok(Health { status: words }) if answer.status.is_success() && words == "ok" => Ok(()),
        _ if answer.status.is_redirection() => {
            Err(somebody_else(problem::redirected(answer.status.as_u16())))
        }
        _ => Err(somebody_else(format_args!("/health gave HTTP status {}", answer.status))),
    }
}

#[cold]
fn somebody_else(found: impl Display) -> CallError {
    let detail = format!("what answers is no callee of this lane: {found}");
    CallError::new(ErrorKind::Unsupported, detail)
}

async fn ask(wire: &mut impl Wire, request: &Request, reply: &mut Reply) -> Outcome {
    let mut body = wire.spare();
    codec::encode_request::<Json>(request, &mut body);
    let answer = post(wire, Question { route: Route::One, body, header: None }).await?;
    codec::decode_reply::<Json>(&answer.body, reply)
}

async fn ask_many(wire: &mut impl Wire, requests: &[Request], replies: &mut [Reply]) -> Outcome {
    let mut body = wire.spare();
    codec::encode_requests::<Json>(requests, &mut body);
    let answer = post(wire, Question { route: Route::Batch, body, header: None }).await?;
    codec::decode_replies::<Json>(&answer.body, replies)
}

async fn ask_stamped(
    wire: &mut impl Wire,
    request: &Request,
    reply: &mut Reply,
) -> Result<Stamps, CallError> {
    let mut body = wire.spare();
    codec::encode_request::<Json>(request, &mut body);
    let question = Question { route: Route::One, body, header: Some((stamps::ASK, STAMP)) };
    let answer = post(wire, question).await?;
    codec::decode_reply::<Json>(&answer.body, reply)?;
    answer.stamps.ok_or_else(|| {
        CallError::new(ErrorKind::Unsupported, "this callee does not report its durations")
    })
}

impl<W: Wire> Connection for Client<W> {
    async fn call(&mut self, request: &Request, reply: &mut Reply) -> Outcome {
        self.deadline.within(ask(&mut self.wire, request, reply)).await
    }

    async fn batch(&mut self, requests: &[Request], replies: &mut [Reply]) -> Outcome {
        self.deadline.within(ask_many(&mut self.wire, requests, replies)).await
    }

    async fn pipeline(&mut self, requests: &[Request], replies: &mut [Reply]) -> Outcome {
        let calls = requests.iter().zip(replies).map(|(request, reply)| {
            let mut handle = self.wire.share()?;
            Some(async move { ask(&mut handle, request, reply).await })
        });
        let Some(calls) = calls.collect::<Option<Vec<_>>>() else {
            let detail =
                "this lane has no pipelined calls: HTTP/1.1 has one in flight on a connection";
            return Err(CallError::new(ErrorKind::Unsupported, detail));
        };
        // All start at once, so one deadline for all is each one's deadline. All are waited for,
        // also behind an error: hundreds of calls given up at once look like an attack to h2, which
        // then ends the connection.
        self.deadline
            .within(async { join_all(calls).await.into_iter().collect() })
            .await
    }

    async fn call_stamped(
        &mut self,
        request: &Request,
        reply: &mut Reply,
    ) -> Result<Stamps, CallError> {
        self.deadline.within(ask_stamped(&mut self.wire, request, reply)).await
    }

    async fn echo(&mut self, payload: &[u8], reply_bytes: usize, back: &mut Vec<u8>) -> Outcome {
        let mut body = self.wire.spare();
        body.extend_from_slice(payload);
        let header = Some((REPLY_BYTES, HeaderValue::from(reply_bytes)));
        let answer = post(&mut self.wire, Question { route: Route::Echo, body, header });
        *back = self.deadline.within(answer).await?.body.into();
        Ok(())
    }

    async fn raw(&mut self, request: &[u8], reply: &mut Vec<u8>) -> Outcome {
        let mut body = self.wire.spare();
        body.extend_from_slice(request);
        let answer = post(&mut self.wire, Question { route: Route::One, body, header: None });
        *reply = self.deadline.within(answer).await?.body.into();
        Ok(())
    }

    fn share(&self) -> Option<Self> {
        Some(Self { wire: self.wire.share()?, deadline: self.deadline.clone() })
    }
}
