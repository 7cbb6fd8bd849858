//! Between domain values and generated messages. A stage of its own in the figures: filling 100 ids
//! into a message costs an allocation for each.

use crate::messages::recommendations::{
    RecommendationBatchRequest, RecommendationBatchResponse, RecommendationRequest,
    RecommendationResponse,
};
use api::{CallError, ErrorKind, Outcome, Reply, Request};

/// The message of a request.
pub fn message_from_request(request: &Request) -> RecommendationRequest {
    RecommendationRequest {
        user_id: request.user_id.clone(),
        max_results: request.max_results,
    }
}

/// The request in a message.
pub fn request_from_message(message: RecommendationRequest) -> Request {
    Request { user_id: message.user_id, max_results: message.max_results }
}

/// The message of a reply.
pub fn message_from_reply(reply: &Reply) -> RecommendationResponse {
    RecommendationResponse { product_ids: reply.iter().map(String::from).collect() }
}

/// Fills a reply from its message.
pub fn fill_reply(message: &RecommendationResponse, reply: &mut Reply) {
    reply.clear();
    message.product_ids.iter().for_each(|id| reply.push(id));
}

/// The message of a batch of requests.
pub fn batch_from_requests(requests: &[Request]) -> RecommendationBatchRequest {
    RecommendationBatchRequest {
        requests: requests.iter().map(message_from_request).collect(),
    }
}

/// The requests in a batch message.
pub fn requests_from_batch(message: RecommendationBatchRequest) -> Vec<Request> {
    message.requests.into_iter().map(request_from_message).collect()
}

/// The message of a batch of replies.
pub fn batch_from_replies(replies: &[Reply]) -> RecommendationBatchResponse {
    RecommendationBatchResponse { responses: replies.iter().map(message_from_reply).collect() }
}

/// Fills replies from their batch message.
///
/// # Errors
/// `Malformed` when the message holds another number of replies.
pub fn fill_replies(message: &RecommendationBatchResponse, replies: &mut [Reply]) -> Outcome {
    if message.responses.len() != replies.len() {
        let detail = format!("{} answers to {} questions", message.responses.len(), replies.len());
        return Err(CallError::new(ErrorKind::Malformed, detail));
    }
    message
        .responses
        .iter()
        .zip(replies)
        .for_each(|(message, reply)| fill_reply(message, reply));
    Ok(())
}
