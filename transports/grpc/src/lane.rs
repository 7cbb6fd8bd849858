//! What makes a lane of this crate: what a [`Variant`] can set, how its connection [`Opens`], what
//! it says of itself, and the lane itself, which is the caller's runtime. Which variants there are
//! is not here, nor how a call travels.

use crate::{counted_socket::Count, server};
use api::{
    CallError, Connection, Host, Lane, Mode, Open, Profile, Properties, Role, ServeError, Set,
    Spec, Topology, Waiting,
};
use net::{Carrier, Flavour};
use std::{future::Future, marker::PhantomData};
use tokio::runtime::Runtime;
use tonic::transport::{Channel, Endpoint, Error, Server, server::Connected};

/// The lane that the others differ from.
pub(crate) const BASE: &str = "grpc";

/// One line of a fairness card: what, and its value.
pub(crate) type Line = (&'static str, &'static str);

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
    const VARIANT_OF: Option<&'static str> = Some(BASE);
    /// The choices of lanes that it belongs to.
    const SETS: &'static [Set] = &[];
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

/// A connection that variant `V` opens.
pub trait Opens<V>: Connection + 'static {
    /// Modes beyond chatty.
    const MODES: &'static [Mode];

    /// Connects, and makes sure that what answers is a callee.
    ///
    /// # Errors
    /// As [`Lane::open`].
    fn open(at: &Open<'_>) -> impl Future<Output = Result<Self, CallError>>;
}

/// What the lane says of itself.
pub(crate) fn spec<V: Variant>() -> Spec {
    Spec {
        transport: V::NAME,
        callee: "rust",
        role: Role::Rpc,
        sets: V::SETS,
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
        library: None,
        fairness: V::FAIRNESS,
    }
}

/// A lane of this crate: the caller's runtime.
pub struct Grpc<V> {
    runtime: Runtime,
    variant: PhantomData<V>,
}

impl<V: Variant> Default for Grpc<V> {
    fn default() -> Self {
        let runtime = V::FLAVOUR
            .runtime()
            .expect("the operating system gives every process an event queue and threads");
        Self { runtime, variant: PhantomData }
    }
}

impl<V: Variant> Lane for Grpc<V> {
    type Conn = V::Conn;

    fn open(&mut self, at: &Open<'_>) -> Result<V::Conn, CallError> {
        self.runtime.block_on(V::Conn::open(at))
    }

    fn block_on<F: Future>(&mut self, future: F) -> F::Output {
        self.runtime.block_on(future)
    }

    fn serve(host: Host<'_>) -> Result<(), ServeError> {
        server::serve::<V::Carrier>(host, V::FLAVOUR, V::SCHEME, V::server)
    }
}
