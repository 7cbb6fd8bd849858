//! The lanes of this crate, as types: each differs from [`Plain`] in what its constants and methods
//! say, and in nothing else. How a call travels is not here: that is its [`Variant::Conn`].

use crate::{
    client::Client,
    counted::{Connector, Count},
    lane::Opens,
    lean::Lean,
    manner::Unary,
    streaming::{Collected, Listed, OneStream},
};
use api::{Profile, Properties, Spec, Topology, Waiting};
use net::{Carrier, Flavour, Tcp, Unix};
use std::{future::Future, time::Duration};
use tonic::transport::{Channel, Endpoint, Error, Server, server::Connected};

/// One line of a fairness card: what, and its value.
type Line = (&'static str, &'static str);

/// What makes a lane.
pub trait Variant: Sized + 'static {
    /// The kind of socket.
    type Carrier: Carrier<Stream: Connected>;
    /// The caller's connection.
    type Conn: Opens<Self>;

    /// The name of the transport.
    const NAME: &'static str;
    /// One line for a person.
    const SUMMARY: &'static str;
    /// The place on the spectrum.
    const LOOSENESS: u8;
    /// The transport whose echo is the bare carrier: the same kind of socket, waited for by tokio
    /// too.
    const BARE: &'static str = "tcp-tokio";
    /// Crates, outermost first.
    const MADE_OF: &'static [&'static str] = &["tonic", "prost", "hyper", "h2"];
    /// Under which settings it runs.
    const PROFILE: Profile = Profile::Equal;
    /// The transport from which it differs in one thing.
    const VARIANT_OF: Option<&'static str> = Some(Plain::NAME);
    /// Measured when nobody names lanes.
    const DEFAULT: bool = false;
    /// The runtime, on both sides.
    const FLAVOUR: Flavour = Flavour::CurrentThread;
    /// What stands before the address in an endpoint.
    const SCHEME: &'static str = "http://";
    /// Which methods carry the questions.
    const CALLS: Line = ("calls", "unary; streamed: a bidirectional call for each action");
    /// What is done for a quiet connection.
    const KEEP_ALIVE: Line = ("keep-alive", "HTTP/2 connection kept open, pings off (default)");
    /// Flow control and frames.
    const WINDOWS: Line = (
        "HTTP/2 windows",
        "caller 2 MiB a stream, 5 MiB a connection; callee 1 MiB each; frames of 16 KiB (hyper's \
        defaults)",
    );
    /// The card.
    const FAIRNESS: &'static [Line] = &[
        match Self::FLAVOUR {
            Flavour::CurrentThread => ("runtime", "tokio current-thread, both sides"),
            Flavour::MultiThread => (
                "runtime",
                "tokio multi-thread, a worker for each core that it may run on, both sides",
            ),
        },
        Self::Carrier::FAIRNESS,
        ("connections", "1"),
        Self::CALLS,
        ("compression", "none"),
        Self::KEEP_ALIVE,
        Self::WINDOWS,
        ("HTTP/2 streams", "no limit on how many are open at once (tonic's default)"),
        ("deadline", "kept by the caller, not sent along"),
    ];

    /// Whether its caller gives a second handle for calls of their own on the same connection.
    const MULTIPLEXES: bool = true;

    /// Settings of the caller's channel.
    fn endpoint(endpoint: Endpoint) -> Endpoint {
        endpoint
    }

    /// Opens a channel, and counts its bytes where the kernel does not.
    fn connect(
        endpoint: Endpoint,
        _address: &str,
    ) -> impl Future<Output = Result<(Channel, Option<Count>), Error>> {
        async move { Ok((endpoint.connect().await?, None)) }
    }

    /// Settings of the callee.
    fn server(server: Server) -> Server {
        server
    }
}

/// What the lane says of itself.
pub(crate) fn spec<V: Variant>() -> Spec {
    Spec {
        transport: V::NAME,
        callee: "rust",
        summary: V::SUMMARY,
        made_of: V::MADE_OF,
        looseness: V::LOOSENESS,
        profile: V::PROFILE,
        variant_of: V::VARIANT_OF,
        waiting: Waiting::Async,
        topology: Topology::Callee { listen: V::Carrier::LISTEN },
        codec: Some("protobuf"),
        carrier: Some(V::BARE),
        modes: V::Conn::MODES,
        properties: Properties {
            typed_contract: true,
            deadline: true,
            multiplexing: V::MULTIPLEXES,
            survives_callee_crash: true,
            readable_with_curl: false,
        },
        answers: true,
        default: V::DEFAULT,
        library: None,
        fairness: V::FAIRNESS,
    }
}

/// `grpc`: as people write it.
pub struct Plain;

impl Variant for Plain {
    type Carrier = Tcp;
    type Conn = Client<Unary>;
    const NAME: &'static str = "grpc";
    const SUMMARY: &'static str = "protobuf messages over HTTP/2 on loopback TCP, by tonic";
    const LOOSENESS: u8 = 45;
    const VARIANT_OF: Option<&'static str> = None;
    const DEFAULT: bool = true;
}

/// `grpc-uds`: the other kind of local socket.
pub(crate) struct Uds;

impl Variant for Uds {
    type Carrier = Unix;
    type Conn = Client<Unary>;
    const NAME: &'static str = "grpc-uds";
    const SUMMARY: &'static str = "protobuf messages over HTTP/2 on a Unix socket, by tonic";
    const LOOSENESS: u8 = 43;
    const BARE: &'static str = "uds-tokio";
    const DEFAULT: bool = true;
    const SCHEME: &'static str = "unix:";

    /// tonic could open the socket itself, but not count.
    async fn connect(endpoint: Endpoint, address: &str) -> Result<(Channel, Option<Count>), Error> {
        let count = Count::default();
        let connector = Connector { endpoint: address.to_owned(), count: count.clone() };
        Ok((endpoint.connect_with_connector(connector).await?, Some(count)))
    }
}

/// `grpc-lean`: a caller without tonic, tower and hyper.
pub(crate) struct Bare;

impl Variant for Bare {
    type Carrier = Tcp;
    type Conn = Lean<Self>;
    const NAME: &'static str = "grpc-lean";
    const SUMMARY: &'static str = "the callee of grpc, called by a bare HTTP/2 client";
    const LOOSENESS: u8 = 42;
    const MADE_OF: &'static [&'static str] = &["h2", "prost"];
    const PROFILE: Profile = Profile::Lean;
    /// Each call drives the connection by itself.
    const MULTIPLEXES: bool = false;
    const CALLS: Line = (
        "calls",
        "unary; streamed: a bidirectional call for each action; the connection is driven by the \
        call, by no task of its own",
    );
}

/// `grpc-stream`: calls as messages of one stream.
pub(crate) struct Stream;

impl Variant for Stream {
    type Carrier = Tcp;
    type Conn = Client<OneStream>;
    const NAME: &'static str = "grpc-stream";
    const SUMMARY: &'static str = "one bidirectional stream, a message each way is a call";
    const LOOSENESS: u8 = 44;
    /// One stream has one order of messages.
    const MULTIPLEXES: bool = false;
    const CALLS: Line = (
        "calls",
        "messages of one bidirectional call, opened with the connection and again after a \
        refusal; stamped calls are unary",
    );
}

/// `grpc-client-stream`: questions as a stream.
pub(crate) struct ClientStream;

impl Variant for ClientStream {
    type Carrier = Tcp;
    type Conn = Client<Collected>;
    const NAME: &'static str = "grpc-client-stream";
    const SUMMARY: &'static str = "questions as a client stream, all answers in one message";
    const LOOSENESS: u8 = 46;
    const CALLS: Line =
        ("calls", "a client-streaming call for each action; stamped calls are unary");
}

/// `grpc-server-stream`: answers as a stream.
pub(crate) struct ServerStream;

impl Variant for ServerStream {
    type Carrier = Tcp;
    type Conn = Client<Listed>;
    const NAME: &'static str = "grpc-server-stream";
    const SUMMARY: &'static str = "all questions in one message, answers as a server stream";
    const LOOSENESS: u8 = 47;
    const CALLS: Line =
        ("calls", "a server-streaming call for each action; stamped calls are unary");
}

/// `grpc-mt`: tokio's default runtime.
pub(crate) struct Threads;

impl Variant for Threads {
    type Carrier = Tcp;
    type Conn = Client<Unary>;
    const NAME: &'static str = "grpc-mt";
    const SUMMARY: &'static str = "grpc on multi-thread runtimes, both sides";
    const LOOSENESS: u8 = 48;
    const FLAVOUR: Flavour = Flavour::MultiThread;
}

/// `grpc-tuned`: as documents advise. Each setting has its source in FAIRNESS.md.
pub(crate) struct Tuned;

impl Tuned {
    /// Holds the largest batch of answers, about 14 MB.
    const WINDOW_BYTES: u32 = 16 << 20;
    const FRAME_BYTES: u32 = 1 << 20;
    const PING_EVERY: Duration = Duration::from_secs(60);
}

impl Variant for Tuned {
    type Carrier = Tcp;
    type Conn = Client<Unary>;
    const NAME: &'static str = "grpc-tuned";
    const SUMMARY: &'static str = "grpc with the settings that its documentation advises";
    const LOOSENESS: u8 = 49;
    const PROFILE: Profile = Profile::Tuned;
    const FLAVOUR: Flavour = Flavour::MultiThread;
    const KEEP_ALIVE: Line = ("keep-alive", "the caller pings every 60 s while calls are open");
    const WINDOWS: Line = (
        "HTTP/2 windows",
        "16 MiB a stream and a connection, frames of 1 MiB, both sides",
    );

    fn endpoint(endpoint: Endpoint) -> Endpoint {
        endpoint
            .initial_stream_window_size(Self::WINDOW_BYTES)
            .initial_connection_window_size(Self::WINDOW_BYTES)
            .max_frame_size(Self::FRAME_BYTES)
            .http2_keep_alive_interval(Self::PING_EVERY)
    }

    fn server(server: Server) -> Server {
        server
            .initial_stream_window_size(Self::WINDOW_BYTES)
            .initial_connection_window_size(Self::WINDOW_BYTES)
            .max_frame_size(Self::FRAME_BYTES)
    }
}
