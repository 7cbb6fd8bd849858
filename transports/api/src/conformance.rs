//! The conformance suite: what every lane must do, written once. It speaks to a lane through
//! [`Subject`], which a harness implements over driver processes, so that lanes of every language
//! get the same cases.

use crate::{CallError, EngineKind, ErrorKind, Limits, Mode, Reply, Request, Stamps, echo_bytes};
use std::{
    fmt,
    time::{Duration, Instant},
};

mod faults;
mod limits;

/// What the suite needs to know of a lane.
#[derive(Clone, Debug)]
pub struct Traits {
    /// The engine lives in the caller's process.
    pub in_process: bool,
    /// False for a lane that answers nothing by design.
    pub answers: bool,
    /// The lane has a codec: there are bytes that can be malformed.
    pub encodes: bool,
    /// A call that takes too long is given up.
    pub deadline: bool,
    /// Modes it can do, chatty included.
    pub modes: Vec<Mode>,
}

/// How the callee of a case is to answer.
#[derive(Clone, Copy, Debug)]
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
    /// Stops caller and callee.
    ///
    /// # Errors
    /// A sentence that says what was left behind: a process, a socket file, a port.
    fn stop(&mut self) -> Result<(), String>;
}

/// The lane under test, and how to start it.
pub struct Rig<'a> {
    /// What the lane is.
    pub traits: &'a Traits,
    /// Starts a fresh caller and callee, with connection 0 open.
    pub start: &'a mut StartSubject<'a>,
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

pub(crate) type Checked = Result<(), Failed>;

/// One case.
#[derive(Clone, Copy)]
pub struct Case {
    /// A sentence.
    pub name: &'static str,
    /// Why it makes no sense for a lane, if so.
    pub exempt: fn(&Traits) -> Option<&'static str>,
    /// Runs it.
    pub run: fn(&mut Rig<'_>) -> Checked,
}

/// Every case, plain to hostile.
pub fn cases() -> Vec<Case> {
    let mut cases = vec![
        Case {
            name: "gives_the_golden_answers_of_stub",
            exempt: silent,
            run: |rig| golden(rig, EngineKind::Stub),
        },
        Case {
            name: "gives_the_golden_answers_of_catalog",
            exempt: silent,
            run: |rig| golden(rig, EngineKind::Catalog),
        },
        Case {
            name: "refuses_the_modes_it_does_not_declare",
            exempt: |_| None,
            run: undeclared_modes,
        },
        Case {
            name: "reports_its_durations_in_band",
            exempt: silent,
            run: stamps,
        },
        Case {
            name: "echoes_opaque_bytes",
            exempt: encodes_nothing,
            run: echo,
        },
        Case {
            name: "serves_two_connections_at_once",
            exempt: silent,
            run: two_connections,
        },
    ];
    cases.extend(limits::cases());
    cases.extend(faults::cases());
    cases
}

pub(crate) fn silent(traits: &Traits) -> Option<&'static str> {
    (!traits.answers).then_some("it answers nothing, by design")
}

pub(crate) fn encodes_nothing(traits: &Traits) -> Option<&'static str> {
    (!traits.encodes).then_some("no bytes cross")
}

/// True when the outcome is an error of this kind.
pub(crate) fn expect_kind<T>(
    outcome: Result<T, CallError>,
    kind: ErrorKind,
    when: &str,
) -> Checked {
    match outcome {
        Err(error) if error.kind() == kind => Ok(()),
        Err(error) => Err(Failed(format!("{when}: {kind} was due, not {error}"))),
        Ok(_) => Err(Failed(format!("{when}: {kind} was due, not an answer"))),
    }
}

pub(crate) fn expect_replies(found: &[Reply], wanted: &[Reply], when: &str) -> Checked {
    if found.len() != wanted.len() {
        return Err(Failed(format!(
            "{when}: {} answers to {} questions",
            found.len(),
            wanted.len()
        )));
    }
    match found.iter().zip(wanted).position(|(found, wanted)| found != wanted) {
        None => Ok(()),
        Some(at) => {
            let (found, wanted): (Vec<_>, Vec<_>) =
                (found[at].iter().take(3).collect(), wanted[at].iter().take(3).collect());
            Err(Failed(format!("{when}: answer {at} begins {found:?}, not {wanted:?}")))
        }
    }
}

/// The stub's answer.
pub(crate) fn numbered(count: i32) -> Reply {
    (0..count).map(|at| format!("product_{at}")).collect()
}

fn golden(rig: &mut Rig<'_>, engine: EngineKind) -> Checked {
    let text = match engine {
        EngineKind::Catalog => fixtures::data::GOLDEN_CATALOG_JSONL,
        _ => fixtures::data::GOLDEN_STUB_JSONL,
    };
    let golden = fixtures::trace::read_golden(text)?;
    let (requests, wanted): (Vec<Request>, Vec<Reply>) = golden.into_iter().unzip();
    let mut subject = (rig.start)(Setup::plain(engine))?;
    for &mode in &rig.traits.modes {
        for (requests, wanted) in requests.chunks(256).zip(wanted.chunks(256)) {
            expect_replies(&subject.ask(0, mode, requests)?, wanted, mode.name())?;
        }
    }
    Ok(subject.stop()?)
}

fn undeclared_modes(rig: &mut Rig<'_>) -> Checked {
    let mut subject = (rig.start)(Setup::plain(EngineKind::Stub))?;
    let requests = [Request::new("user_1", 1), Request::new("user_2", 2)];
    for mode in Mode::ALL.into_iter().filter(|mode| !rig.traits.modes.contains(mode)) {
        expect_kind(subject.ask(0, mode, &requests), ErrorKind::Unsupported, mode.name())?;
    }
    subject.ask(0, Mode::Chatty, &requests)?;
    Ok(subject.stop()?)
}

fn stamps(rig: &mut Rig<'_>) -> Checked {
    let mut subject = (rig.start)(Setup::plain(EngineKind::Catalog))?;
    let start = Instant::now();
    let (reply, stamps) = subject.ask_stamped(0, &Request::new("user_7", 10))?;
    let whole_ns = start.elapsed().as_nanos() as u64;
    if reply.len() != 10 {
        return Err(Failed(format!("{} ids in the place of 10", reply.len())));
    }
    let Stamps { decode_ns, compute_ns, encode_ns } = stamps;
    let coded = !rig.traits.encodes || (decode_ns > 0 && encode_ns > 0);
    if compute_ns == 0 || !coded || decode_ns + compute_ns + encode_ns > whole_ns {
        return Err(Failed(format!("{stamps:?} in a call of {whole_ns} ns")));
    }
    Ok(subject.stop()?)
}

fn echo(rig: &mut Rig<'_>) -> Checked {
    let mut subject = (rig.start)(Setup::plain(EngineKind::Stub))?;
    let every_byte: Vec<u8> = (0..=255).collect();
    for (payload, reply_bytes) in
        [(&b""[..], 0), (b"", 3), (b"ab", 5), (&every_byte, 256), (&every_byte, 100_000)]
    {
        let mut wanted = Vec::new();
        echo_bytes(payload, reply_bytes, &mut wanted);
        if subject.echo(0, payload, reply_bytes)? != wanted {
            return Err(Failed(format!(
                "{} bytes came back wrong as {reply_bytes}",
                payload.len()
            )));
        }
    }
    Ok(subject.stop()?)
}

fn two_connections(rig: &mut Rig<'_>) -> Checked {
    let mut subject = (rig.start)(Setup::plain(EngineKind::Stub))?;
    subject.open(1)?;
    for count in 1..20 {
        let connection = (count % 2) as u32;
        let replies = subject.ask(connection, Mode::Chatty, &[Request::new("user_1", count)])?;
        expect_replies(&replies, &[numbered(count)], "alternating connections")?;
    }
    Ok(subject.stop()?)
}

/// The most that one call may carry: items, and ids for each.
pub(crate) fn largest_batch() -> Vec<Request> {
    let limits = Limits::DEFAULT;
    (0..limits.max_items)
        .map(|at| Request::new(format!("user_{at}"), limits.max_results))
        .collect()
}
