//! The lanes of this crate, as types: each differs from [`Plain`] in what its constants and methods
//! say, and in nothing else. How a call travels is not here: that is its [`Variant::Conn`].

use crate::{
    calls::{ClientStreaming, OneStream, ServerStreaming, Unary},
    client::Client,
    counted_socket::{Connector, Count},
    lane::{BASE, Line, Variant},
    lean::Lean,
};
use api::{Profile, Set};
use net::{Flavour, Tcp, Unix};
use std::time::Duration;
use tonic::transport::{Channel, Endpoint, Error, Server};

/// `grpc`: as people write it.
pub struct Plain;

impl Variant for Plain {
    type Carrier = Tcp;
    type Conn = Client<Unary>;
    const NAME: &'static str = BASE;
    const SUMMARY: &'static str = "protobuf messages over HTTP/2 on loopback TCP, by tonic";
    const LOOSENESS: u8 = 45;
    const VARIANT_OF: Option<&'static str> = None;
    const SETS: &'static [Set] = &[Set::Default, Set::Ci, Set::Interop];
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
    const SETS: &'static [Set] = &[Set::Default];
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
    type Conn = Client<ClientStreaming>;
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
    type Conn = Client<ServerStreaming>;
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
