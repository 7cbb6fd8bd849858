//! What carries one exchange of HTTP, whichever client library does it: a route and a body out, an
//! answer back.
//!
//! It knows no message of the contract; sizes are limited here, on the caller's end, for every lane
//! alike.

use crate::{problem, stamps};
use api::{CallError, ErrorKind, Stamps};
use hyper::{
    HeaderMap, Method, StatusCode,
    body::Bytes,
    header::{HeaderName, HeaderValue},
};
use std::{error::Error, future::Future, iter::successors};

/// What stands before the address of a TCP endpoint.
pub(crate) const SCHEME: &str = "http://";

/// The header of an echo that says how many bytes are wanted back.
pub(crate) const REPLY_BYTES: HeaderName = HeaderName::from_static("tollgate-reply-bytes");

const JSON: HeaderValue = HeaderValue::from_static("application/json");
const BYTES: HeaderValue = HeaderValue::from_static("application/octet-stream");

/// Where a question goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Route {
    /// What `open` asks.
    Health,
    /// One item.
    One,
    /// Many items.
    Batch,
    /// Opaque bytes.
    Echo,
}

impl Route {
    /// Every route, each at the index of its number.
    pub(crate) const ALL: [Self; 4] = [Self::Health, Self::One, Self::Batch, Self::Echo];

    pub(crate) const fn path(self) -> &'static str {
        match self {
            Self::Health => "/health",
            Self::One => "/recommendations",
            Self::Batch => "/recommendations:batch",
            Self::Echo => "/echo",
        }
    }

    pub(crate) fn method(self) -> Method {
        if self == Self::Health { Method::GET } else { Method::POST }
    }

    pub(crate) fn media_type(self) -> HeaderValue {
        if self == Self::Echo { BYTES } else { JSON }
    }
}

/// One question as HTTP sees it.
pub struct Question {
    pub(crate) route: Route,
    pub(crate) body: Vec<u8>,
    /// One more header: what asks for stamps, or for a number of bytes.
    pub(crate) header: Option<(HeaderName, HeaderValue)>,
}

/// What came back, of whatever status.
pub struct Answer {
    pub(crate) status: StatusCode,
    /// Where the callee reported them.
    pub(crate) stamps: Option<Stamps>,
    pub(crate) body: Bytes,
}

/// A connection that carries exchanges.
pub trait Wire: Sized + 'static {
    /// Connects, or gets ready to; messages have at most this many bytes either way.
    ///
    /// # Errors
    /// `Unsupported` when the text is no endpoint of this lane, `Gone` when nobody listens there.
    fn open(endpoint: &str, max_bytes: usize) -> impl Future<Output = Result<Self, CallError>>;

    /// The largest message either way, bytes.
    fn max_bytes(&self) -> usize;

    /// Memory for the body of a question; what is in it is cleared.
    fn spare(&mut self) -> Vec<u8> {
        Vec::new()
    }

    /// Sends a question and takes the whole answer.
    ///
    /// # Errors
    /// `Gone` when the connection broke, `Malformed` when what came is no HTTP, `TooLarge` above
    /// the limit.
    fn exchange(&mut self, question: Question) -> impl Future<Output = Result<Answer, CallError>>;

    /// A second handle on the same connection, where it multiplexes.
    fn share(&self) -> Option<Self> {
        None
    }
}

/// Sends a question whose answer must be a success.
pub(crate) async fn post(wire: &mut impl Wire, question: Question) -> Result<Answer, CallError> {
    // A callee that refuses a body closes the connection while it is still being sent, and its
    // words are lost then. So the limit is kept on this end too.
    let bytes = question.body.len();
    let max_bytes = wire.max_bytes();
    if bytes > max_bytes {
        let detail = format!("a message of {bytes} bytes; at most {max_bytes} are sent");
        return Err(CallError::new(ErrorKind::TooLarge, detail));
    }
    let answer = wire.exchange(question).await?;
    if answer.status.is_success() {
        return Ok(answer);
    }
    Err(problem::error(answer.status.as_u16(), &answer.body))
}

/// The stamps among the headers of an answer; a question that did not ask looks for none.
pub(crate) fn stamps_in(headers: &HeaderMap, asked: bool) -> Option<Stamps> {
    if !asked {
        return None;
    }
    stamps::read(headers.get(stamps::ANSWER)?.to_str().ok()?)
}

/// A body on its way in.
pub(crate) trait Chunks {
    /// How long the rest will be, bytes, where that was said.
    fn announced_bytes(&self) -> Option<u64>;
    /// The next part; none at the end.
    async fn chunk(&mut self) -> Result<Option<Bytes>, CallError>;
}

/// The whole body, of a known length or in chunks. What came in one piece is not copied.
pub(crate) async fn whole(body: &mut impl Chunks, max_bytes: usize) -> Result<Bytes, CallError> {
    let too_large =
        || CallError::new(ErrorKind::TooLarge, format!("an answer above {max_bytes} bytes"));
    let announced = body.announced_bytes().unwrap_or(0);
    if announced > max_bytes as u64 {
        return Err(too_large());
    }
    let first = body.chunk().await?.unwrap_or_default();
    let Some(mut next) = body.chunk().await? else { return Ok(first) };
    let mut all = Vec::with_capacity(announced as usize);
    all.extend_from_slice(&first);
    loop {
        if all.len() + next.len() > max_bytes {
            return Err(too_large());
        }
        all.extend_from_slice(&next);
        match body.chunk().await? {
            Some(chunk) => next = chunk,
            None => return Ok(all.into()),
        }
    }
}

/// Whatever kept the answer away: nobody is there any more, or somebody who speaks something else.
#[cold]
pub(crate) fn failed(error: &(dyn Error + 'static)) -> CallError {
    let causes = || successors(error.source(), |&cause| cause.source());
    let kind = if is_no_http(error) || causes().any(is_no_http) {
        ErrorKind::Malformed
    } else {
        ErrorKind::Gone
    };
    CallError::new(
        kind,
        causes().fold(error.to_string(), |words, cause| format!("{words}: {cause}")),
    )
}

fn is_no_http(cause: &(dyn Error + 'static)) -> bool {
    cause.downcast_ref().is_some_and(hyper::Error::is_parse)
        || cause.downcast_ref().is_some_and(h2::Error::is_library)
}
