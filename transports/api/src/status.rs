//! The one table of how each kind of error travels.

use fixtures::ErrorKind;

/// How one kind of error is written on each family of transports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Status {
    /// The kind.
    pub kind: ErrorKind,
    /// gRPC status code.
    pub grpc: i32,
    /// HTTP status code.
    pub http: u16,
    /// Status byte of a frame; 0 is success.
    pub frame: u8,
    /// Return code of a C function; 0 is success.
    pub c: i32,
}

const fn row(kind: ErrorKind, grpc: i32, http: u16, frame: u8) -> Status {
    Status { kind, grpc, http, frame, c: -(frame as i32) }
}

/// gRPC: INVALID_ARGUMENT, RESOURCE_EXHAUSTED, DATA_LOSS, DEADLINE_EXCEEDED, UNAVAILABLE, INTERNAL,
/// UNIMPLEMENTED. DATA_LOSS stands for bytes that do not parse, because INTERNAL, which libraries
/// use there, also means a bug.
const TABLE: [Status; 7] = [
    row(ErrorKind::InvalidArgument, 3, 422, 1),
    row(ErrorKind::TooLarge, 8, 413, 2),
    row(ErrorKind::Malformed, 15, 400, 3),
    row(ErrorKind::Deadline, 4, 504, 4),
    row(ErrorKind::Gone, 14, 503, 5),
    row(ErrorKind::Internal, 13, 500, 6),
    row(ErrorKind::Unsupported, 12, 501, 7),
];

/// The row of this kind.
pub fn status_of(kind: ErrorKind) -> Status {
    TABLE[kind as usize]
}

impl Status {
    /// The row with this gRPC code; codes outside the table are `None`.
    pub fn from_grpc(code: i32) -> Option<Self> {
        TABLE.into_iter().find(|row| row.grpc == code)
    }

    /// The row with this HTTP status; others are `None`.
    pub fn from_http(status: u16) -> Option<Self> {
        TABLE.into_iter().find(|row| row.http == status)
    }

    /// The row with this frame status byte; 0 and unknown bytes are `None`.
    pub fn from_frame(byte: u8) -> Option<Self> {
        TABLE.into_iter().find(|row| row.frame == byte)
    }

    /// The row with this C return code; 0 and unknown codes are `None`.
    pub fn from_c(code: i32) -> Option<Self> {
        TABLE.into_iter().find(|row| row.c == code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_survives_the_way_there_and_back() {
        for kind in ErrorKind::ALL {
            let row = status_of(kind);
            assert_eq!(row.kind, kind);
            assert_eq!(Status::from_grpc(row.grpc), Some(row));
            assert_eq!(Status::from_http(row.http), Some(row));
            assert_eq!(Status::from_frame(row.frame), Some(row));
            assert_eq!(Status::from_c(row.c), Some(row));
        }
        assert_eq!(
            (Status::from_frame(0), Status::from_c(0), Status::from_grpc(0)),
            (None, None, None)
        );
    }
}
