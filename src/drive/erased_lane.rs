//! A lane whose types are erased, once a visit and not once a call.

use crate::drive::{
    closed::{self, Measured, timed_loop::Timing},
    load::{self, job::Job},
    stages::{self, Echo, Payloads, Stamped},
};
use api::{
    CallError, Connection, ErrorKind, Lane, Mode, Open, Outcome, Reply, Request, Spec, Stamps,
    Waiting, WireBytes,
};

/// One lane as the driver sees it.
pub(crate) trait Caller {
    fn open(&mut self, at: &Open<'_>) -> Outcome;
    fn visit(&mut self, timing: &Timing<'_>) -> Measured;
    /// Echoes of these payloads.
    fn visit_echoes(&mut self, timing: &Timing<'_>, payloads: &mut Payloads) -> Measured;
    /// With the means of decode, compute and encode, ns.
    fn visit_stamped(&mut self, timing: &Timing<'_>) -> (Measured, Option<[f64; 3]>);
    /// Puts a load on connections of its own; there is no connection afterwards.
    fn load(
        &mut self,
        at: &Open<'_>,
        waiting: Waiting,
        job: &Job<'_>,
    ) -> Result<load::job::Measured, CallError>;
    fn ask(&mut self, mode: Mode, requests: &[Request], replies: &mut [Reply]) -> Outcome;
    fn ask_stamped(&mut self, request: &Request, reply: &mut Reply) -> Result<Stamps, CallError>;
    fn echo(&mut self, payload: &[u8], reply_bytes: usize, back: &mut Vec<u8>) -> Outcome;
    fn raw(&mut self, request: &[u8], reply: &mut Vec<u8>) -> Outcome;
    fn wire_bytes(&self) -> Option<WireBytes>;
}

/// The lanes that a driver can call by.
pub(crate) trait Callers {
    /// The names of their transports.
    fn transports(&self) -> Vec<String>;
    /// The lane over this transport, not yet open.
    fn find(&self, transport: &str) -> Option<FoundLane<'_>>;
}

/// A lane that a driver can call by: what it says of itself, and a caller of its own.
pub(crate) struct FoundLane<'a> {
    pub(crate) spec: &'a Spec,
    pub(crate) caller: Box<dyn Caller>,
}

/// A lane and its connection. After an error that ends the connection there is none, and every call
/// is `Gone`: a late reply cannot answer the next call, whatever the lane does.
pub(crate) struct Erased<L: Lane> {
    make: fn() -> L,
    lane: L,
    connection: Option<L::Conn>,
}

impl<L: Lane> Erased<L> {
    pub(crate) fn new(make: fn() -> L) -> Self {
        Self { make, lane: make(), connection: None }
    }

    fn run<T>(
        &mut self,
        action: impl AsyncFnOnce(&mut L::Conn) -> Result<T, CallError>,
    ) -> Result<T, CallError> {
        let Some(connection) = &mut self.connection else { return Err(gone()) };
        let result = self.lane.block_on(action(connection));
        if result.as_ref().is_err_and(|error| error.kind().ends_connection()) {
            self.connection = None;
        }
        result
    }

    /// A visit is over; so is the connection, if the visit ended with an error that ends it.
    fn done(&mut self, measured: Measured) -> Measured {
        if measured.error.as_ref().is_some_and(|error| error.kind().ends_connection()) {
            self.connection = None;
        }
        measured
    }
}

fn gone() -> CallError {
    CallError::new(
        ErrorKind::Gone,
        "no open connection: it was never opened, or ended with an earlier error",
    )
}

impl<L: Lane> Caller for Erased<L> {
    fn open(&mut self, at: &Open<'_>) -> Outcome {
        self.connection = None;
        self.connection = Some(self.lane.open(at)?);
        Ok(())
    }

    fn visit(&mut self, timing: &Timing<'_>) -> Measured {
        let Some(connection) = &mut self.connection else {
            return Measured::failed(gone());
        };
        let measured = self.lane.block_on(closed::visit(connection, timing));
        self.done(measured)
    }

    fn visit_echoes(&mut self, timing: &Timing<'_>, payloads: &mut Payloads) -> Measured {
        let Some(connection) = &mut self.connection else {
            return Measured::failed(gone());
        };
        let mut echo = Echo::new(connection, payloads);
        let measured = self.lane.block_on(stages::visit_echoes(&mut echo, timing));
        self.done(measured)
    }

    fn visit_stamped(&mut self, timing: &Timing<'_>) -> (Measured, Option<[f64; 3]>) {
        let Some(connection) = &mut self.connection else {
            return (Measured::failed(gone()), None);
        };
        let mut stamped = Stamped::new(connection);
        let measured = self.lane.block_on(stages::visit(&mut stamped, timing));
        let means_ns = stamped.means_ns();
        (self.done(measured), means_ns)
    }

    fn load(
        &mut self,
        at: &Open<'_>,
        waiting: Waiting,
        job: &Job<'_>,
    ) -> Result<load::job::Measured, CallError> {
        self.connection = None;
        let make = self.make;
        load::run(&mut self.lane, &|| Box::new(make()), waiting, at, job)
    }

    fn ask(&mut self, mode: Mode, requests: &[Request], replies: &mut [Reply]) -> Outcome {
        self.run(async |connection| match mode {
            Mode::Chatty => {
                for (request, reply) in requests.iter().zip(replies) {
                    connection.call(request, reply).await?;
                }
                Ok(())
            }
            Mode::Batched => connection.batch(requests, replies).await,
            Mode::Pipelined => connection.pipeline(requests, replies).await,
            Mode::Streamed => connection.stream(requests, replies).await,
        })
    }

    fn ask_stamped(&mut self, request: &Request, reply: &mut Reply) -> Result<Stamps, CallError> {
        self.run(async |connection| connection.call_stamped(request, reply).await)
    }

    fn echo(&mut self, payload: &[u8], reply_bytes: usize, back: &mut Vec<u8>) -> Outcome {
        self.run(async |connection| connection.echo(payload, reply_bytes, back).await)
    }

    fn raw(&mut self, request: &[u8], reply: &mut Vec<u8>) -> Outcome {
        self.run(async |connection| connection.raw(request, reply).await)
    }

    fn wire_bytes(&self) -> Option<WireBytes> {
        self.connection.as_ref().and_then(Connection::wire_bytes)
    }
}
