//! The four messages of `recommendations.proto`, by hand: generating them would compile the
//! contract a second time within this small library. A test holds them to the generated ones byte
//! for byte.

use api::{Reply, Request};
use prost::Message;

#[derive(Clone, PartialEq, Message)]
pub(crate) struct RecommendationRequest {
    #[prost(string, tag = "1")]
    user_id: String,
    #[prost(int32, tag = "2")]
    max_results: i32,
}

#[derive(Clone, PartialEq, Message)]
pub(crate) struct RecommendationResponse {
    #[prost(string, repeated, tag = "1")]
    product_ids: Vec<String>,
}

#[derive(Clone, PartialEq, Message)]
pub(crate) struct RecommendationBatchRequest {
    #[prost(message, repeated, tag = "1")]
    requests: Vec<RecommendationRequest>,
}

#[derive(Clone, PartialEq, Message)]
pub(crate) struct RecommendationBatchResponse {
    #[prost(message, repeated, tag = "1")]
    responses: Vec<RecommendationResponse>,
}

impl From<RecommendationRequest> for Request {
    fn from(message: RecommendationRequest) -> Self {
        Self { user_id: message.user_id, max_results: message.max_results }
    }
}

impl From<RecommendationBatchRequest> for Vec<Request> {
    fn from(message: RecommendationBatchRequest) -> Self {
        message.requests.into_iter().map(Request::from).collect()
    }
}

impl From<&Reply> for RecommendationResponse {
    fn from(reply: &Reply) -> Self {
        Self { product_ids: reply.iter().map(String::from).collect() }
    }
}

impl From<&[Reply]> for RecommendationBatchResponse {
    fn from(replies: &[Reply]) -> Self {
        Self {
            responses: replies.iter().map(RecommendationResponse::from).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use codec::Protobuf;

    fn requests() -> Vec<Request> {
        [("", 0), ("ü\0", i32::MIN), ("user_7", 10)]
            .map(|(user, max)| Request::new(user, max))
            .into()
    }

    fn replies() -> Vec<Reply> {
        let replies: [&[&str]; 3] = [&[], &["", "ü", "product_3"], &["x"; 200]];
        replies.map(|ids| ids.iter().collect()).into()
    }

    #[test]
    fn reads_what_the_generated_messages_write() {
        let mut bytes = Vec::new();
        codec::encode_requests::<Protobuf>(&requests(), &mut bytes);
        let read = RecommendationBatchRequest::decode(&bytes[..]).expect("a message");
        assert_eq!(read.encode_to_vec(), bytes);
        assert_eq!(Vec::<Request>::from(read), requests());
        for request in requests() {
            bytes.clear();
            codec::encode_request::<Protobuf>(&request, &mut bytes);
            let read = RecommendationRequest::decode(&bytes[..]).expect("a message");
            assert_eq!(read.encode_to_vec(), bytes);
            assert_eq!(Request::from(read), request);
        }
    }

    #[test]
    fn writes_what_the_generated_messages_write() {
        let replies = replies();
        let mut bytes = Vec::new();
        codec::encode_replies::<Protobuf>(&replies, &mut bytes);
        assert_eq!(RecommendationBatchResponse::from(&replies[..]).encode_to_vec(), bytes);
        for reply in &replies {
            bytes.clear();
            codec::encode_reply::<Protobuf>(reply, &mut bytes);
            assert_eq!(RecommendationResponse::from(reply).encode_to_vec(), bytes);
        }
    }
}
