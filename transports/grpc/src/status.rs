//! Between the errors of the contract and gRPC status codes. The table itself is `api`'s.

use api::{CallError, ErrorKind, status_of};
use std::error::Error;
use tonic::{Code, Status};

/// What a callee answers for this error.
#[cold]
pub(crate) fn status_from_error(error: &CallError) -> Status {
    Status::new(Code::from_i32(status_of(error.kind()).grpc), error.detail())
}

/// What a caller makes of a failed call.
#[cold]
pub(crate) fn error_from_status(status: &Status) -> CallError {
    CallError::new(kind_of(status), words(status))
}

fn kind_of(status: &Status) -> ErrorKind {
    // tonic's own size limits, on either end. Asked first, because a message that this end refuses to send comes
    // back as a broken stream with this code.
    if status.code() == Code::OutOfRange {
        return ErrorKind::TooLarge;
    }
    // Only failures that arose on this end have a source: what the callee said has none. Whatever code tonic found
    // for a refused, reset or broken connection, nobody is there any more.
    if status.source().is_some() {
        return ErrorKind::Gone;
    }
    api::Status::from_grpc(status.code() as i32).map_or(ErrorKind::Internal, |row| row.kind)
}

/// True for a connection that broke because the other side speaks something else: h2 found fault with its bytes, and
/// not the operating system with the connection.
#[cold]
pub(crate) fn speaks_no_http2(status: &Status) -> bool {
    let mut cause = status.source();
    let mut found = None;
    while let Some(error) = cause {
        if error.is::<std::io::Error>() {
            return false;
        }
        (found, cause) = (Some(error), error.source());
    }
    found.is_some_and(|error| error.to_string().contains("connection error detected"))
}

fn words(status: &Status) -> String {
    let mut words = match (status.message(), status.source().is_some()) {
        ("", _) => status.code().to_string(),
        (message, _) => message.to_owned(),
    };
    let mut cause = status.source();
    while let Some(error) = cause {
        let text = error.to_string();
        if !words.contains(&text) {
            words = format!("{words}: {text}");
        }
        cause = error.source();
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_and_its_words_go_there_and_back() {
        for kind in ErrorKind::ALL {
            let back = error_from_status(&status_from_error(&CallError::new(kind, "because")));
            assert_eq!((back.kind(), back.detail()), (kind, "because"));
        }
    }

    #[test]
    fn size_limits_are_too_large_and_broken_connections_are_gone() {
        assert_eq!(error_from_status(&Status::out_of_range("4 MiB")).kind(), ErrorKind::TooLarge);
        let broken = Status::from_error("connection reset by peer".into());
        assert_eq!(error_from_status(&broken).kind(), ErrorKind::Gone);
        assert_eq!(error_from_status(&Status::unknown("")).kind(), ErrorKind::Internal);
    }
}
