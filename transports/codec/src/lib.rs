//! How a request and a reply become bytes, and the generated messages of the contract.
//!
//! A [`Format`] writes and reads any message; the functions of [`convert`] and of this crate's root
//! put domain values in between. Format and transport are separate axes: a carrier of bytes works
//! with any format. This crate knows no framing and no transport.

mod convert;
mod format;
mod json;
mod whole;

pub use convert::{
    batch_from_replies, batch_from_requests, fill_replies, fill_reply, message_from_reply,
    message_from_request, request_from_message, requests_from_batch,
};
pub use format::{Format, Json, Protobuf};
pub use whole::{
    decode_replies, decode_reply, decode_request, decode_requests, encode_replies, encode_reply,
    encode_request, encode_requests,
};

/// Messages of `recommendations.proto`, with their proto3 JSON mapping.
#[allow(missing_docs, unreachable_pub, clippy::all)]
pub mod recommendations {
    include!(concat!(env!("OUT_DIR"), "/recommendations.rs"));
}

/// Messages of `tollgate.proto`.
#[allow(missing_docs, unreachable_pub, clippy::all)]
pub mod tollgate {
    include!(concat!(env!("OUT_DIR"), "/tollgate.rs"));
}

/// The contract as an encoded `google.protobuf.FileDescriptorSet`, for code generation and
/// reflection.
pub const DESCRIPTOR_SET: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/contract.bin"));
