//! How a request and a reply become bytes, and the generated messages of the contract.
//!
//! A [`Format`] writes and reads any message; the functions of this crate's root put domain values
//! in between. Format and transport are separate axes: a carrier of bytes works with any format.
//! This crate knows no framing and no transport.

mod convert;
mod encoding;
mod format;
mod json;
mod messages;

pub use convert::{
    batch_from_replies, batch_from_requests, fill_replies, fill_reply, message_from_reply,
    message_from_request, request_from_message, requests_from_batch,
};
pub use encoding::{
    decode_replies, decode_reply, decode_request, decode_requests, encode_replies, encode_reply,
    encode_request, encode_requests,
};
pub use format::{Format, Json, Protobuf};
pub use messages::{DESCRIPTOR_SET, recommendations, tollgate};
