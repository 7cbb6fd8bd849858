//! What each lane says of itself, its fairness card included. Lanes differ in the carrier, the
//! format, or who waits. How bytes move is not here.

use api::{Mode, Profile, Properties, Role, Set, Spec, Topology, Waiting};
use codec::{Format, Json, Protobuf};
use net::{Carrier, Tcp, Unix};

/// One line of a fairness card: what, and its value.
type Line = (&'static str, &'static str);

const BLOCKING: Line =
    ("runtime", "none: blocking calls, a thread for each connection in the callee");
const TOKIO: Line = (
    "runtime",
    "tokio current-thread on both sides, a task for each connection in the callee",
);
const CONNECTIONS: Line = ("connections", "1");
const PROTOBUF: Line = ("codec", "protobuf messages, by prost");
const JSON: Line = ("codec", "the proto3 JSON mapping of the messages, by serde_json");

/// `uds`: a Unix socket, protobuf, the calling thread waits.
pub(crate) fn uds() -> Spec {
    Spec {
        transport: "uds",
        callee: "rust",
        role: Role::Socket,
        sets: &[Set::Default, Set::Ci],
        summary: "length-prefixed protobuf over a Unix socket",
        made_of: &["prost"],
        looseness: 25,
        profile: Profile::Equal,
        variant_of: None,
        waiting: Waiting::Blocking,
        topology: Topology::Callee { listen: Unix::LISTEN },
        codec: Some(Protobuf::NAME),
        // Its own echo: nothing but frames stands between a lane and the kernel.
        carrier: Some("uds"),
        modes: &[Mode::Batched, Mode::Pipelined],
        properties: Properties {
            typed_contract: true,
            deadline: true,
            multiplexing: false,
            survives_callee_crash: true,
            readable_with_curl: false,
        },
        answers: true,
        library: None,
        fairness: &[BLOCKING, CONNECTIONS, Unix::FAIRNESS, PROTOBUF],
    }
}

/// `uds-tokio`: a runtime waits.
pub(crate) fn uds_tokio() -> Spec {
    Spec {
        transport: "uds-tokio",
        sets: &[],
        summary: "length-prefixed protobuf over a Unix socket, tokio",
        made_of: &["tokio", "prost"],
        looseness: 26,
        variant_of: Some("uds"),
        waiting: Waiting::Async,
        carrier: Some("uds-tokio"),
        fairness: &[TOKIO, CONNECTIONS, Unix::FAIRNESS, PROTOBUF],
        ..uds()
    }
}

/// `uds-json`: the other format.
pub(crate) fn uds_json() -> Spec {
    Spec {
        transport: "uds-json",
        sets: &[],
        summary: "length-prefixed JSON over a Unix socket",
        made_of: &["serde_json"],
        looseness: 27,
        variant_of: Some("uds"),
        codec: Some(Json::NAME),
        carrier: Some("uds-json"),
        fairness: &[BLOCKING, CONNECTIONS, Unix::FAIRNESS, JSON],
        ..uds()
    }
}

/// `tcp`: the other kind of local socket.
pub(crate) fn tcp() -> Spec {
    Spec {
        transport: "tcp",
        sets: &[Set::Default],
        summary: "length-prefixed protobuf over loopback TCP",
        looseness: 30,
        variant_of: Some("uds"),
        topology: Topology::Callee { listen: Tcp::LISTEN },
        carrier: Some("tcp"),
        fairness: &[BLOCKING, CONNECTIONS, Tcp::FAIRNESS, PROTOBUF],
        ..uds()
    }
}

/// `tcp-tokio`: a runtime waits.
pub(crate) fn tcp_tokio() -> Spec {
    Spec {
        transport: "tcp-tokio",
        sets: &[],
        summary: "length-prefixed protobuf over loopback TCP, tokio",
        made_of: &["tokio", "prost"],
        looseness: 31,
        variant_of: Some("tcp"),
        waiting: Waiting::Async,
        carrier: Some("tcp-tokio"),
        fairness: &[TOKIO, CONNECTIONS, Tcp::FAIRNESS, PROTOBUF],
        ..tcp()
    }
}

/// `tcp-json`: the other format.
pub(crate) fn tcp_json() -> Spec {
    Spec {
        transport: "tcp-json",
        sets: &[],
        summary: "length-prefixed JSON over loopback TCP",
        made_of: &["serde_json"],
        looseness: 32,
        variant_of: Some("tcp"),
        codec: Some(Json::NAME),
        carrier: Some("tcp-json"),
        fairness: &[BLOCKING, CONNECTIONS, Tcp::FAIRNESS, JSON],
        ..tcp()
    }
}
