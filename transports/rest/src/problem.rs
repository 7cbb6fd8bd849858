//! Errors as problem documents (RFC 9457), on both sides. The table of kinds and statuses is
//! `api`'s.

use api::{CallError, ErrorKind, status_of};
use axum::{
    body::Body,
    http::{HeaderValue, Response, StatusCode, header::CONTENT_TYPE},
};
use serde::{Deserialize, Serialize};

const MEDIA_TYPE: HeaderValue = HeaderValue::from_static("application/problem+json");
const KIND: &str = "urn:tollgate:error:";

#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
struct Problem {
    r#type: String,
    title: String,
    status: u16,
    detail: String,
}

fn title(kind: ErrorKind) -> &'static str {
    match kind {
        ErrorKind::InvalidArgument => "The question makes no sense",
        ErrorKind::TooLarge => "The question is above a limit",
        ErrorKind::Malformed => "The bytes are not a message of the contract",
        ErrorKind::Deadline => "No answer in time",
        ErrorKind::Gone => "The callee is not there",
        ErrorKind::Internal => "The callee failed",
        ErrorKind::Unsupported => "This callee cannot do that",
    }
}

/// What a callee answers for this error.
#[cold]
pub(crate) fn response(error: &CallError) -> Response<Body> {
    let status = StatusCode::from_u16(status_of(error.kind()).http)
        .unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    with_status(error, status)
}

/// The same under a status that says more than the table's, as 404 and 405 do.
#[cold]
pub(crate) fn with_status(error: &CallError, status: StatusCode) -> Response<Body> {
    let problem = Problem {
        r#type: format!("{KIND}{}", error.kind()),
        title: title(error.kind()).to_owned(),
        status: status.as_u16(),
        detail: error.detail().to_owned(),
    };
    // Text and numbers are always JSON.
    let mut response = Response::new(Body::from(serde_json::to_vec(&problem).unwrap_or_default()));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, MEDIA_TYPE);
    response
}

/// What a caller makes of a response that is no success: the type is asked first, the status
/// second.
#[cold]
pub(crate) fn error(status: u16, body: &[u8]) -> CallError {
    if (300..400).contains(&status) {
        return CallError::new(ErrorKind::Unsupported, redirected(status));
    }
    let problem: Problem = serde_json::from_slice(body).unwrap_or_default();
    let kind = problem.r#type.strip_prefix(KIND).and_then(ErrorKind::from_name);
    let kind = kind
        .or_else(|| api::Status::from_http(status).map(|row| row.kind))
        .unwrap_or(ErrorKind::Internal);
    if problem.detail.is_empty() {
        return CallError::new(kind, format!("the callee answered with HTTP status {status}"));
    }
    CallError::new(kind, problem.detail)
}

/// What is said of an answer that sends the caller elsewhere.
#[cold]
pub(crate) fn redirected(status: u16) -> String {
    format!(
        "the callee answered with HTTP status {status}, a redirect, which is not followed: two \
        servers would be timed as one; name the endpoint that answers itself"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_type_is_asked_first_and_the_status_second() {
        let kind = |status, body: &str| error(status, body.as_bytes()).kind();
        assert_eq!(kind(404, r#"{"type":"urn:tollgate:error:too_large"}"#), ErrorKind::TooLarge);
        assert_eq!(kind(413, r#"{"type":"about:blank"}"#), ErrorKind::TooLarge);
        assert_eq!(kind(503, "<html>"), ErrorKind::Gone);
        assert_eq!(kind(418, ""), ErrorKind::Internal);
        assert_eq!(kind(307, r#"{"type":"urn:tollgate:error:gone"}"#), ErrorKind::Unsupported);
        assert!(error(308, b"").detail().contains("308, a redirect, which is not followed"));
        assert_eq!(error(400, br#"{"detail":"because"}"#).detail(), "because");
    }
}
