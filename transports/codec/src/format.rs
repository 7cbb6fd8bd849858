//! The formats: each one writes and reads any message of the contract.

use crate::json::{Object, has_half_a_surrogate_pair};
use api::{CallError, ErrorKind};
use prost::Message;
use serde::{Serialize, de::DeserializeOwned};

/// A way of writing messages as bytes.
pub trait Format: 'static {
    /// The name shown for lanes of this format.
    const NAME: &'static str;

    /// Appends the message.
    fn write<M: Message + Serialize>(message: &M, out: &mut Vec<u8>);

    /// Reads a whole message.
    ///
    /// # Errors
    /// `Malformed` when the bytes are none.
    fn read<M: Message + Default + DeserializeOwned>(bytes: &[u8]) -> Result<M, CallError>;
}

/// Protocol Buffers, by prost.
pub struct Protobuf;

/// The proto3 JSON mapping, by serde_json.
pub struct Json;

impl Format for Protobuf {
    const NAME: &'static str = "protobuf";

    fn write<M: Message + Serialize>(message: &M, out: &mut Vec<u8>) {
        // A Vec grows as needed: the only error of `encode`, too little room, cannot come.
        let _ = message.encode(out);
    }

    fn read<M: Message + Default + DeserializeOwned>(bytes: &[u8]) -> Result<M, CallError> {
        M::decode(bytes).map_err(|error| malformed("protobuf", &error))
    }
}

impl Format for Json {
    const NAME: &'static str = "json";

    fn write<M: Message + Serialize>(message: &M, out: &mut Vec<u8>) {
        // Messages hold text, numbers and lists of them, and a Vec takes every write: there is no
        // error to come.
        let _ = serde_json::to_writer(out, message);
    }

    fn read<M: Message + Default + DeserializeOwned>(bytes: &[u8]) -> Result<M, CallError> {
        // One UTF-8 check of the whole text is cheaper than one for each string (anchors: from_str
        // beats from_slice).
        let text = std::str::from_utf8(bytes).map_err(|error| malformed("JSON", &error))?;
        let object: Object<M> =
            serde_json::from_str(text).map_err(|error| malformed("JSON", &error))?;
        if text.contains("\\u") && has_half_a_surrogate_pair(text) {
            return Err(malformed("JSON", &"half a surrogate pair is no character"));
        }
        Ok(object.0)
    }
}

#[cold]
fn malformed(format: &str, error: &dyn std::fmt::Display) -> CallError {
    CallError::new(ErrorKind::Malformed, format!("not a {format} message of the contract: {error}"))
}
