//! What the lane says of itself, its fairness card included. How bytes move is not here.

use api::{Mode, Profile, Properties, Role, Set, Spec, Topology, Waiting};
use codec::{Format, Protobuf};
use shape::Broker;

use crate::Redis;

/// `queue-redis`: two lists, protobuf.
pub(crate) fn queue_redis() -> Spec {
    Spec {
        transport: "queue-redis",
        callee: "rust",
        role: Role::Queue,
        sets: &[Set::Default, Set::Ci],
        summary: "request and reply over two lists of a Redis server, protobuf",
        made_of: &["redis", "tokio", "prost"],
        looseness: 82,
        profile: Profile::Equal,
        variant_of: None,
        waiting: Waiting::Async,
        topology: Topology::Broker { server: Redis::SERVER },
        codec: Some(Protobuf::NAME),
        // Its own echo: nothing but messages stands between it and the broker.
        carrier: Some("queue-redis"),
        modes: &[Mode::Batched, Mode::Pipelined],
        properties: Properties {
            typed_contract: true,
            deadline: true,
            multiplexing: true,
            survives_callee_crash: true,
            readable_with_curl: false,
        },
        answers: true,
        library: None,
        fairness: &[
            ("runtime", "tokio current-thread on both sides, one task reads"),
            ("connections", "2 on each side: one sends, one waits in BRPOP"),
            ("TCP_NODELAY", "on, both ends of each"),
            (
                "commands",
                "LPUSH and PEXPIRE to send, BRPOP to receive: nothing is acknowledged",
            ),
            ("codec", "protobuf messages, by prost"),
        ],
    }
}
