//! What the lane says of itself. This is all that lists, plans, records and reports need.

use crate::client::NdJson;
use tollgate::api::{Mode, Profile, Properties, Registrar, Role, Set, Spec, Topology, Waiting};

/// Registers the lane.
pub fn lanes(registrar: &mut impl Registrar) {
    registrar.lane(spec(), || NdJson);
}

fn spec() -> Spec {
    Spec {
        transport: "tcp-ndjson",
        callee: "rust",
        role: Role::Socket,
        sets: &[Set::Default],
        summary: "newline-delimited JSON over loopback TCP, blocking",
        made_of: &["serde_json"],
        looseness: 33,
        profile: Profile::Equal,
        variant_of: None,
        waiting: Waiting::Blocking,
        topology: Topology::Callee { listen: "127.0.0.1:0" },
        codec: Some("json"),
        carrier: Some("tcp-ndjson"),
        modes: &[Mode::Batched],
        properties: Properties {
            typed_contract: false,
            deadline: true,
            multiplexing: false,
            survives_callee_crash: true,
            readable_with_curl: false,
        },
        answers: true,
        library: None,
        fairness: &[
            ("runtime", "none: blocking calls"),
            ("TCP_NODELAY", "on, both ends"),
            ("connections", "1"),
            (
                "deadline",
                "a socket timeout set before each read and write: a system call more for each, \
                within the call's time",
            ),
        ],
    }
}
