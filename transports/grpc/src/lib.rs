//! The lane `grpc`: the workload as a gRPC service, the way people write it with tonic.
//!
//! This crate knows how a call crosses HTTP/2, and how long the callee's parts of it took. It knows nothing of the
//! harness, and generates no messages: those are `codec`'s.

mod client;
mod life;
mod message_codec;
mod server;
mod stamps;
mod status;

pub use client::{Client, Grpc};

use api::{Mode, Profile, Properties, Registrar, Spec, Topology};

/// The stubs of `recommendations.Recommender`.
#[allow(missing_docs, unreachable_pub, clippy::all)]
mod recommender {
    include!(concat!(env!("OUT_DIR"), "/recommendations.rs"));
}

/// The stubs of `tollgate.Probe`.
#[allow(missing_docs, unreachable_pub, clippy::all)]
mod probe {
    include!(concat!(env!("OUT_DIR"), "/tollgate.rs"));
}

/// Registers the lanes of this crate.
pub fn lanes(registrar: &mut impl Registrar) {
    registrar.lane(spec(), Grpc::default);
}

fn spec() -> Spec {
    Spec {
        transport: "grpc",
        callee: "rust",
        summary: "protobuf messages over HTTP/2 on loopback TCP, by tonic",
        made_of: &["tonic", "prost", "hyper", "h2"],
        looseness: 45,
        profile: Profile::Equal,
        variant_of: None,
        topology: Topology::Callee { listen: "127.0.0.1:0" },
        codec: Some("protobuf"),
        carrier: Some("tcp"),
        modes: &[Mode::Batched, Mode::Pipelined, Mode::Streamed],
        properties: Properties {
            typed_contract: true,
            deadline: true,
            multiplexing: true,
            survives_callee_crash: true,
            readable_with_curl: false,
        },
        answers: true,
        default: true,
        library: None,
        fairness: &[
            ("runtime", "tokio current-thread, both sides"),
            ("TCP_NODELAY", "on, both ends"),
            ("connections", "1"),
            ("compression", "none"),
            ("keep-alive", "HTTP/2 connection kept open, pings off (default)"),
            (
                "HTTP/2 windows",
                "caller 2 MiB a stream, 5 MiB a connection; callee 1 MiB each (hyper's defaults)",
            ),
            (
                "HTTP/2 streams",
                "at most 200 at once (hyper's default): of more calls in flight the rest wait",
            ),
            ("deadline", "kept by the caller, not sent along"),
        ],
    }
}
