//! The lanes as types: each says what it is and by what it differs from `rest`. They share
//! everything else.

use crate::{
    exchange::Wire,
    lean::Lean,
    pooled::{Pooled, Settings},
};
use api::{Mode, Profile, Properties, Role, Set, Spec, Topology, Waiting};
use net::{Carrier, Flavour, Tcp, Unix};
use reqwest::ClientBuilder;

/// One lane.
pub trait Variant: 'static {
    /// The kind of socket.
    type Carrier: Carrier;
    /// The caller's side of HTTP.
    type Wire: Wire;
    /// The runtime of both sides.
    const FLAVOUR: Flavour = Flavour::CurrentThread;

    /// What the lane says of itself.
    fn spec() -> Spec;
}

/// Transports whose echo is a lane's bare carrier: the same kind of socket, waited for by tokio
/// too.
const TCP: &str = "tcp-tokio";
const UNIX: &str = "uds-tokio";

type Fairness = (&'static str, &'static str);

const ONE_THREAD: Fairness = ("runtime", "tokio current-thread, both sides");
const ONE_CONNECTION: Fairness = ("connections", "1");
const NOT_COMPRESSED: Fairness = ("compression", "none");
const POOL: Fairness = ("keep-alive", "HTTP/1.1 keep-alive (default), a pool of one connection");
const NO_PROXY: Fairness = ("proxy, redirects, retries", "off");
const DEADLINE: Fairness = ("deadline", "kept by the caller, not sent along");

/// `rest`: reqwest and axum over HTTP/1.1 and TCP.
pub struct Plain;

impl Settings for Plain {}

impl Variant for Plain {
    type Carrier = Tcp;
    type Wire = Pooled<Tcp, Self>;

    fn spec() -> Spec {
        Spec {
            transport: "rest",
            callee: "rust",
            role: Role::Http,
            sets: &[Set::Default, Set::Ci, Set::Interop],
            summary: "JSON over HTTP/1.1 on loopback TCP, by axum and reqwest",
            made_of: &["axum", "reqwest", "hyper", "serde_json"],
            looseness: 65,
            profile: Profile::Equal,
            variant_of: None,
            waiting: Waiting::Async,
            topology: Topology::Callee { listen: Tcp::LISTEN },
            codec: Some("json"),
            carrier: Some(TCP),
            // Pipelined and streamed are not there: HTTP/1.1 has one call in flight on a
            // connection.
            modes: &[Mode::Batched],
            properties: Properties {
                typed_contract: false,
                deadline: true,
                multiplexing: false,
                survives_callee_crash: true,
                readable_with_curl: true,
            },
            answers: true,
            library: None,
            fairness: &[
                ONE_THREAD,
                Tcp::FAIRNESS,
                ONE_CONNECTION,
                NOT_COMPRESSED,
                POOL,
                NO_PROXY,
                DEADLINE,
            ],
        }
    }
}

/// What every other lane says beside what it says itself.
fn variant() -> Spec {
    Spec { variant_of: Some("rest"), sets: &[], ..Plain::spec() }
}

/// `rest-lean`: a bare connection of hyper in the place of reqwest.
pub struct Bare;

impl Variant for Bare {
    type Carrier = Tcp;
    type Wire = Lean;

    fn spec() -> Spec {
        Spec {
            transport: "rest-lean",
            sets: &[Set::Default],
            summary: "JSON over HTTP/1.1 on loopback TCP, by axum and a bare hyper connection",
            made_of: &["axum", "hyper", "serde_json"],
            looseness: 62,
            profile: Profile::Lean,
            fairness: &[
                ONE_THREAD,
                Tcp::FAIRNESS,
                ONE_CONNECTION,
                NOT_COMPRESSED,
                (
                    "client",
                    "no pool, no URLs, no redirects; the call's own task drives the connection",
                ),
                DEADLINE,
            ],
            ..variant()
        }
    }
}

/// `rest-uds`: over a Unix socket.
pub struct OverUnix;

impl Settings for OverUnix {}

impl Variant for OverUnix {
    type Carrier = Unix;
    type Wire = Pooled<Unix, Self>;

    fn spec() -> Spec {
        Spec {
            transport: "rest-uds",
            summary: "JSON over HTTP/1.1 on a Unix socket, by axum and reqwest",
            looseness: 63,
            topology: Topology::Callee { listen: Unix::LISTEN },
            carrier: Some(UNIX),
            fairness: &[
                ONE_THREAD,
                Unix::FAIRNESS,
                ONE_CONNECTION,
                NOT_COMPRESSED,
                POOL,
                NO_PROXY,
                DEADLINE,
            ],
            ..variant()
        }
    }
}

/// `rest-h2`: HTTP/2 on both ends, which therefore multiplexes.
pub struct Http2;

impl Settings for Http2 {
    const MULTIPLEXES: bool = true;

    fn settle(builder: ClientBuilder) -> ClientBuilder {
        builder
            .http2_prior_knowledge()
            .pool_max_idle_per_host(1)
            .pool_idle_timeout(None)
    }
}

impl Variant for Http2 {
    type Carrier = Tcp;
    type Wire = Pooled<Tcp, Self>;

    fn spec() -> Spec {
        let variant = variant();
        Spec {
            transport: "rest-h2",
            summary: "JSON over HTTP/2 with prior knowledge on loopback TCP, by axum and reqwest",
            made_of: &["axum", "reqwest", "hyper", "h2", "serde_json"],
            looseness: 64,
            modes: &[Mode::Batched, Mode::Pipelined],
            properties: Properties { multiplexing: true, ..variant.properties },
            fairness: &[
                ONE_THREAD,
                Tcp::FAIRNESS,
                ONE_CONNECTION,
                NOT_COMPRESSED,
                ("keep-alive", "HTTP/2 connection kept open, pings off (default)"),
                (
                    "HTTP/2 windows",
                    "caller 2 MiB a stream, 5 MiB a connection; callee 1 MiB each (hyper's \
                    defaults)",
                ),
                (
                    "HTTP/2 streams",
                    "at most 200 at once (hyper's default): of more calls in flight the rest wait",
                ),
                NO_PROXY,
                DEADLINE,
            ],
            ..variant
        }
    }
}

/// `rest-tuned`: as the documentation of its libraries advises; FAIRNESS.md has each setting with
/// its source.
pub struct Tuned;

impl Settings for Tuned {
    /// reqwest's defaults are "what is usually the most commonly desired value", its pool included.
    fn settle(builder: ClientBuilder) -> ClientBuilder {
        builder
    }
}

impl Variant for Tuned {
    type Carrier = Tcp;
    type Wire = Pooled<Tcp, Self>;
    const FLAVOUR: Flavour = Flavour::MultiThread;

    fn spec() -> Spec {
        Spec {
            transport: "rest-tuned",
            summary: "JSON over HTTP/1.1 on loopback TCP, by axum and reqwest, set as \
            their documentation advises",
            looseness: 66,
            profile: Profile::Tuned,
            fairness: &[
                (
                    "runtime",
                    "tokio multi-thread with a worker for each core that it may run on, both \
                    sides (tokio::main's default)",
                ),
                Tcp::FAIRNESS,
                (
                    "connections",
                    "reqwest's pool as it comes: another is opened when the first comes back late \
                    (2 to 4 seen)",
                ),
                NOT_COMPRESSED,
                (
                    "keep-alive",
                    "HTTP/1.1 keep-alive, connections dropped after 90 s unused (default)",
                ),
                ("client", "one, made once and used again (reqwest's advice)"),
                ("sources", "FAIRNESS.md, \"The profile tuned\""),
                NO_PROXY,
                DEADLINE,
            ],
            ..variant()
        }
    }
}
