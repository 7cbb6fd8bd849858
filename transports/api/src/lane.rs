//! A lane: opens connections, owns the executor that their futures need, and can be the callee.

use crate::connection::Connection;
use fixtures::{CallError, EngineSource, ErrorKind};
use std::{
    fmt,
    future::Future,
    io,
    pin::pin,
    task::{Context, Poll, Waker},
    time::Duration,
};

/// One way across. Made by the harness through the function given to [`crate::Registrar::lane`].
pub trait Lane: Sized + 'static {
    /// What [`Lane::open`] gives.
    type Conn: Connection + 'static;

    /// Opens a connection and makes sure that somebody is there.
    ///
    /// # Errors
    /// `Gone` when nobody answers, `Unsupported` when what answers is not a callee of this lane;
    /// the detail says what was found.
    fn open(&mut self, at: &Open<'_>) -> Result<Self::Conn, CallError>;

    /// Runs a future of this lane's connections to its end. Lanes that wait asynchronously bring
    /// their runtime.
    fn block_on<F: Future>(&mut self, future: F) -> F::Output {
        run_ready(future)
    }

    /// Answers on `host.listen` until the process ends; calls `host.ready` once with the endpoint
    /// when it can. Stopping needs no help from the lane: the process exits, and the harness
    /// removes a socket file.
    ///
    /// # Errors
    /// [`ServeError`] when the address cannot be used, or for a lane that lives inside its caller.
    fn serve(_host: Host<'_>) -> Result<(), ServeError> {
        Err(ServeError::InProcess)
    }
}

/// Runs a future that never waits, as those of lanes without a runtime are.
///
/// # Panics
/// When it waits all the same.
#[inline]
pub fn run_ready<F: Future>(future: F) -> F::Output {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => unreachable!("a lane without a runtime returned a future that waits"),
    }
}

/// What a connection is opened with.
#[derive(Clone)]
pub struct Open<'a> {
    /// Where the callee is: `http://127.0.0.1:50051`, `unix:/path`, `lib:/path`; empty for what is
    /// built in.
    pub endpoint: &'a str,
    /// The longest a call may take, applied to each call.
    pub deadline: Duration,
    /// What in-process lanes answer with; others have theirs in the callee. Its limits hold for all
    /// lanes.
    pub engine: &'a EngineSource,
}

impl Open<'_> {
    /// Refuses an endpoint, for a lane that has none: taken in silence, another callee than the one
    /// that was named would be measured.
    ///
    /// # Errors
    /// `InvalidArgument` where one is given.
    pub fn refuse_endpoint(&self) -> Result<(), CallError> {
        if self.endpoint.is_empty() {
            return Ok(());
        }
        let detail = format!("this lane has no endpoint, and {} was given", self.endpoint);
        Err(CallError::new(ErrorKind::InvalidArgument, detail))
    }
}

/// What a callee is started with.
pub struct Host<'a> {
    /// What answers.
    pub engine: EngineSource,
    /// The address to listen on, in the form of an endpoint (`127.0.0.1:0`, `unix:/path`); the
    /// harness has put the lane's default there when the user gave none.
    pub listen: &'a str,
    /// To be called once, with the endpoint, when connections are accepted.
    pub ready: &'a mut dyn FnMut(&str),
}

/// Why a callee did not start, or stopped.
#[derive(Debug)]
pub enum ServeError {
    /// The lane lives inside its caller: there is nothing to serve.
    InProcess,
    /// The address is not of this lane's form; the text says which form is.
    Address(String),
    /// The operating system refused.
    Io(io::Error),
}

impl fmt::Display for ServeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InProcess => {
                f.write_str("this lane lives inside its caller: there is no callee to serve")
            }
            Self::Address(wanted) => f.write_str(wanted),
            Self::Io(error) => write!(f, "{error}"),
        }
    }
}

impl std::error::Error for ServeError {}

impl From<io::Error> for ServeError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}
