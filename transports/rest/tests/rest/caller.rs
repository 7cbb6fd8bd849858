//! Every lane of the crate, its callee in a thread, and a caller with one connection to it. No test
//! is here.

use api::{
    CallError, Connection, EngineKind, EngineSource, ErrorKind, Host, Lane, Open, Registrar, Reply,
    Request, ServeError, Spec, Topology,
};
use std::{cell::RefCell, sync::mpsc, thread, time::Duration};
use tempfile::TempDir;

pub(crate) const DEADLINE: Duration = Duration::from_secs(20);

type OpenLane = dyn Fn(&str, Duration) -> Result<Box<dyn Caller>, CallError>;

/// A lane as it registered itself, its types erased.
pub(crate) struct Subject {
    pub(crate) spec: Spec,
    open: Box<OpenLane>,
    serve: fn(Host<'_>) -> Result<(), ServeError>,
}

/// The lanes that this crate registers.
pub(crate) fn subjects() -> Vec<Subject> {
    let mut subjects = Subjects(Vec::new());
    rest::lanes(&mut subjects);
    some(subjects.0)
}

/// Those of them for which this is so.
pub(crate) fn subjects_that(are: impl Fn(&Subject) -> bool) -> Vec<Subject> {
    some(subjects().into_iter().filter(are).collect())
}

/// A test over no lane would pass whatever they do.
fn some(subjects: Vec<Subject>) -> Vec<Subject> {
    assert!(!subjects.is_empty(), "there is no such lane");
    subjects
}

/// The lane of this name.
pub(crate) fn subject(transport: &str) -> Subject {
    subjects()
        .into_iter()
        .find(|subject| subject.spec.transport == transport)
        .expect("is registered")
}

struct Subjects(Vec<Subject>);

impl Registrar for Subjects {
    fn lane<L: Lane>(&mut self, spec: Spec, make: fn() -> L) {
        let open = move |endpoint: &str, deadline| {
            let mut lane = make();
            let engine = EngineSource::embedded(EngineKind::Stub);
            let connection = lane.open(&Open { endpoint, deadline, engine: &engine })?;
            Ok(Box::new(Opened(RefCell::new((lane, connection)))) as Box<dyn Caller>)
        };
        self.0.push(Subject { spec, open: Box::new(open), serve: L::serve });
    }
}

/// A callee in a thread of this process; it ends with it.
pub(crate) struct Callee {
    pub(crate) endpoint: String,
    _folder: TempDir,
}

impl Subject {
    pub(crate) fn is_tcp(&self) -> bool {
        self.spec.topology == Topology::Callee { listen: "127.0.0.1:0" }
    }

    pub(crate) fn stub(&self) -> Callee {
        let folder = tempfile::tempdir().expect("a folder");
        let listen = if self.is_tcp() {
            "127.0.0.1:0".to_owned()
        } else {
            format!("unix:{}/callee.sock", folder.path().display())
        };
        let (said, ready) = mpsc::channel();
        let serve = self.serve;
        thread::spawn(move || {
            let mut tell = |endpoint: &str| said.send(endpoint.to_owned()).expect("the test waits");
            let engine = EngineSource::embedded(EngineKind::Stub);
            serve(Host { engine, listen: &listen, ready: &mut tell })
        });
        Callee {
            endpoint: ready.recv_timeout(DEADLINE).expect("ready"),
            _folder: folder,
        }
    }

    pub(crate) fn open_within(
        &self,
        endpoint: &str,
        deadline: Duration,
    ) -> Result<Box<dyn Caller>, CallError> {
        (self.open)(endpoint, deadline)
    }

    pub(crate) fn open(&self, endpoint: &str) -> Box<dyn Caller> {
        self.open_within(endpoint, DEADLINE).expect("opens")
    }

    /// What `serve` says of an address that cannot be used.
    pub(crate) fn refusal(&self, listen: &str) -> ServeError {
        let engine = EngineSource::embedded(EngineKind::Stub);
        let host = Host { engine, listen, ready: &mut |_| panic!("must not be ready") };
        (self.serve)(host).expect_err("no such address")
    }
}

/// An open connection and its lane.
pub(crate) trait Caller {
    fn call(&self, request: &Request) -> Result<Reply, CallError>;
    fn batch(&self, requests: &[Request]) -> Result<Vec<Reply>, CallError>;
    fn pipeline(&self, requests: &[Request]) -> Result<Vec<Reply>, CallError>;
    fn raw(&self, bytes: &[u8]) -> Result<Vec<u8>, CallError>;
    fn echo(&self, payload: &[u8], reply_bytes: usize) -> Result<Vec<u8>, CallError>;
    /// A call on a second handle; none where there is none.
    fn call_on_second_handle(&self, request: &Request) -> Option<Result<Reply, CallError>>;
}

struct Opened<L: Lane>(RefCell<(L, L::Conn)>);

fn used() -> Reply {
    ["what was there before"].into_iter().collect()
}

impl<L: Lane> Caller for Opened<L> {
    fn call(&self, request: &Request) -> Result<Reply, CallError> {
        let (lane, connection) = &mut *self.0.borrow_mut();
        let mut reply = used();
        lane.block_on(connection.call(request, &mut reply)).map(|()| reply)
    }

    fn batch(&self, requests: &[Request]) -> Result<Vec<Reply>, CallError> {
        let (lane, connection) = &mut *self.0.borrow_mut();
        let mut replies = vec![used(); requests.len()];
        lane.block_on(connection.batch(requests, &mut replies)).map(|()| replies)
    }

    fn pipeline(&self, requests: &[Request]) -> Result<Vec<Reply>, CallError> {
        let (lane, connection) = &mut *self.0.borrow_mut();
        let mut replies = vec![used(); requests.len()];
        lane.block_on(connection.pipeline(requests, &mut replies)).map(|()| replies)
    }

    fn raw(&self, bytes: &[u8]) -> Result<Vec<u8>, CallError> {
        let (lane, connection) = &mut *self.0.borrow_mut();
        let mut reply = Vec::new();
        lane.block_on(connection.raw(bytes, &mut reply)).map(|()| reply)
    }

    fn echo(&self, payload: &[u8], reply_bytes: usize) -> Result<Vec<u8>, CallError> {
        let (lane, connection) = &mut *self.0.borrow_mut();
        let mut back = Vec::new();
        lane.block_on(connection.echo(payload, reply_bytes, &mut back)).map(|()| back)
    }

    fn call_on_second_handle(&self, request: &Request) -> Option<Result<Reply, CallError>> {
        let (lane, connection) = &mut *self.0.borrow_mut();
        let mut second = connection.share()?;
        let mut reply = used();
        Some(lane.block_on(second.call(request, &mut reply)).map(|()| reply))
    }
}

pub(crate) fn kind<T>(outcome: Result<T, CallError>) -> ErrorKind {
    outcome.err().expect("must fail").kind()
}

pub(crate) fn numbered(count: usize) -> Reply {
    (0..count).map(|i| format!("product_{i}")).collect()
}
