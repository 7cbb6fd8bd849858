//! Every lane of the crate with its types erased: a callee in a thread, and callers with one
//! connection each. No test is here.

use api::{
    CallError, Connection, EngineKind, EngineSource, ErrorKind, Host, Lane, Mode, Open, Registrar,
    Reply, Request, ServeError, ServiceTime, Spec, Stamps, Topology, WireBytes,
};
use std::{cell::RefCell, rc::Rc, sync::mpsc, thread, time::Duration};

pub(crate) const DEADLINE: Duration = Duration::from_secs(20);

type OpenCaller = Box<dyn Fn(&str, Duration) -> Result<Box<dyn Caller>, CallError>>;

/// A lane of the crate.
pub(crate) struct Known {
    pub(crate) spec: Spec,
    pub(crate) serve: fn(Host<'_>) -> Result<(), ServeError>,
    open: OpenCaller,
}

/// Every lane that the crate registers.
pub(crate) fn lanes() -> Vec<Known> {
    struct All(Vec<Known>);

    impl Registrar for All {
        fn lane<L: Lane>(&mut self, spec: Spec, make: fn() -> L) {
            let open: OpenCaller = Box::new(move |endpoint, deadline| {
                let mut lane = make();
                let engine = EngineSource::embedded(EngineKind::Stub);
                let connection = lane.open(&Open { endpoint, deadline, engine: &engine })?;
                Ok(Box::new(Opened { lane: Rc::new(RefCell::new(lane)), connection }))
            });
            self.0.push(Known { spec, serve: L::serve, open });
        }
    }

    let mut all = All(Vec::new());
    grpc::lanes(&mut all);
    some(all.0)
}

/// Those of its lanes that use TCP.
pub(crate) fn tcp_lanes() -> Vec<Known> {
    some(lanes().into_iter().filter(Known::on_tcp).collect())
}

/// Those that use a Unix socket.
pub(crate) fn unix_lanes() -> Vec<Known> {
    some(lanes().into_iter().filter(|lane| !lane.on_tcp()).collect())
}

/// A test over no lane would pass whatever they do.
fn some(lanes: Vec<Known>) -> Vec<Known> {
    assert!(!lanes.is_empty(), "there is no such lane");
    lanes
}

/// A callee in a thread of this process, which ends with it. Its socket, if it is a file, lives in
/// a folder.
pub(crate) struct Callee {
    pub(crate) endpoint: String,
    _folder: tempfile::TempDir,
}

impl Known {
    pub(crate) fn on_tcp(&self) -> bool {
        self.spec.topology == Topology::Callee { listen: "127.0.0.1:0" }
    }

    pub(crate) fn on_several_threads(&self) -> bool {
        self.spec
            .fairness
            .iter()
            .any(|(what, value)| *what == "runtime" && value.contains("multi-thread"))
    }

    /// Modes beyond chatty.
    pub(crate) fn modes(&self) -> &'static [Mode] {
        assert!(!self.spec.modes.is_empty(), "{} has a mode to test", self.spec.transport);
        self.spec.modes
    }

    /// A callee at its own speed.
    pub(crate) fn callee(&self) -> Callee {
        self.callee_that_takes(None)
    }

    /// A callee whose engine sleeps for each item.
    pub(crate) fn callee_that_takes(&self, time: Option<Duration>) -> Callee {
        let folder = tempfile::tempdir().expect("a folder");
        let socket = format!("unix:{}/callee.sock", folder.path().display());
        let listen = if self.on_tcp() { "127.0.0.1:0".to_owned() } else { socket };
        let (said, ready) = mpsc::channel();
        let serve = self.serve;
        thread::spawn(move || {
            let mut tell = |endpoint: &str| said.send(endpoint.to_owned()).expect("the test waits");
            let service_time = time.map(ServiceTime::Sleep);
            let engine = EngineSource { service_time, ..EngineSource::embedded(EngineKind::Stub) };
            serve(Host { engine, listen: &listen, ready: &mut tell })
        });
        Callee {
            endpoint: ready.recv_timeout(DEADLINE).expect("ready"),
            _folder: folder,
        }
    }

    pub(crate) fn open(&self, callee: &Callee) -> Box<dyn Caller> {
        self.open_within(&callee.endpoint, DEADLINE).expect("opens")
    }

    pub(crate) fn open_within(
        &self,
        endpoint: &str,
        deadline: Duration,
    ) -> Result<Box<dyn Caller>, CallError> {
        (self.open)(endpoint, deadline)
    }
}

/// A lane and a connection of it.
pub(crate) trait Caller {
    fn call(&mut self, request: &Request) -> Result<Reply, CallError>;
    fn many(&mut self, mode: Mode, requests: &[Request]) -> Result<Vec<Reply>, CallError>;
    fn stamped(&mut self, request: &Request) -> Result<(Reply, Stamps), CallError>;
    fn raw(&mut self, bytes: &[u8]) -> Result<Vec<u8>, CallError>;
    fn echo(&mut self, payload: &[u8], reply_bytes: usize) -> Result<Vec<u8>, CallError>;
    fn share(&self) -> Option<Box<dyn Caller>>;
    fn wire_bytes(&self) -> Option<WireBytes>;
}

struct Opened<L: Lane> {
    lane: Rc<RefCell<L>>,
    connection: L::Conn,
}

fn used() -> Reply {
    ["what was there before"].into_iter().collect()
}

impl<L: Lane> Caller for Opened<L> {
    fn call(&mut self, request: &Request) -> Result<Reply, CallError> {
        let mut reply = used();
        self.lane.borrow_mut().block_on(self.connection.call(request, &mut reply))?;
        Ok(reply)
    }

    fn many(&mut self, mode: Mode, requests: &[Request]) -> Result<Vec<Reply>, CallError> {
        let mut replies = vec![used(); requests.len()];
        let mut lane = self.lane.borrow_mut();
        let connection = &mut self.connection;
        match mode {
            Mode::Chatty => panic!("that is `call`"),
            Mode::Batched => lane.block_on(connection.batch(requests, &mut replies)),
            Mode::Pipelined => lane.block_on(connection.pipeline(requests, &mut replies)),
            Mode::Streamed => lane.block_on(connection.stream(requests, &mut replies)),
        }?;
        Ok(replies)
    }

    fn stamped(&mut self, request: &Request) -> Result<(Reply, Stamps), CallError> {
        let mut reply = used();
        let stamps = self
            .lane
            .borrow_mut()
            .block_on(self.connection.call_stamped(request, &mut reply))?;
        Ok((reply, stamps))
    }

    fn raw(&mut self, bytes: &[u8]) -> Result<Vec<u8>, CallError> {
        let mut reply = Vec::new();
        self.lane.borrow_mut().block_on(self.connection.raw(bytes, &mut reply))?;
        Ok(reply)
    }

    fn echo(&mut self, payload: &[u8], reply_bytes: usize) -> Result<Vec<u8>, CallError> {
        let mut back = Vec::new();
        self.lane
            .borrow_mut()
            .block_on(self.connection.echo(payload, reply_bytes, &mut back))?;
        Ok(back)
    }

    fn share(&self) -> Option<Box<dyn Caller>> {
        let connection = self.connection.share()?;
        Some(Box::new(Self { lane: self.lane.clone(), connection }))
    }

    fn wire_bytes(&self) -> Option<WireBytes> {
        self.connection.wire_bytes()
    }
}

pub(crate) fn kind<T: std::fmt::Debug>(outcome: Result<T, CallError>) -> ErrorKind {
    outcome.expect_err("must fail").kind()
}

pub(crate) fn numbered(count: usize) -> Reply {
    (0..count).map(|i| format!("product_{i}")).collect()
}
