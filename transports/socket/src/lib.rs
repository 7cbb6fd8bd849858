//! Length-prefixed frames over local sockets: the least that a local byte boundary takes.
//!
//! The lanes have everything in common but three things, one of which differs from a lane to its
//! variant: the carrier (Unix socket or TCP on loopback), the codec (protobuf or the proto3 JSON
//! mapping), and who waits (the calling thread, or a tokio runtime). What does not depend on the
//! last is written once, without sockets (`frame`, `round`, `client`, `server`); `blocking` and
//! `waiting` are the two ways of moving its bytes.

mod blocking;
mod carrier;
mod client;
mod frame;
mod round;
mod server;
mod waiting;

pub use blocking::Blocking;
pub use client::Client;
pub use waiting::Waiting;

use api::{Mode, Profile, Properties, Registrar, Spec, Topology};
use carrier::Carrier;
use codec::{Format, Json, Protobuf};
use net::{Tcp, Unix};

/// Registers the lanes, tight to loose.
pub fn lanes(registrar: &mut impl Registrar) {
    let uds =
        blocking::<Unix, Protobuf>("uds", 25, None, "length-prefixed protobuf over a Unix socket");
    registrar.lane(Spec { default: true, ..uds }, Blocking::<Unix, Protobuf>::default);
    registrar.lane(
        waiting::<Unix, Protobuf>(
            "uds-tokio",
            26,
            Some("uds"),
            "length-prefixed protobuf over a Unix socket, tokio",
        ),
        Waiting::<Unix, Protobuf>::default,
    );
    registrar.lane(
        blocking::<Unix, Json>(
            "uds-json",
            27,
            Some("uds"),
            "length-prefixed JSON over a Unix socket",
        ),
        Blocking::<Unix, Json>::default,
    );
    let tcp = blocking::<Tcp, Protobuf>(
        "tcp",
        30,
        Some("uds"),
        "length-prefixed protobuf over loopback TCP",
    );
    registrar.lane(Spec { default: true, ..tcp }, Blocking::<Tcp, Protobuf>::default);
    registrar.lane(
        waiting::<Tcp, Protobuf>(
            "tcp-tokio",
            31,
            Some("tcp"),
            "length-prefixed protobuf over loopback TCP, tokio",
        ),
        Waiting::<Tcp, Protobuf>::default,
    );
    registrar.lane(
        blocking::<Tcp, Json>(
            "tcp-json",
            32,
            Some("tcp"),
            "length-prefixed JSON over loopback TCP",
        ),
        Blocking::<Tcp, Json>::default,
    );
}

/// What a lane says of its format.
trait Said: Format {
    const MADE_OF: &'static str;
    const FAIRNESS: (&'static str, &'static str);
}

impl Said for Protobuf {
    const MADE_OF: &'static str = "prost";
    const FAIRNESS: (&'static str, &'static str) = ("codec", "protobuf messages, by prost");
}

impl Said for Json {
    const MADE_OF: &'static str = "serde_json";
    const FAIRNESS: (&'static str, &'static str) =
        ("codec", "the proto3 JSON mapping of the messages, by serde_json");
}

const CONNECTIONS: (&str, &str) = ("connections", "1");

fn blocking<C: Carrier, F: Said>(
    transport: &'static str,
    looseness: u8,
    variant_of: Option<&'static str>,
    summary: &'static str,
) -> Spec {
    const RUNTIME: (&str, &str) =
        ("runtime", "none: blocking calls, a thread for each connection in the callee");
    Spec {
        made_of: const { &[F::MADE_OF] },
        waiting: api::Waiting::Blocking,
        fairness: const { &[RUNTIME, CONNECTIONS, C::FAIRNESS, F::FAIRNESS] },
        ..of_any_lane::<C, F>(transport, looseness, variant_of, summary)
    }
}

fn waiting<C: Carrier, F: Said>(
    transport: &'static str,
    looseness: u8,
    variant_of: Option<&'static str>,
    summary: &'static str,
) -> Spec {
    const RUNTIME: (&str, &str) = (
        "runtime",
        "tokio current-thread on both sides, a task for each connection in the callee",
    );
    Spec {
        made_of: const { &["tokio", F::MADE_OF] },
        fairness: const { &[RUNTIME, CONNECTIONS, C::FAIRNESS, F::FAIRNESS] },
        ..of_any_lane::<C, F>(transport, looseness, variant_of, summary)
    }
}

fn of_any_lane<C: Carrier, F: Format>(
    transport: &'static str,
    looseness: u8,
    variant_of: Option<&'static str>,
    summary: &'static str,
) -> Spec {
    Spec {
        transport,
        callee: "rust",
        summary,
        made_of: &[],
        looseness,
        profile: Profile::Equal,
        variant_of,
        waiting: api::Waiting::Async,
        topology: Topology::Callee { listen: C::LISTEN },
        codec: Some(F::NAME),
        // Its own echo: nothing but frames stands between a lane and the kernel.
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
        fairness: &[],
    }
}
