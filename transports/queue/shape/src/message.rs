//! What stands in a message, as `peers/PROTOCOL.md` has it for other languages: its number, what it
//! is, where the answer goes, and the payload. Kinds and statuses are those of the socket frames.
//! Nothing here knows a broker.

use api::{CallError, ErrorKind, Stamps, Status};

/// One encoded request.
pub const CALL: u8 = 1;
/// An encoded batch request.
pub const BATCH: u8 = 2;
/// `u32` reply length, then opaque bytes.
pub const ECHO: u8 = 3;
/// A call whose reply reports the callee's durations.
pub const STAMPED_CALL: u8 = 129;
/// Reply: done, payload follows.
pub const OK: u8 = 0;
/// Reply: done, three `u64` (decode, compute, encode ns), then the payload.
pub const OK_STAMPED: u8 = 128;

/// Bytes of a number.
const NUMBER: usize = 8;
/// Bytes of a reply's stamps.
const STAMPS: usize = 24;
/// What a payload may have beside an encoded message: the stamps, or an echo's length.
pub(crate) const BESIDE_MESSAGE: usize = STAMPS;

/// A request as its callee reads it.
#[derive(Debug, PartialEq, Eq)]
pub struct Request<'a> {
    /// Its number, which its answer has too.
    pub number: u64,
    /// What it is.
    pub kind: u8,
    /// The queue that the answer goes to.
    pub reply_to: &'a str,
    /// What it carries.
    pub payload: &'a [u8],
}

/// Begins a request: `u64` little endian number, kind, length of the queue's name, its name. The
/// payload is appended.
///
/// # Panics
/// When the name has more than 255 bytes: names are made here.
pub fn begin_request(number: u64, kind: u8, reply_to: &str) -> Vec<u8> {
    let length = u8::try_from(reply_to.len()).expect("names of reply queues are short");
    let mut message = Vec::with_capacity(NUMBER + 2 + reply_to.len() + 64);
    message.extend_from_slice(&number.to_le_bytes());
    message.extend_from_slice(&[kind, length]);
    message.extend_from_slice(reply_to.as_bytes());
    message
}

impl<'a> Request<'a> {
    /// The request in a message; none where it is none, so that nobody can be answered.
    pub fn read(message: &'a [u8]) -> Option<Self> {
        let (number, rest) = message.split_first_chunk::<NUMBER>()?;
        let (&[kind, length], rest) = rest.split_first_chunk::<2>()?;
        let (reply_to, payload) = rest.split_at_checked(length.into())?;
        let reply_to = std::str::from_utf8(reply_to).ok().filter(|name| !name.is_empty())?;
        Some(Self { number: u64::from_le_bytes(*number), kind, reply_to, payload })
    }
}

/// Begins a reply: the request's number, then how it went. The payload is appended.
pub fn begin_reply(number: u64, status: u8) -> Vec<u8> {
    let mut message = Vec::with_capacity(NUMBER + 1 + 64);
    message.extend_from_slice(&number.to_le_bytes());
    message.push(status);
    message
}

/// The number of a reply; none where it is none.
pub(crate) fn number_of_reply(message: &[u8]) -> Option<u64> {
    let (number, rest) = message.split_first_chunk::<NUMBER>()?;
    (!rest.is_empty()).then_some(u64::from_le_bytes(*number))
}

/// The payload of a reply.
///
/// # Errors
/// The callee's refusal; `Malformed` where it is another kind of reply than `expected`.
pub(crate) fn payload_of_reply(message: &[u8], expected: u8) -> Result<&[u8], CallError> {
    let Some((&status, payload)) = message.get(NUMBER..).and_then(<[u8]>::split_first) else {
        return Err(CallError::new(ErrorKind::Malformed, "a reply without its status"));
    };
    if status == expected {
        return Ok(payload);
    }
    Err(match Status::from_frame(status) {
        Some(row) => CallError::new(row.kind, String::from_utf8_lossy(payload).into_owned()),
        None => CallError::new(ErrorKind::Malformed, format!("a reply of unknown kind {status}")),
    })
}

/// Room for stamps, which are known when what follows them is encoded.
pub(crate) fn append_room_for_stamps(message: &mut Vec<u8>) -> usize {
    let at = message.len();
    message.extend_from_slice(&[0; STAMPS]);
    at
}

/// Writes stamps into their room.
pub(crate) fn put_stamps(message: &mut [u8], at: usize, stamps: Stamps) {
    let Stamps { decode_ns, compute_ns, encode_ns } = stamps;
    let parts = [decode_ns, compute_ns, encode_ns].map(u64::to_le_bytes);
    message[at..at + STAMPS].copy_from_slice(parts.as_flattened());
}

/// The stamps and what follows them.
///
/// # Errors
/// `Malformed` when the payload is too short for them.
pub(crate) fn split_stamps(payload: &[u8]) -> Result<(Stamps, &[u8]), CallError> {
    let split = payload.split_first_chunk::<STAMPS>();
    let short = || CallError::new(ErrorKind::Malformed, "a stamped reply without its stamps");
    let (stamps, payload) = split.ok_or_else(short)?;
    let number = |at: usize| {
        let mut bytes = [0; NUMBER];
        bytes.copy_from_slice(&stamps[at..at + NUMBER]);
        u64::from_le_bytes(bytes)
    };
    let (decode_ns, compute_ns, encode_ns) = (number(0), number(8), number(16));
    Ok((Stamps { decode_ns, compute_ns, encode_ns }, payload))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_read_as_it_was_written_and_nothing_else_is_one() {
        let mut message = begin_request(7, CALL, "tollgate.1");
        message.extend_from_slice(b"abc");
        let request = Request {
            number: 7,
            kind: CALL,
            reply_to: "tollgate.1",
            payload: b"abc",
        };
        assert_eq!(Request::read(&message), Some(request));
        for cut in [0, 8, 9, 12] {
            assert_eq!(Request::read(&message[..cut]), None, "{cut}");
        }
        assert_eq!(Request::read(&begin_request(7, CALL, "")), None, "nobody to answer");
    }

    #[test]
    fn a_reply_has_the_number_of_its_request_and_its_refusal_keeps_its_kind() {
        let mut message = begin_reply(u64::MAX, OK);
        message.extend_from_slice(b"abc");
        assert_eq!(number_of_reply(&message), Some(u64::MAX));
        assert_eq!(payload_of_reply(&message, OK).expect("done"), b"abc");
        let refused = payload_of_reply(&begin_reply(1, 2), OK).expect_err("too large");
        assert_eq!(refused.kind(), ErrorKind::TooLarge);
        for (message, expected) in [(begin_reply(1, 77), OK), (message, OK_STAMPED)] {
            let error = payload_of_reply(&message, expected).expect_err("no such reply");
            assert_eq!(error.kind(), ErrorKind::Malformed);
        }
        assert_eq!(number_of_reply(b"short"), None);
    }

    #[test]
    fn stamps_stand_before_what_was_encoded_after_them() {
        let mut message = begin_reply(1, OK_STAMPED);
        let at = append_room_for_stamps(&mut message);
        message.extend_from_slice(b"abc");
        let stamps = Stamps { decode_ns: 1, compute_ns: 2, encode_ns: u64::MAX };
        put_stamps(&mut message, at, stamps);
        let payload = payload_of_reply(&message, OK_STAMPED).expect("done");
        assert_eq!(split_stamps(payload).expect("they are there"), (stamps, &b"abc"[..]));
        assert!(split_stamps(b"short").is_err());
    }
}
