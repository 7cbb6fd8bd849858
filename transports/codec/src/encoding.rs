//! The whole way from a domain value to bytes and back, for carriers of bytes. How a format writes
//! is not here, nor how a value becomes a message.

use crate::{
    convert::{
        batch_from_replies, batch_from_requests, fill_replies, fill_reply, message_from_reply,
        message_from_request, request_from_message, requests_from_batch,
    },
    format::Format,
    messages::recommendations::{RecommendationBatchRequest, RecommendationRequest},
};
use api::{CallError, Outcome, Reply, Request};

/// Appends an encoded request.
pub fn encode_request<F: Format>(request: &Request, out: &mut Vec<u8>) {
    F::write(&message_from_request(request), out);
}

/// Reads an encoded request.
///
/// # Errors
/// `Malformed` when the bytes are none.
pub fn decode_request<F: Format>(bytes: &[u8]) -> Result<Request, CallError> {
    F::read::<RecommendationRequest>(bytes).map(request_from_message)
}

/// Appends an encoded reply.
pub fn encode_reply<F: Format>(reply: &Reply, out: &mut Vec<u8>) {
    F::write(&message_from_reply(reply), out);
}

/// Fills a reply from its bytes.
///
/// # Errors
/// `Malformed` when the bytes are none.
pub fn decode_reply<F: Format>(bytes: &[u8], reply: &mut Reply) -> Outcome {
    fill_reply(&F::read(bytes)?, reply);
    Ok(())
}

/// Appends an encoded batch of requests.
pub fn encode_requests<F: Format>(requests: &[Request], out: &mut Vec<u8>) {
    F::write(&batch_from_requests(requests), out);
}

/// Reads an encoded batch of requests.
///
/// # Errors
/// `Malformed` when the bytes are none.
pub fn decode_requests<F: Format>(bytes: &[u8]) -> Result<Vec<Request>, CallError> {
    F::read::<RecommendationBatchRequest>(bytes).map(requests_from_batch)
}

/// Appends an encoded batch of replies.
pub fn encode_replies<F: Format>(replies: &[Reply], out: &mut Vec<u8>) {
    F::write(&batch_from_replies(replies), out);
}

/// Fills replies from the bytes of their batch.
///
/// # Errors
/// `Malformed` when the bytes are none, or hold another number of replies.
pub fn decode_replies<F: Format>(bytes: &[u8], replies: &mut [Reply]) -> Outcome {
    fill_replies(&F::read(bytes)?, replies)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::{Json, Protobuf};
    use api::ErrorKind;
    use base64::Engine as _;
    use serde::Deserialize;

    fn round_trip<F: Format>() {
        let requests = [Request::new("ü\"\u{0}", 7), Request::default()];
        let replies: [Reply; 2] = [["a", "b\n"].into_iter().collect(), Reply::default()];
        let mut bytes = Vec::new();
        encode_request::<F>(&requests[0], &mut bytes);
        assert_eq!(decode_request::<F>(&bytes).expect("whole"), requests[0]);
        bytes.clear();
        encode_requests::<F>(&requests, &mut bytes);
        assert_eq!(decode_requests::<F>(&bytes).expect("whole"), requests);
        bytes.clear();
        encode_replies::<F>(&replies, &mut bytes);
        let mut back = [Reply::default(), ["old"].into_iter().collect()];
        decode_replies::<F>(&bytes, &mut back).expect("whole");
        assert_eq!(back, replies);
        let error = decode_replies::<F>(&bytes, &mut back[..1]).expect_err("one reply too many");
        assert_eq!(error.kind(), ErrorKind::Malformed);
        for garbage in [&b"\xff\xff\xff"[..], b"{\"userId\":", b"\x0a\x05ab"] {
            assert_eq!(
                decode_request::<F>(garbage).expect_err("garbage").kind(),
                ErrorKind::Malformed
            );
        }
    }

    #[test]
    fn protobuf_goes_there_and_back() {
        round_trip::<Protobuf>();
    }

    #[test]
    fn json_goes_there_and_back() {
        round_trip::<Json>();
    }

    /// One line of the cases that every language reads; without a `user_id` it is refused.
    #[derive(Deserialize)]
    struct Case {
        #[serde(default)]
        text: String,
        base64: Option<String>,
        user_id: Option<String>,
        #[serde(default)]
        max_results: i32,
    }

    #[test]
    fn json_is_read_as_every_language_reads_it() {
        let lines = include_str!("../../../fixtures/contract/proto3_json.jsonl").lines();
        let (mut taken, mut refused) = (0, 0);
        for line in lines {
            let case: Case = serde_json::from_str(line).expect(line);
            let bytes = match &case.base64 {
                Some(text) => base64::engine::general_purpose::STANDARD.decode(text).expect(line),
                None => case.text.into_bytes(),
            };
            let found = decode_request::<Json>(&bytes);
            if let Some(user_id) = case.user_id {
                assert_eq!(found.expect(line), Request::new(&user_id, case.max_results), "{line}");
                taken += 1;
            } else {
                assert_eq!(found.expect_err(line).kind(), ErrorKind::Malformed, "{line}");
                refused += 1;
            }
        }
        assert!(taken > 20 && refused > 50, "{taken} are taken, {refused} refused");
    }

    #[test]
    fn json_follows_the_proto3_mapping() {
        let mut bytes = Vec::new();
        encode_request::<Json>(&Request::new("u", 3), &mut bytes);
        assert_eq!(bytes, br#"{"userId":"u","maxResults":3}"#);
        bytes.clear();
        encode_reply::<Json>(&["p"].into_iter().collect(), &mut bytes);
        assert_eq!(bytes, br#"{"productIds":["p"]}"#);
        for (text, user, max) in [
            (r#"{"user_id":"u","max_results":3}"#, "u", 3),
            (r#"{"userId":"u","maxResults":3.0}"#, "u", 3),
            (r#"{"userId":"u","maxResults":"3","somethingNew":[1,{}]}"#, "u", 3),
            (r#"{"userId":"u"}"#, "u", 0),
            (r#"{"userId":null,"maxResults":null}"#, "", 0),
            ("{}", "", 0),
        ] {
            let request = decode_request::<Json>(text.as_bytes()).expect(text);
            assert_eq!(request, Request::new(user, max), "{text}");
        }
        for text in [
            r#"{"userId":3}"#,
            r#"{"maxResults":"x"}"#,
            "[]",
            "null",
            r#"{"maxResults":9999999999}"#,
        ] {
            assert!(decode_request::<Json>(text.as_bytes()).is_err(), "{text}");
        }
        for text in [
            r#"[[]]"#,
            r#"{"requests":[["u",3]]}"#,
            r#"{"requests":{}}"#,
            r#"{"requests":[null]}"#,
        ] {
            assert!(decode_requests::<Json>(text.as_bytes()).is_err(), "{text}");
        }
    }
}
