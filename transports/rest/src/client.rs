//! The caller: reqwest, with a pool of one connection.
//!
//! It validates nothing but the size of what it is about to send: a question is refused by the engine. It repeats no
//! question that may have arrived: a connection that breaks during a call is reported.

use crate::{REPLY_BYTES, life::Life, problem, server, stamps};
use api::{CallError, Connection, ErrorKind, Host, Lane, Open, Outcome, Reply, Request, ServeError, Stamps};
use codec::Json;
use reqwest::{
    Response, Url,
    header::{CONTENT_TYPE, HeaderValue},
};
use serde::Deserialize;
use std::{error::Error, fmt::Display, future::Future, iter::successors};
use tokio::runtime::{self, Runtime};

const JSON: HeaderValue = HeaderValue::from_static("application/json");
const BYTES: HeaderValue = HeaderValue::from_static("application/octet-stream");
const STAMP: HeaderValue = HeaderValue::from_static("1");

/// The lane: the caller's runtime.
pub struct Rest {
    runtime: Runtime,
}

impl Default for Rest {
    fn default() -> Self {
        let runtime = runtime::Builder::new_current_thread().enable_all().build();
        Self { runtime: runtime.expect("the operating system gives every process an event queue") }
    }
}

impl Lane for Rest {
    type Conn = Client;

    fn open(&mut self, at: &Open<'_>) -> Result<Client, CallError> {
        self.runtime.block_on(Client::open(at))
    }

    fn block_on<F: Future>(&mut self, future: F) -> F::Output {
        self.runtime.block_on(future)
    }

    fn serve(host: Host<'_>) -> Result<(), ServeError> {
        server::serve(host)
    }
}

/// One connection to a callee. There is no second handle on it: HTTP/1.1 has one call in flight.
pub struct Client {
    wire: Wire,
    one: Url,
    batch: Url,
    echo: Url,
    life: Life,
}

/// What `/health` answers.
#[derive(Deserialize)]
struct Health {
    status: String,
}

impl Client {
    async fn open(at: &Open<'_>) -> Result<Self, CallError> {
        let wrong = || {
            let detail = format!("endpoint `{}`; wanted is http://127.0.0.1:PORT", at.endpoint);
            CallError::new(ErrorKind::Unsupported, detail)
        };
        let root = Url::parse(at.endpoint).ok().filter(|root| root.scheme() == "http").ok_or_else(wrong)?;
        let url = |path: &str| root.join(path).map_err(|_| wrong());
        let http = reqwest::Client::builder()
            .no_proxy()
            .http1_only()
            .tcp_nodelay(true)
            .pool_max_idle_per_host(1)
            .pool_idle_timeout(None)
            .build()
            .map_err(failed)?;
        let wire = Wire { http, max_bytes: at.engine.limits.max_message_bytes };
        let mut life = Life::new(at.deadline);
        life.within(wire.check_health(url("/health")?)).await?;
        let (one, batch) = (url("/recommendations")?, url("/recommendations:batch")?);
        Ok(Self { wire, one, batch, echo: url("/echo")?, life })
    }
}

/// The pool of one connection, and the largest message that it takes either way.
struct Wire {
    http: reqwest::Client,
    max_bytes: usize,
}

impl Wire {
    /// Makes sure that what answers is a callee of this lane.
    async fn check_health(&self, url: Url) -> Outcome {
        let somebody_else = |found: &dyn Display| {
            let found = format!("what answers is no callee of this lane: {found}");
            Err(CallError::new(ErrorKind::Unsupported, found))
        };
        let response = match self.http.get(url).send().await.map_err(failed) {
            Err(error) if error.kind() == ErrorKind::Malformed => return somebody_else(&error.detail()),
            response => response?,
        };
        let status = response.status();
        match serde_json::from_slice(&self.receive(response).await?) {
            Ok(Health { status: words }) if status.is_success() && words == "ok" => Ok(()),
            _ => somebody_else(&format_args!("/health gave HTTP status {status}")),
        }
    }

    /// Sends a question, with one more header where one is given; what comes back is a success.
    async fn post(
        &self,
        url: &Url,
        media_type: HeaderValue,
        body: Vec<u8>,
        header: Option<(&'static str, HeaderValue)>,
    ) -> Result<Response, CallError> {
        // A callee that refuses a body closes the connection while it is still being sent, and its words are lost
        // then. So the limit is kept on this end too.
        if body.len() > self.max_bytes {
            let detail = format!("a message of {} bytes; at most {} are sent", body.len(), self.max_bytes);
            return Err(CallError::new(ErrorKind::TooLarge, detail));
        }
        let mut request = self.http.post(url.clone()).header(CONTENT_TYPE, media_type).body(body);
        if let Some((name, value)) = header {
            request = request.header(name, value);
        }
        let response = request.send().await.map_err(failed)?;
        if response.status().is_success() {
            return Ok(response);
        }
        let status = response.status().as_u16();
        Err(problem::error(status, &self.receive(response).await?))
    }

    /// The whole body, of a known length or in chunks.
    async fn receive(&self, mut response: Response) -> Result<Vec<u8>, CallError> {
        let max_bytes = self.max_bytes;
        let too_large = || CallError::new(ErrorKind::TooLarge, format!("an answer above {max_bytes} bytes"));
        let announced = response.content_length().unwrap_or(0);
        if announced > max_bytes as u64 {
            return Err(too_large());
        }
        let mut body = Vec::with_capacity(announced as usize);
        while let Some(chunk) = response.chunk().await.map_err(failed)? {
            if body.len() + chunk.len() > max_bytes {
                return Err(too_large());
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body)
    }
}

/// Whatever kept the answer away: nobody is there any more, or somebody who speaks something else.
#[cold]
#[expect(clippy::needless_pass_by_value, reason = "this is what map_err hands over")]
fn failed(error: reqwest::Error) -> CallError {
    let causes = || successors(error.source(), |&error| error.source());
    let no_http =
        causes().any(|error| error.downcast_ref::<hyper::Error>().is_some_and(hyper::Error::is_parse));
    let kind = if no_http { ErrorKind::Malformed } else { ErrorKind::Gone };
    CallError::new(kind, causes().fold(error.to_string(), |words, cause| format!("{words}: {cause}")))
}

async fn ask(wire: &Wire, url: &Url, request: &Request, reply: &mut Reply) -> Outcome {
    let mut body = Vec::new();
    codec::encode_request::<Json>(request, &mut body);
    let answer = wire.receive(wire.post(url, JSON, body, None).await?).await?;
    codec::decode_reply::<Json>(&answer, reply)
}

async fn ask_many(wire: &Wire, url: &Url, requests: &[Request], replies: &mut [Reply]) -> Outcome {
    let mut body = Vec::new();
    codec::encode_requests::<Json>(requests, &mut body);
    let answer = wire.receive(wire.post(url, JSON, body, None).await?).await?;
    codec::decode_replies::<Json>(&answer, replies)
}

async fn ask_stamped(
    wire: &Wire,
    url: &Url,
    request: &Request,
    reply: &mut Reply,
) -> Result<Stamps, CallError> {
    let mut body = Vec::new();
    codec::encode_request::<Json>(request, &mut body);
    let response = wire.post(url, JSON, body, Some((stamps::ASK, STAMP))).await?;
    let timing = response.headers().get(stamps::ANSWER).and_then(|value| stamps::read(value.to_str().ok()?));
    codec::decode_reply::<Json>(&wire.receive(response).await?, reply)?;
    timing.ok_or_else(|| CallError::new(ErrorKind::Unsupported, "this callee does not report its durations"))
}

impl Connection for Client {
    async fn call(&mut self, request: &Request, reply: &mut Reply) -> Outcome {
        self.life.within(ask(&self.wire, &self.one, request, reply)).await
    }

    async fn batch(&mut self, requests: &[Request], replies: &mut [Reply]) -> Outcome {
        self.life.within(ask_many(&self.wire, &self.batch, requests, replies)).await
    }

    async fn call_stamped(&mut self, request: &Request, reply: &mut Reply) -> Result<Stamps, CallError> {
        self.life.within(ask_stamped(&self.wire, &self.one, request, reply)).await
    }

    async fn echo(&mut self, payload: &[u8], reply_bytes: usize, back: &mut Vec<u8>) -> Outcome {
        let Self { wire, echo, life, .. } = self;
        let wanted = Some((REPLY_BYTES, HeaderValue::from(reply_bytes)));
        life.within(async {
            *back = wire.receive(wire.post(echo, BYTES, payload.to_vec(), wanted).await?).await?;
            Ok(())
        })
        .await
    }

    async fn raw(&mut self, request: &[u8], reply: &mut Vec<u8>) -> Outcome {
        let Self { wire, one, life, .. } = self;
        life.within(async {
            *reply = wire.receive(wire.post(one, JSON, request.to_vec(), None).await?).await?;
            Ok(())
        })
        .await
    }
}
