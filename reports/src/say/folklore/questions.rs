//! The table of what people say, one entry each: what it says, which roles and codecs it sets
//! against each other, and from which figure on it holds. This and `mechanisms` are the places of
//! the reports that know of a library, a format or a number that people claim; lanes have no names.

use crate::record::{FFI, HTTP, RPC};
use crate::stats::comparison::MARGIN;

const PROTOBUF: &str = "protobuf";
const JSON: &str = "json";

/// One claim.
pub(crate) struct Question {
    /// Its name for programs.
    pub(crate) id: &'static str,
    /// What people say.
    pub(crate) says: &'static str,
    /// What is measured of it.
    pub(crate) asks: Asks,
    /// What the record lacks where the claim is not judged, as a sentence that begins in small.
    pub(crate) needs: &'static str,
}

/// The base lane of a role, if it has this codec.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Side {
    pub(crate) role: &'static str,
    /// Any, or none, where nothing is said.
    pub(crate) codec: Option<&'static str>,
}

/// What is measured of a claim. It holds where the whole interval lies beyond `more_than`, or
/// between the two numbers of `within`.
pub(crate) enum Asks {
    /// How many times as long the first takes as the second: a single call, and an item of the
    /// largest batch, for each size of replies.
    Times { first: Side, second: Side, more_than: f64 },
    /// How many times the bytes of the second the first moves, out and back, of the same calls.
    /// Lanes that differ in the codec alone come before the bases.
    Bytes { first: Side, second: Side, within: [f64; 2] },
    /// How many times as long the codec by itself (R1) takes, both sides. As for bytes.
    Codecs { first: Side, second: Side, more_than: f64 },
    /// How long this codec by itself takes, both sides, ns. A base comes before other lanes.
    Codec { codec: &'static str, within_ns: [f64; 2] },
    /// How long a single call takes over each lane that leaves the process, ns.
    Calls { within_ns: [f64; 2] },
    /// What a single call takes more than a function call, ns.
    Toll { of: Side, within_ns: [f64; 2] },
    /// How many times as long n calls take as one call with n items, over each lane.
    Batching { more_than: f64 },
}

const HTTP_JSON: Side = Side { role: HTTP, codec: Some(JSON) };
const RPC_PROTOBUF: Side = Side { role: RPC, codec: Some(PROTOBUF) };

/// What is said of both codecs rests on these.
const NEEDS_BYTES: &str = "it needs a lane with JSON and one with protobuf whose bytes are counted";
const NEEDS_CODECS: &str =
    "it needs the codec measured by itself, on a lane with JSON and one with protobuf (stages)";

/// Every claim, in the order in which they are shown.
pub(crate) const QUESTIONS: [Question; 7] = [
    Question {
        id: "grpc-faster-than-rest",
        says: "gRPC is faster than REST with JSON (by more than 5 %)",
        asks: Asks::Times {
            first: HTTP_JSON,
            second: RPC_PROTOBUF,
            more_than: 1.0 + MARGIN,
        },
        needs: "it needs a lane of RPC with protobuf and one of HTTP with JSON, each with 3 whole \
                restarts",
    },
    Question {
        id: "protobuf-smaller-than-json",
        says: "protobuf is 3 to 10 times smaller than JSON",
        asks: Asks::Bytes { first: HTTP_JSON, second: RPC_PROTOBUF, within: [3.0, 10.0] },
        needs: NEEDS_BYTES,
    },
    Question {
        id: "json-costs-several-times-protobuf",
        says: "JSON costs several times protobuf (more than twice, to encode and decode)",
        asks: Asks::Codecs { first: HTTP_JSON, second: RPC_PROTOBUF, more_than: 2.0 },
        needs: NEEDS_CODECS,
    },
    Question {
        id: "protobuf-takes-microseconds",
        says: "encoding and decoding a small protobuf message takes microseconds",
        asks: Asks::Codec { codec: PROTOBUF, within_ns: [1e3, 1e6] },
        needs: "it needs the codec measured by itself, on a lane with protobuf (stages)",
    },
    Question {
        id: "round-trip-takes-tens-of-microseconds",
        says: "a localhost round trip takes tens of microseconds",
        asks: Asks::Calls { within_ns: [1e4, 1e5] },
        needs: "it needs a lane that leaves the process",
    },
    Question {
        id: "foreign-call-takes-nanoseconds",
        says: "an FFI call takes nanoseconds",
        asks: Asks::Toll {
            of: Side { role: FFI, codec: None },
            within_ns: [f64::NEG_INFINITY, 1e3],
        },
        needs: "it needs a lane into another language inside the process, and one to count its \
                toll from",
    },
    Question {
        id: "batch-instead-of-chatting",
        says: "batch instead of chatting (more than 5 % cheaper)",
        asks: Asks::Batching { more_than: 1.0 + MARGIN },
        needs: "it needs a lane that was measured chatty and batched at one size",
    },
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::ROLES;

    fn sides(asks: &Asks) -> Vec<Side> {
        match asks {
            Asks::Times { first, second, .. }
            | Asks::Bytes { first, second, .. }
            | Asks::Codecs { first, second, .. } => vec![*first, *second],
            Asks::Toll { of, .. } => vec![*of],
            Asks::Codec { .. } | Asks::Calls { .. } | Asks::Batching { .. } => Vec::new(),
        }
    }

    /// The least and the most of a figure for which the claim holds.
    fn range(asks: &Asks) -> [f64; 2] {
        match asks {
            Asks::Times { more_than, .. }
            | Asks::Codecs { more_than, .. }
            | Asks::Batching { more_than } => [*more_than, f64::INFINITY],
            Asks::Bytes { within, .. } => *within,
            Asks::Codec { within_ns, .. }
            | Asks::Calls { within_ns }
            | Asks::Toll { within_ns, .. } => *within_ns,
        }
    }

    #[test]
    fn every_question_names_roles_that_there_are_and_a_range_that_can_hold_a_figure() {
        for question in &QUESTIONS {
            for side in sides(&question.asks) {
                assert!(ROLES.contains(&side.role), "{}: {side:?}", question.id);
                assert!([None, Some(JSON), Some(PROTOBUF)].contains(&side.codec), "{side:?}");
            }
            let [from, to] = range(&question.asks);
            assert!(from < to && to > 0.0, "{}: {from} to {to}", question.id);
            assert!(question.needs.starts_with("it needs "), "{}", question.id);
            assert!(!question.says.is_empty() && !question.says.ends_with('.'));
        }
    }

    #[test]
    fn no_two_questions_are_called_or_say_the_same() {
        for (at, question) in QUESTIONS.iter().enumerate() {
            let is_word = |c: char| c.is_ascii_lowercase() || c == '-';
            assert!(question.id.chars().all(is_word), "{}", question.id);
            for other in &QUESTIONS[..at] {
                assert!(question.id != other.id && question.says != other.says, "{}", other.id);
            }
        }
    }
}
