//! The lane `rest`: the workload as a JSON service over HTTP/1.1, the way people write it with axum and reqwest.
//!
//! This crate knows routes, headers and problem documents. It knows nothing of the harness, and has no messages of
//! its own: the JSON is the proto3 mapping of `codec`'s.

mod client;
mod life;
mod problem;
mod server;
mod stamps;

pub use client::{Client, Rest};

use api::{Mode, Profile, Properties, Registrar, Spec, Topology};

/// The service as an OpenAPI 3.1 document; the callee answers it at `/openapi.json`.
pub const OPENAPI_JSON: &str = include_str!("../openapi.json");

/// The header of an echo that says how many bytes are wanted back.
const REPLY_BYTES: &str = "tollgate-reply-bytes";

/// Registers the lanes of this crate.
pub fn lanes(registrar: &mut impl Registrar) {
    registrar.lane(spec(), Rest::default);
}

fn spec() -> Spec {
    Spec {
        transport: "rest",
        callee: "rust",
        summary: "JSON over HTTP/1.1 on loopback TCP, by axum and reqwest",
        made_of: &["axum", "reqwest", "hyper", "serde_json"],
        looseness: 65,
        profile: Profile::Equal,
        variant_of: None,
        topology: Topology::Callee { listen: "127.0.0.1:0" },
        codec: Some("json"),
        carrier: Some("tcp"),
        // Pipelined and streamed are not there: HTTP/1.1 has one call in flight on a connection.
        modes: &[Mode::Batched],
        properties: Properties {
            typed_contract: false,
            deadline: true,
            multiplexing: false,
            survives_callee_crash: true,
            readable_with_curl: true,
        },
        answers: true,
        default: true,
        library: None,
        fairness: &[
            ("runtime", "tokio current-thread, both sides"),
            ("TCP_NODELAY", "on, both ends"),
            ("connections", "1"),
            ("compression", "none"),
            ("keep-alive", "HTTP/1.1 keep-alive (default), a pool of one connection"),
            ("proxy", "off"),
            ("deadline", "kept by the caller, not sent along"),
        ],
    }
}
