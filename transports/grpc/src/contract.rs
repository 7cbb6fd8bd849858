//! The contract as gRPC has it: the generated stubs, the names by which methods are called without
//! them, and the message of an echo. It sends nothing.

use api::{CallError, ErrorKind};
use codec::tollgate::EchoRequest;

/// The stubs of `recommendations.Recommender`.
#[allow(missing_docs, unreachable_pub, clippy::all)]
pub(crate) mod recommender {
    include!(concat!(env!("OUT_DIR"), "/recommendations.rs"));
}

/// The stubs of `tollgate.Probe`.
#[allow(missing_docs, unreachable_pub, clippy::all)]
pub(crate) mod probe {
    include!(concat!(env!("OUT_DIR"), "/tollgate.rs"));
}

/// The service, as health checks name it.
pub(crate) const SERVICE: &str = "recommendations.Recommender";
/// One question, one answer.
pub(crate) const ONE: &str = "/recommendations.Recommender/GetRecommendations";
/// Many questions in a message, as many answers in another.
pub(crate) const BATCH: &str = "/recommendations.Recommender/GetRecommendationsBatch";
/// Questions and answers as messages of two streams.
pub(crate) const STREAM: &str = "/recommendations.Recommender/StreamRecommendations";
/// Opaque bytes.
pub(crate) const ECHO: &str = "/tollgate.Probe/Echo";

/// The message that asks for an echo.
///
/// # Errors
/// `TooLarge` for more bytes than the message can ask for.
pub(crate) fn echo_request(payload: &[u8], reply_bytes: usize) -> Result<EchoRequest, CallError> {
    let reply_bytes = u32::try_from(reply_bytes)
        .map_err(|_| CallError::new(ErrorKind::TooLarge, format!("{reply_bytes} bytes back")))?;
    Ok(EchoRequest { payload: payload.to_vec(), reply_bytes })
}
