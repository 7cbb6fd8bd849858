//! The callee: the engine behind `POST /recommendations`, and beside it the echo, health and the OpenAPI document.
//!
//! One current-thread runtime, so the engine's mutex is never waited for. The request's content type is not asked
//! for, so that a plain `curl -d` works. Deadlines are the caller's business.

use crate::{OPENAPI_JSON, REPLY_BYTES, problem, stamps};
use api::{CallError, Engine, EngineSource, ErrorKind, Host, Outcome, Reply, ServeError, Stamps};
use axum::{
    Router,
    body::{Body, Bytes},
    extract::{DefaultBodyLimit, FromRequestParts, State, rejection::BytesRejection},
    http::{HeaderValue, Method, Response, StatusCode, Uri, header::CONTENT_TYPE, request::Parts},
    routing::{get, post},
    serve::ListenerExt,
};
use codec::Json;
use std::{
    convert::Infallible,
    io,
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
};
use tokio::{net::TcpListener, runtime};

const JSON: HeaderValue = HeaderValue::from_static("application/json");
const BYTES: HeaderValue = HeaderValue::from_static("application/octet-stream");
const HEALTHY: &str = r#"{"status":"ok"}"#;

/// Answers until the process ends.
pub(crate) fn serve(Host { engine, listen, ready }: Host<'_>) -> Result<(), ServeError> {
    let address = address(listen)?;
    let runtime = runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let listener = TcpListener::bind(address).await.map_err(|error| named(address, &error))?;
        let endpoint = format!("http://{}", listener.local_addr()?);
        // A listener of one's own has no TCP_NODELAY: it is set here, on each accepted socket. A socket that is gone
        // by then needs none.
        let accepting = listener.tap_io(|socket| drop(socket.set_nodelay(true)));
        let routes = routes(&engine);
        ready(&endpoint);
        Ok(axum::serve(accepting, routes).await?)
    })
}

/// Loopback needs no name to be resolved, so an address is numbers only.
fn address(listen: &str) -> Result<SocketAddr, ServeError> {
    listen.strip_prefix("http://").unwrap_or(listen).parse().map_err(|_| {
        let wanted = "wanted is 127.0.0.1:PORT or http://127.0.0.1:PORT";
        ServeError::Address(format!("`{listen}` is no address for HTTP; {wanted}"))
    })
}

fn named(address: SocketAddr, error: &io::Error) -> ServeError {
    ServeError::Io(io::Error::new(error.kind(), format!("cannot listen on {address}: {error}")))
}

fn routes(engine: &EngineSource) -> Router {
    let desk = Desk { engine: engine.engine(), reply: Reply::default(), replies: Vec::new() };
    Router::new()
        .route("/recommendations", post(recommendations))
        .route("/recommendations:batch", post(recommendations_batch))
        .route("/echo", post(echo))
        .route("/health", get(async || ok(JSON, HEALTHY)))
        .route("/openapi.json", get(async || ok(JSON, OPENAPI_JSON)))
        .fallback(no_route)
        .method_not_allowed_fallback(no_method)
        .layer(DefaultBodyLimit::max(engine.limits.max_message_bytes))
        .with_state(Callee(Arc::new(Mutex::new(desk))))
}

fn ok(media_type: HeaderValue, body: impl Into<Body>) -> Response<Body> {
    let mut response = Response::new(body.into());
    response.headers_mut().insert(CONTENT_TYPE, media_type);
    response
}

/// The engine, and memory that its answers reuse.
struct Desk {
    engine: Engine,
    reply: Reply,
    replies: Vec<Reply>,
}

impl Desk {
    fn answer(&mut self, body: &[u8], stamps: &mut Option<Stamps>) -> Result<Vec<u8>, CallError> {
        let Self { engine, reply, .. } = self;
        let decode_ns = stamps.as_mut().map(|stamps| &mut stamps.decode_ns);
        let request = stamps::timed(decode_ns, || codec::decode_request::<Json>(body))?;
        let compute_ns = stamps.as_mut().map(|stamps| &mut stamps.compute_ns);
        stamps::timed(compute_ns, || engine.answer(&request, reply))?;
        let mut out = Vec::new();
        let encode_ns = stamps.as_mut().map(|stamps| &mut stamps.encode_ns);
        stamps::timed(encode_ns, || codec::encode_reply::<Json>(reply, &mut out));
        Ok(out)
    }

    fn answer_batch(&mut self, body: &[u8]) -> Result<Vec<u8>, CallError> {
        let requests = codec::decode_requests::<Json>(body)?;
        self.compute_batch(&requests)?;
        let mut out = Vec::new();
        codec::encode_replies::<Json>(&self.replies[..requests.len()], &mut out);
        Ok(out)
    }

    fn compute_batch(&mut self, requests: &[api::Request]) -> Outcome {
        // Before memory is made for as many answers.
        self.engine.limits().check_items(requests.len())?;
        if self.replies.len() < requests.len() {
            self.replies.resize_with(requests.len(), Reply::default);
        }
        self.engine.answer_batch(requests, &mut self.replies[..requests.len()])
    }
}

#[derive(Clone)]
struct Callee(Arc<Mutex<Desk>>);

impl Callee {
    fn at_desk<T>(&self, work: impl FnOnce(&mut Desk) -> T) -> T {
        // Memory is cleared before it is filled, so a panic during an earlier call leaves nothing wrong behind.
        work(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// What is read of a request's headers, without a copy of them.
struct Asked {
    stamps: Option<Stamps>,
    reply_bytes: Option<usize>,
}

impl<S: Sync> FromRequestParts<S> for Asked {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let stamps = parts.headers.contains_key(stamps::ASK).then(Stamps::default);
        let reply_bytes = parts.headers.get(REPLY_BYTES).and_then(|value| value.to_str().ok()?.parse().ok());
        Ok(Self { stamps, reply_bytes })
    }
}

type Received = Result<Bytes, BytesRejection>;

fn whole(body: Received) -> Result<Bytes, CallError> {
    body.map_err(|rejection| {
        let too_large = rejection.status() == StatusCode::PAYLOAD_TOO_LARGE;
        let kind = if too_large { ErrorKind::TooLarge } else { ErrorKind::Malformed };
        CallError::new(kind, rejection.body_text())
    })
}

async fn recommendations(State(callee): State<Callee>, mut asked: Asked, body: Received) -> Response<Body> {
    match whole(body).and_then(|body| callee.at_desk(|desk| desk.answer(&body, &mut asked.stamps))) {
        Err(error) => problem::response(&error),
        Ok(answer) => {
            let mut response = ok(JSON, answer);
            let timing = asked.stamps.and_then(|stamps| HeaderValue::try_from(stamps::write(&stamps)).ok());
            timing.map(|timing| response.headers_mut().insert(stamps::ANSWER, timing));
            response
        }
    }
}

async fn recommendations_batch(State(callee): State<Callee>, body: Received) -> Response<Body> {
    match whole(body).and_then(|body| callee.at_desk(|desk| desk.answer_batch(&body))) {
        Ok(answer) => ok(JSON, answer),
        Err(error) => problem::response(&error),
    }
}

async fn echo(State(callee): State<Callee>, asked: Asked, body: Received) -> Response<Body> {
    let answer = whole(body).and_then(|payload| {
        let (wanted, limit) = (
            asked.reply_bytes.unwrap_or(payload.len()),
            callee.at_desk(|desk| desk.engine.limits().max_message_bytes),
        );
        if wanted > limit {
            let detail = format!("{wanted} bytes back; at most {limit} are given");
            return Err(CallError::new(ErrorKind::TooLarge, detail));
        }
        let mut back = Vec::with_capacity(wanted);
        api::echo_bytes(&payload, wanted, &mut back);
        Ok(back)
    });
    answer.map_or_else(|error| problem::response(&error), |back| ok(BYTES, back))
}

async fn no_route(uri: Uri) -> Response<Body> {
    let error = CallError::new(ErrorKind::Unsupported, format!("there is nothing at {}", uri.path()));
    problem::with_status(&error, StatusCode::NOT_FOUND)
}

async fn no_method(method: Method, uri: Uri) -> Response<Body> {
    let error = CallError::new(ErrorKind::Unsupported, format!("{} does not take {method}", uri.path()));
    problem::with_status(&error, StatusCode::METHOD_NOT_ALLOWED)
}
