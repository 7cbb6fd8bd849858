//! How long the callee takes for its parts of a call, answered in-band in the trailers of that
//! call.
//!
//! A call that asks for it carries the metadata `tollgate-stamp`. All others pay for one look at
//! their headers and, in each part, for one look at a thread-local. Not a tracing library: it knows
//! three parts and one call at a time.

use api::{CallError, ErrorKind, Stamps};
use http_body::Frame;
use std::{
    cell::Cell,
    convert::Infallible,
    future::poll_fn,
    pin::Pin,
    task::{Context, Poll},
    time::Instant,
};
use tonic::{
    Status,
    body::Body,
    codegen::{BoxFuture, Service, http},
    metadata::MetadataMap,
    server::NamedService,
};

/// The metadata that asks for stamps.
pub(crate) const ASK: &str = "tollgate-stamp";
const DECODE: &str = "tollgate-decode-ns";
const COMPUTE: &str = "tollgate-compute-ns";
const ENCODE: &str = "tollgate-encode-ns";

thread_local! {
    /// The stamps of the call that this thread works on right now, if that call asked for them.
    static CURRENT: Cell<Option<Stamps>> = const { Cell::new(None) };
}

/// A part of a call.
#[derive(Clone, Copy)]
pub(crate) enum Part {
    Decode,
    Compute,
    Encode,
}

/// Does a part of a call, and adds its time to the stamps if the call asked for them.
pub(crate) fn timed<T>(part: Part, work: impl FnOnce() -> T) -> T {
    let Some(mut stamps) = CURRENT.get() else { return work() };
    let start = Instant::now();
    let done = work();
    let sum_ns = match part {
        Part::Decode => &mut stamps.decode_ns,
        Part::Compute => &mut stamps.compute_ns,
        Part::Encode => &mut stamps.encode_ns,
    };
    *sum_ns += start.elapsed().as_nanos() as u64;
    CURRENT.set(Some(stamps));
    done
}

/// Polls something for a call that asked for stamps. Installed for one poll only, because between
/// two polls this thread works on other calls.
fn stamping<T>(stamps: &mut Stamps, poll: impl FnOnce() -> T) -> T {
    CURRENT.set(Some(*stamps));
    let polled = poll();
    *stamps = CURRENT.take().unwrap_or_default();
    polled
}

/// A service whose calls may ask for stamps.
#[derive(Clone)]
pub(crate) struct Stamped<S>(pub(crate) S);

impl<S: NamedService> NamedService for Stamped<S> {
    const NAME: &'static str = S::NAME;
}

type Answer = http::Response<Body>;

impl<S> Service<http::Request<Body>> for Stamped<S>
where
    S: Service<
            http::Request<Body>,
            Response = Answer,
            Error = Infallible,
            Future = BoxFuture<Answer, Infallible>,
        >,
{
    type Response = Answer;
    type Error = Infallible;
    type Future = BoxFuture<Answer, Infallible>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.0.poll_ready(cx)
    }

    fn call(&mut self, request: http::Request<Body>) -> Self::Future {
        if request.headers().contains_key(ASK) {
            with_stamps(self.0.call(request))
        } else {
            self.0.call(request)
        }
    }
}

fn with_stamps(mut answering: BoxFuture<Answer, Infallible>) -> BoxFuture<Answer, Infallible> {
    Box::pin(async move {
        let mut stamps = Stamps::default();
        let answer = poll_fn(|cx| stamping(&mut stamps, || answering.as_mut().poll(cx))).await?;
        Ok(answer.map(|inner| Body::new(StampedBody { inner, stamps })))
    })
}

/// A body whose trailers end with the stamps.
struct StampedBody {
    inner: Body,
    stamps: Stamps,
}

impl http_body::Body for StampedBody {
    type Data = tonic::codegen::Bytes;
    type Error = Status;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Self::Data>, Status>>> {
        let Self { inner, stamps } = self.get_mut();
        let mut polled = stamping(stamps, || Pin::new(inner).poll_frame(cx));
        if let Poll::Ready(Some(Ok(frame))) = &mut polled
            && let Some(trailers) = frame.trailers_mut()
        {
            trailers.insert(DECODE, stamps.decode_ns.into());
            trailers.insert(COMPUTE, stamps.compute_ns.into());
            trailers.insert(ENCODE, stamps.encode_ns.into());
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }
}

/// The stamps in the metadata of a reply.
///
/// # Errors
/// `Unsupported` when one is missing or is no number.
pub(crate) fn read(metadata: &MetadataMap) -> Result<Stamps, CallError> {
    Ok(Stamps {
        decode_ns: number(metadata, DECODE)?,
        compute_ns: number(metadata, COMPUTE)?,
        encode_ns: number(metadata, ENCODE)?,
    })
}

fn number(metadata: &MetadataMap, name: &str) -> Result<u64, CallError> {
    metadata
        .get(name)
        .and_then(|text| text.to_str().ok()?.parse().ok())
        .ok_or_else(|| {
            CallError::new(ErrorKind::Unsupported, "this callee does not report its durations")
        })
}
