//! What a case is, and what it is given: a lane, and a way to start it. No case is here.

use crate::{connection::Stamps, spec::Mode};
use fixtures::{CallError, EngineKind, Reply, Request};
use std::{fmt, time::Duration};

/// What the suite needs to know of a lane.
#[derive(Clone, Debug)]
pub struct Traits {
    /// The engine lives in the caller's process.
    pub in_process: bool,
    /// False for a lane that answers nothing by design.
    pub answers: bool,
    /// The lane has a codec: there are bytes that can be malformed.
    pub encodes: bool,
    /// The lane has a carrier: opaque bytes can cross.
    pub carries: bool,
    /// The callee can say how long it took: no server between the sides answers in its place.
    pub stamps: bool,
    /// A call that takes too long is given up.
    pub deadline: bool,
    /// Modes it can do, chatty included.
    pub modes: Vec<Mode>,
}

/// How the callee of a case is to answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Setup {
    /// What answers.
    pub engine: EngineKind,
    /// Sleep for each item.
    pub service_time: Option<Duration>,
    /// The longest a call may take.
    pub deadline: Duration,
}

impl Setup {
    /// An engine at its own speed and a deadline that nobody should meet.
    pub fn plain(engine: EngineKind) -> Self {
        Self {
            engine,
            service_time: None,
            deadline: Duration::from_secs(30),
        }
    }
}

/// One started lane: a caller and its callee. Connections are numbers.
pub trait Subject {
    /// Opens a connection.
    ///
    /// # Errors
    /// As [`crate::Lane::open`].
    fn open(&mut self, connection: u32) -> Result<(), CallError>;
    /// Asks and gives the whole answers.
    ///
    /// # Errors
    /// As the method of [`crate::Connection`] for this mode.
    fn ask(
        &mut self,
        connection: u32,
        mode: Mode,
        requests: &[Request],
    ) -> Result<Vec<Reply>, CallError>;
    /// One call whose callee reports its durations.
    ///
    /// # Errors
    /// As [`crate::Connection::call_stamped`].
    fn ask_stamped(
        &mut self,
        connection: u32,
        request: &Request,
    ) -> Result<(Reply, Stamps), CallError>;
    /// Opaque bytes there and back.
    ///
    /// # Errors
    /// As [`crate::Connection::echo`].
    fn echo(
        &mut self,
        connection: u32,
        payload: &[u8],
        reply_bytes: usize,
    ) -> Result<Vec<u8>, CallError>;
    /// A visit of workload `bytes`: so many items of so many bytes there and back in one echo,
    /// again and again for some ms, all of them compared where they are sent.
    ///
    /// # Errors
    /// As [`crate::Connection::echo`]; `Internal` where bytes came back changed.
    fn visit_bytes(&mut self, connection: u32, items: u32, size: u32) -> Result<(), CallError>;
    /// Bytes in the place of an encoded request.
    ///
    /// # Errors
    /// As [`crate::Connection::raw`].
    fn raw(&mut self, connection: u32, request: &[u8]) -> Result<Vec<u8>, CallError>;
    /// Begins a call, kills the callee while it is under way, and gives the call's outcome.
    ///
    /// # Errors
    /// `Gone`, if all is well.
    fn ask_and_kill_callee(
        &mut self,
        connection: u32,
        request: &Request,
    ) -> Result<Vec<Reply>, CallError>;
    /// The case is over, and all went well: caller and callee are stopped, or left to a case that
    /// may have used ones.
    ///
    /// # Errors
    /// A sentence that says what was left behind: a process, a socket file, a port.
    fn stop(self: Box<Self>) -> Result<(), String>;
}

/// The lane under test, and how to start it.
pub struct Rig<'a> {
    /// What the lane is.
    pub traits: &'a Traits,
    /// Starts a caller and a callee, with connection 0 open; or gives those that another case used,
    /// where this one may have such.
    pub start: &'a mut StartSubject<'a>,
}

impl<'a> Rig<'a> {
    /// The lane's modes; there must be one, or a case that asks in each would ask nothing.
    pub(super) fn modes(&self) -> Result<&'a [Mode], Failed> {
        match &*self.traits.modes {
            [] => Err(Failed("the lane declares no mode, not even chatty".into())),
            modes => Ok(modes),
        }
    }
}

/// Starts a lane, or says why it cannot.
pub type StartSubject<'a> = dyn FnMut(Setup) -> Result<Box<dyn Subject>, String> + 'a;

/// Why a case failed: one sentence.
#[derive(Debug)]
pub struct Failed(pub String);

impl fmt::Display for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<CallError> for Failed {
    fn from(error: CallError) -> Self {
        Self(format!("a call failed: {error}"))
    }
}

impl From<String> for Failed {
    fn from(text: String) -> Self {
        Self(text)
    }
}

/// What became of a case.
pub type Checked = Result<(), Failed>;

/// Which caller and callee a case may be given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sides {
    /// Also such as another case of the same setup passed with: it leaves them as good as before.
    MayBeUsed,
    /// Fresh ones, which end with it: it kills, or looks at how they end.
    Fresh,
}

/// One case.
#[derive(Clone, Copy)]
pub struct Case {
    /// A sentence.
    pub name: &'static str,
    /// Which caller and callee it may be given.
    pub sides: Sides,
    /// Why it makes no sense for a lane, if so.
    pub exempt: fn(&Traits) -> Option<&'static str>,
    /// Runs it.
    pub run: fn(&mut Rig<'_>) -> Checked,
}
