//! Between the errors of the contract and gRPC status codes. The table itself is `api`'s.

use api::{CallError, ErrorKind, status_of};
use std::{error::Error, fmt::Display, iter::successors};
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

/// The same, as `map_err` wants it.
#[cold]
#[expect(clippy::needless_pass_by_value, reason = "this is what map_err hands over")]
pub(crate) fn failed(status: Status) -> CallError {
    error_from_status(&status)
}

/// Somebody answers, in another protocol.
#[cold]
pub(crate) fn no_callee(found: impl Display) -> CallError {
    CallError::new(ErrorKind::Unsupported, format!("what answers is no gRPC callee: {found}"))
}

fn kind_of(status: &Status) -> ErrorKind {
    // tonic's word for a message above a size limit, on either end.
    if status.code() == Code::OutOfRange {
        return ErrorKind::TooLarge;
    }
    // Only failures that arose on this end have a source: what the callee said has none. Whatever
    // code tonic found for a refused, reset or broken connection, nobody is there any more.
    if status.source().is_some() {
        return ErrorKind::Gone;
    }
    api::Status::from_grpc(status.code() as i32).map_or(ErrorKind::Internal, |row| row.kind)
}

/// True for a connection that broke because h2 found fault with the other side's bytes.
#[cold]
pub(crate) fn speaks_no_http2(status: &Status) -> bool {
    causes(status).any(|error| error.downcast_ref::<h2::Error>().is_some_and(h2::Error::is_library))
}

fn causes(status: &Status) -> impl Iterator<Item = &(dyn Error + 'static)> {
    successors(status.source(), |&error| error.source())
}

fn words(status: &Status) -> String {
    let said = if status.message().is_empty() {
        status.code().to_string()
    } else {
        status.message().to_owned()
    };
    causes(status).map(ToString::to_string).fold(said, |said, cause| {
        if said.contains(&cause) { said } else { format!("{said}: {cause}") }
    })
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
