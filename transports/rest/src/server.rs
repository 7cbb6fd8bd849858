//! The callee: the engine behind `POST /recommendations`, and beside it the echo, health and the
//! OpenAPI document. One for every variant: axum finds out on each connection whether it is
//! HTTP/1.1 or HTTP/2.
//!
//! The request's content type is not asked for, so that a plain `curl -d` works. Deadlines are the
//! caller's business.

use crate::{
    exchange::{REPLY_BYTES, Route, SCHEME},
    problem, stamps,
};
use api::{CallError, ErrorKind, Host, ServeError, Stamps};
use axum::{
    Router,
    body::{Body, Bytes},
    extract::{DefaultBodyLimit, FromRequestParts, State, rejection::BytesRejection},
    http::{HeaderValue, Method, Response, StatusCode, Uri, header::CONTENT_TYPE, request::Parts},
    routing::{get, post},
    serve::Listener,
};
use codec::Json;
use net::{Bound, Carrier, EnginePool, Flavour};
use std::{
    convert::Infallible,
    io::{self, Write},
    sync::Arc,
    time::Duration,
};

/// The service as an OpenAPI 3.1 document; the callee answers it at `/openapi.json`.
pub const OPENAPI_JSON: &str = include_str!("../openapi.json");

const JSON: HeaderValue = HeaderValue::from_static("application/json");
const BYTES: HeaderValue = HeaderValue::from_static("application/octet-stream");
const HEALTHY: &str = r#"{"status":"ok"}"#;

/// Answers until the process ends.
pub(crate) fn serve<C: Carrier>(
    Host { engine, listen, ready }: Host<'_>,
    flavour: Flavour,
) -> Result<(), ServeError> {
    flavour.runtime()?.block_on(async {
        let Bound { listener, endpoint } = C::bind(listen, SCHEME).await?;
        let routes = routes(EnginePool::new(&engine));
        ready(&endpoint);
        Ok(axum::serve(Accepting::<C>(listener), routes).await?)
    })
}

/// A carrier's sockets as axum wants them.
struct Accepting<C: Carrier>(C::Listener);

impl<C: Carrier> Listener for Accepting<C> {
    type Io = C::Stream;
    type Addr = ();

    async fn accept(&mut self) -> (C::Stream, ()) {
        loop {
            match C::accept(&self.0).await {
                Ok(stream) => return (stream, ()),
                // A caller that was gone before it was greeted, or no descriptor left: that may
                // pass.
                Err(error) => {
                    // Nobody may read it any more: `eprintln!` would end the callee over that.
                    drop(writeln!(io::stderr(), "a connection was not accepted: {error}"));
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
            }
        }
    }

    fn local_addr(&self) -> io::Result<()> {
        Ok(())
    }
}

fn routes(engines: EnginePool) -> Router {
    let max_bytes = engines.limits().max_message_bytes;
    Router::new()
        .route(Route::One.path(), post(recommendations))
        .route(Route::Batch.path(), post(recommendations_batch))
        .route(Route::Echo.path(), post(echo))
        .route(Route::Health.path(), get(async || ok(JSON, HEALTHY)))
        .route("/openapi.json", get(async || ok(JSON, OPENAPI_JSON)))
        .fallback(no_route)
        .method_not_allowed_fallback(no_method)
        .layer(DefaultBodyLimit::max(max_bytes))
        .with_state(Callee(Arc::new(engines)))
}

fn ok(media_type: HeaderValue, body: impl Into<Body>) -> Response<Body> {
    let mut response = Response::new(body.into());
    response.headers_mut().insert(CONTENT_TYPE, media_type);
    response
}

#[derive(Clone)]
struct Callee(Arc<EnginePool>);

impl Callee {
    fn answer(&self, body: &[u8], stamps: &mut Option<Stamps>) -> Result<Vec<u8>, CallError> {
        let decode_ns = stamps.as_mut().map(|stamps| &mut stamps.decode_ns);
        let request = stamps::timed(decode_ns, || codec::decode_request::<Json>(body))?;
        self.0.with(|engine| {
            let compute_ns = stamps.as_mut().map(|stamps| &mut stamps.compute_ns);
            let reply = stamps::timed(compute_ns, || engine.answer(&request))?;
            let mut out = Vec::new();
            let encode_ns = stamps.as_mut().map(|stamps| &mut stamps.encode_ns);
            stamps::timed(encode_ns, || codec::encode_reply::<Json>(reply, &mut out));
            Ok(out)
        })
    }

    fn answer_batch(&self, body: &[u8]) -> Result<Vec<u8>, CallError> {
        let requests = codec::decode_requests::<Json>(body)?;
        self.0.with(|engine| {
            let mut out = Vec::new();
            codec::encode_replies::<Json>(engine.answer_batch(&requests)?, &mut out);
            Ok(out)
        })
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
        let reply_bytes = parts
            .headers
            .get(REPLY_BYTES)
            .and_then(|value| value.to_str().ok()?.parse().ok());
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

async fn recommendations(
    State(callee): State<Callee>,
    mut asked: Asked,
    body: Received,
) -> Response<Body> {
    match whole(body).and_then(|body| callee.answer(&body, &mut asked.stamps)) {
        Err(error) => problem::response(&error),
        Ok(answer) => {
            let mut response = ok(JSON, answer);
            if let Some(stamps) = &asked.stamps
                && let Ok(timing) = HeaderValue::try_from(stamps::write(stamps))
            {
                response.headers_mut().insert(stamps::ANSWER, timing);
            }
            response
        }
    }
}

async fn recommendations_batch(State(callee): State<Callee>, body: Received) -> Response<Body> {
    match whole(body).and_then(|body| callee.answer_batch(&body)) {
        Ok(answer) => ok(JSON, answer),
        Err(error) => problem::response(&error),
    }
}

async fn echo(State(callee): State<Callee>, asked: Asked, body: Received) -> Response<Body> {
    let limit = callee.0.limits().max_message_bytes;
    match whole(body).and_then(|payload| echoed(&payload, asked.reply_bytes, limit)) {
        Ok(back) => ok(BYTES, back),
        Err(error) => problem::response(&error),
    }
}

/// The payload, repeated and cut to as many bytes as were asked for; as it came where none were.
fn echoed(payload: &[u8], wanted: Option<usize>, limit: usize) -> Result<Vec<u8>, CallError> {
    let wanted = wanted.unwrap_or(payload.len());
    if wanted > limit {
        let detail = format!("{wanted} bytes back; at most {limit} are given");
        return Err(CallError::new(ErrorKind::TooLarge, detail));
    }
    let mut back = Vec::with_capacity(wanted);
    api::echo_bytes(payload, wanted, &mut back);
    Ok(back)
}

async fn no_route(uri: Uri) -> Response<Body> {
    let error =
        CallError::new(ErrorKind::Unsupported, format!("there is nothing at {}", uri.path()));
    problem::with_status(&error, StatusCode::NOT_FOUND)
}

async fn no_method(method: Method, uri: Uri) -> Response<Body> {
    let error =
        CallError::new(ErrorKind::Unsupported, format!("{} does not take {method}", uri.path()));
    problem::with_status(&error, StatusCode::METHOD_NOT_ALLOWED)
}
