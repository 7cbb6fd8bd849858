//! The lanes under test with their types erased, and both ends of a socket of their kind. No test
//! is here.

use api::{
    CallError, Connection, EngineKind, EngineSource, ErrorKind, Host, Lane, Open, Outcome,
    Registrar, Reply, Request, ServeError, Spec, Topology, WireBytes,
};
use socket2::{Domain, SockAddr, Type};
use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    os::unix::net::{UnixListener, UnixStream},
    sync::mpsc,
    thread,
    time::Duration,
};
use tempfile::TempDir;

/// Far longer than anything here takes.
pub(crate) const AGES: Duration = Duration::from_secs(30);

/// An open connection of some lane.
pub(crate) trait Caller {
    fn call(&mut self, request: &Request) -> Result<Reply, CallError>;
    fn pipeline(&mut self, requests: &[Request]) -> Result<Vec<Reply>, CallError>;
    fn echo(&mut self, payload: &[u8], reply_bytes: usize) -> Outcome;
    fn raw(&mut self, request: &[u8]) -> Outcome;
    fn wire_bytes(&self) -> Option<WireBytes>;
}

struct Opened<L: Lane> {
    lane: L,
    connection: L::Conn,
}

impl<L: Lane> Caller for Opened<L> {
    fn call(&mut self, request: &Request) -> Result<Reply, CallError> {
        let mut reply = Reply::default();
        self.lane.block_on(self.connection.call(request, &mut reply)).map(|()| reply)
    }

    fn pipeline(&mut self, requests: &[Request]) -> Result<Vec<Reply>, CallError> {
        let mut replies = vec![Reply::default(); requests.len()];
        self.lane
            .block_on(self.connection.pipeline(requests, &mut replies))
            .map(|()| replies)
    }

    fn echo(&mut self, payload: &[u8], reply_bytes: usize) -> Outcome {
        self.lane.block_on(self.connection.echo(payload, reply_bytes, &mut Vec::new()))
    }

    fn raw(&mut self, request: &[u8]) -> Outcome {
        self.lane.block_on(self.connection.raw(request, &mut Vec::new()))
    }

    fn wire_bytes(&self) -> Option<WireBytes> {
        self.connection.wire_bytes()
    }
}

type Opening = dyn Fn(&Open<'_>) -> Result<Box<dyn Caller>, CallError> + Send + Sync;

/// A lane under test.
pub(crate) struct Tested {
    pub(crate) spec: Spec,
    open: Box<Opening>,
    serve: fn(Host<'_>) -> Result<(), ServeError>,
}

#[derive(Default)]
struct Every(Vec<Tested>);

impl Registrar for Every {
    fn lane<L: Lane>(&mut self, spec: Spec, make: fn() -> L) {
        let open = move |at: &Open<'_>| -> Result<Box<dyn Caller>, CallError> {
            let mut lane = make();
            let connection = lane.open(at)?;
            Ok(Box::new(Opened { lane, connection }))
        };
        self.0.push(Tested { spec, open: Box::new(open), serve: L::serve });
    }
}

/// Every lane of this crate.
pub(crate) fn all() -> Vec<Tested> {
    let mut every = Every::default();
    socket::lanes(&mut every);
    assert!(!every.0.is_empty(), "a test over no lane would pass whatever they do");
    every.0
}

/// Runs a test on every lane at once; a thread that panics has its lane's name.
pub(crate) fn on_every_lane(test: impl Fn(&Tested) + Sync) {
    on_lanes(|_| true, test);
}

/// The same on those lanes for which this is so; there must be one.
pub(crate) fn on_lanes(which: impl Fn(&Tested) -> bool, test: impl Fn(&Tested) + Sync) {
    let lanes: Vec<Tested> = all().into_iter().filter(which).collect();
    assert!(!lanes.is_empty(), "there is no such lane");
    thread::scope(|scope| {
        for lane in &lanes {
            let named = thread::Builder::new().name(lane.spec.transport.into());
            named.spawn_scoped(scope, || test(lane)).expect("a thread");
        }
    });
}

/// A socket that listens, of some lane's kind.
pub(crate) enum Listener {
    Unix(UnixListener),
    Tcp(TcpListener),
}

/// Either end of a connection.
pub(crate) trait Socket: Read + Write + Send {}
impl<S: Read + Write + Send> Socket for S {}

impl Listener {
    pub(crate) fn accept(&self) -> std::io::Result<Box<dyn Socket>> {
        Ok(match self {
            Self::Unix(listener) => Box::new(listener.accept()?.0),
            Self::Tcp(listener) => Box::new(listener.accept()?.0),
        })
    }
}

/// A socket that listens, and the one connection that it has room for.
pub(crate) struct FullListener {
    _listener: socket2::Socket,
    _first: Box<dyn Socket>,
}

/// An endpoint, and the folder of its socket file.
pub(crate) struct At {
    pub(crate) endpoint: String,
    _folder: TempDir,
}

impl Tested {
    pub(crate) fn is_tcp(&self) -> bool {
        self.spec.topology == Topology::Callee { listen: "127.0.0.1:0" }
    }

    pub(crate) fn open(
        &self,
        endpoint: &str,
        deadline: Duration,
    ) -> Result<Box<dyn Caller>, CallError> {
        let engine = EngineSource::embedded(EngineKind::Stub);
        (self.open)(&Open { endpoint, deadline, engine: &engine })
    }

    pub(crate) fn serve(
        &self,
        listen: &str,
        ready: &mut dyn FnMut(&str),
    ) -> Result<(), ServeError> {
        (self.serve)(Host {
            engine: EngineSource::embedded(EngineKind::Stub),
            listen,
            ready,
        })
    }

    /// An address of this lane's kind that is free.
    pub(crate) fn free(&self) -> At {
        let folder = tempfile::tempdir().expect("a folder");
        let endpoint = if self.is_tcp() {
            "127.0.0.1:0".to_owned()
        } else {
            format!("unix:{}/socket", folder.path().display())
        };
        At { endpoint, _folder: folder }
    }

    /// A callee of this lane in a thread of this process; it ends with it.
    pub(crate) fn callee(&self) -> At {
        let mut at = self.free();
        let (said, ready) = mpsc::channel();
        let serve = self.serve;
        let listen = at.endpoint.clone();
        thread::spawn(move || {
            let mut tell = |endpoint: &str| said.send(endpoint.to_owned()).expect("the test waits");
            serve(Host {
                engine: EngineSource::embedded(EngineKind::Stub),
                listen: &listen,
                ready: &mut tell,
            })
        });
        at.endpoint = ready.recv_timeout(AGES).expect("ready");
        at
    }

    /// A socket that a caller of this lane can connect to, and nobody behind it yet.
    pub(crate) fn listener(&self) -> (Listener, At) {
        let mut at = self.free();
        let listener = match at.endpoint.strip_prefix("unix:") {
            Some(path) => Listener::Unix(UnixListener::bind(path).expect("a socket file")),
            None => {
                let listener = TcpListener::bind(&at.endpoint).expect("a port");
                at.endpoint = format!("tcp:{}", listener.local_addr().expect("bound"));
                Listener::Tcp(listener)
            }
        };
        (listener, at)
    }

    /// A socket whose backlog holds one connection and has it.
    pub(crate) fn full_listener(&self) -> (FullListener, At) {
        let mut at = self.free();
        let (domain, address) = match at.endpoint.strip_prefix("unix:") {
            Some(path) => (Domain::UNIX, SockAddr::unix(path).expect("a path")),
            None => (Domain::IPV4, at.endpoint.parse::<SocketAddr>().expect("an address").into()),
        };
        let listener = socket2::Socket::new(domain, Type::STREAM, None).expect("a socket");
        listener.bind(&address).and_then(|()| listener.listen(0)).expect("listens");
        if let Some(address) = listener.local_addr().expect("bound").as_socket() {
            at.endpoint = format!("tcp:{address}");
        }
        let first = connect(&at.endpoint).expect("there is room for one");
        (FullListener { _listener: listener, _first: first }, at)
    }
}

/// A connection that says nothing by itself.
pub(crate) fn connect(endpoint: &str) -> std::io::Result<Box<dyn Socket>> {
    Ok(match endpoint.strip_prefix("unix:") {
        Some(path) => Box::new(UnixStream::connect(path)?),
        None => Box::new(TcpStream::connect(endpoint.trim_start_matches("tcp:"))?),
    })
}

pub(crate) fn kind<T>(outcome: Result<T, CallError>) -> ErrorKind {
    outcome.err().expect("must fail").kind()
}

pub(crate) fn numbered(count: usize) -> Reply {
    (0..count).map(|i| format!("product_{i}")).collect()
}
