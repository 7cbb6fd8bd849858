//! Length-prefixed frames over blocking sockets: the least that a local byte boundary takes.
//!
//! `uds` carries protobuf, `uds-json` the proto3 JSON mapping; frames and carrier are the same, so the two differ by
//! the codec alone. This crate knows no runtime: a call blocks its thread.

mod client;
mod frame;
mod server;

pub use client::{Socket, SocketConnection};

use api::{Mode, Profile, Properties, Registrar, Spec, Topology};
use codec::{Format, Json, Protobuf};

/// Registers the lanes.
pub fn lanes(registrar: &mut impl Registrar) {
    registrar.lane(
        Spec { default: true, ..spec::<Protobuf>("uds", 25, "length-prefixed protobuf over a Unix socket") },
        Socket::<Protobuf>::default,
    );
    registrar.lane(
        spec::<Json>("uds-json", 27, "length-prefixed JSON over a Unix socket"),
        Socket::<Json>::default,
    );
}

fn spec<F: Format>(transport: &'static str, looseness: u8, summary: &'static str) -> Spec {
    let made_of: &[&str] = if F::NAME == Json::NAME { &["serde_json"] } else { &["prost"] };
    Spec {
        transport,
        callee: "rust",
        summary,
        made_of,
        looseness,
        profile: Profile::Equal,
        variant_of: None,
        topology: Topology::Callee { listen: "unix:" },
        codec: Some(F::NAME),
        carrier: Some(transport),
        modes: &[Mode::Batched, Mode::Pipelined],
        properties: Properties {
            typed_contract: true,
            deadline: true,
            multiplexing: false,
            survives_callee_crash: true,
            readable_with_curl: false,
        },
        answers: true,
        default: false,
        library: None,
        fairness: &[
            ("runtime", "none: blocking calls, a thread for each connection in the callee"),
            ("connections", "1"),
        ],
    }
}
