//! What a case of the suite is held against: a driver and a callee, as real processes.

use crate::{
    commands::conform::{ending, wait_until_busy},
    fleet::{
        Fleet,
        callee::{Behaviour, Callee},
        driver::{Driver, DriverError},
        servers::Server,
        side::{Answering, Side, SideError, SideSpec},
    },
    lanes::roster::Known,
    machine::{linux, placement::Seats},
    measure::visit,
    protocol::{
        Ask, Asked, Done, Echoed, Endpoint, Open, Order, Question, Visit, Visited, answers::Answer,
    },
};
use api::{
    CallError, ErrorKind, Mode, Reply, Request, ServiceTime, Stamps,
    conformance::{Setup, Subject},
};
use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use fixtures::{WorkloadKind, WorkloadSize};
use std::{collections::BTreeSet, path::Path, sync::Arc, time::Duration};

/// A driver and its callee under test.
pub(crate) struct Running {
    pub(super) driver: Driver,
    pub(super) callee: Option<Callee>,
    /// What stands between the two; other cases may go through it at the same time.
    pub(super) server: Option<Arc<Server>>,
    pub(super) endpoint: Endpoint,
    /// Opens a connection; its number is put in.
    open: Open,
    patience: Duration,
    /// The connections that were opened.
    opened: BTreeSet<u32>,
    /// What becomes of it when its case has passed.
    then: Then,
}

/// Ends sides, or keeps them for another case. An error is one of the case.
pub(crate) type Then = Box<dyn FnOnce(Running) -> Result<(), String> + Send>;

/// How long a visit lasts that only looks whether all comes back.
const VISIT: Duration = Duration::from_millis(5);
/// The number of the connection with which a case begins.
pub(crate) const CONNECTION: u32 = 0;

impl Running {
    pub(crate) fn start(
        fleet: &Fleet,
        golden: &Path,
        known: &Known,
        setup: Setup,
    ) -> Result<Self, String> {
        let spec = SideSpec {
            known,
            behaviour: Behaviour {
                engine: setup.engine,
                service_time: setup.service_time.map(ServiceTime::Sleep),
            },
            seats: Seats::default(),
            given: None,
            deadline: setup.deadline,
            patience: setup.deadline * 4 + Duration::from_secs(60),
            golden,
            first: None,
            callee_cpu: false,
        };
        let side = Side::bring_up(fleet, &spec, CONNECTION, || 0);
        let Side { driver, answering, open, .. } = side.map_err(|error| match error {
            SideError::NotStarted(failure) => failure.to_string(),
            SideError::NotOpened(error) => format!("open: {}", as_call_error(error)),
        })?;
        let Answering { endpoint, callee, server, .. } = answering;
        let patience = spec.patience;
        Ok(Self {
            driver,
            callee,
            server,
            endpoint,
            open,
            patience,
            opened: BTreeSet::from([CONNECTION]),
            then: Box::new(ending::end),
        })
    }

    /// The same, of which something else becomes when its case has passed.
    pub(crate) fn and_then(self, then: Then) -> Self {
        Self { then, ..self }
    }

    /// Closes its connections. True where it is as good as before: nothing failed at that, and
    /// nobody has ended.
    pub(crate) fn is_clean(&mut self) -> bool {
        for id in std::mem::take(&mut self.opened) {
            match self.tell::<Done>(&Order::Close { id }) {
                Ok(_) => {}
                // One that ended in the case may be closed for its driver already.
                Err(error) if error.kind() == ErrorKind::Gone => {}
                Err(_) => return false,
            }
        }
        let callee = self.callee.as_ref().map(|callee| callee.process.pid());
        let pids = [Some(self.driver.process.pid()), callee];
        !pids.into_iter().flatten().any(linux::has_ended)
    }

    fn tell<T: Answer>(&mut self, order: &Order) -> Result<T, CallError> {
        self.driver.tell(order, self.patience).map_err(as_call_error)
    }

    fn ask_driver(&mut self, order: Ask) -> Result<Asked, CallError> {
        self.driver.ask(order, self.patience).map_err(as_call_error)
    }
}

/// A driver that dies is not an error of a call: no case expects it.
fn as_call_error(error: DriverError) -> CallError {
    match error {
        DriverError::Refused(error) => error,
        DriverError::Process(error) => {
            CallError::new(ErrorKind::Internal, format!("the driver failed: {error}"))
        }
    }
}

fn ask(connection: u32, mode: &str, requests: &[Request]) -> Ask {
    let requests = requests.iter().map(question).collect();
    Ask { id: connection, mode: mode.into(), requests }
}

fn question(request: &Request) -> Question {
    Question {
        user_id: request.user_id.clone(),
        max_results: request.max_results,
    }
}

fn without(what: &str) -> CallError {
    CallError::new(ErrorKind::Internal, format!("the driver answered without {what}"))
}

fn replies(asked: Asked) -> Vec<Reply> {
    asked.replies.into_iter().map(|ids| ids.into_iter().collect()).collect()
}

fn decoded(text: &str) -> Result<Vec<u8>, CallError> {
    BASE64
        .decode(text)
        .map_err(|error| CallError::new(ErrorKind::Internal, format!("not base64: {error}")))
}

impl Subject for Running {
    fn open(&mut self, connection: u32) -> Result<(), CallError> {
        let open = Open { id: connection, ..self.open.clone() };
        self.opened.insert(connection);
        self.driver.open(&open, self.patience).map(|_| ()).map_err(as_call_error)
    }

    fn ask(
        &mut self,
        connection: u32,
        mode: Mode,
        requests: &[Request],
    ) -> Result<Vec<Reply>, CallError> {
        self.ask_driver(ask(connection, mode.name(), requests)).map(replies)
    }

    fn ask_stamped(
        &mut self,
        connection: u32,
        request: &Request,
    ) -> Result<(Reply, Stamps), CallError> {
        let order = ask(connection, "stamped", std::slice::from_ref(request));
        let asked = self.ask_driver(order)?;
        let stamps = asked.stamps.ok_or_else(|| without("stamps"))?;
        let reply = replies(asked).pop().ok_or_else(|| without("a reply"))?;
        let crate::protocol::Stamps { decode_ns, compute_ns, encode_ns } = stamps;
        Ok((reply, Stamps { decode_ns, compute_ns, encode_ns }))
    }

    fn echo(
        &mut self,
        connection: u32,
        payload: &[u8],
        reply_bytes: usize,
    ) -> Result<Vec<u8>, CallError> {
        let order = Order::Echo { id: connection, payload: BASE64.encode(payload), reply_bytes };
        let echoed: Echoed = self.tell(&order)?;
        decoded(&echoed.back)
    }

    fn visit_bytes(&mut self, connection: u32, items: u32, size: u32) -> Result<(), CallError> {
        let asked = WorkloadSize { workload: WorkloadKind::Bytes, size };
        let order = visit::order(connection, Mode::Batched.name(), asked, VISIT);
        let visited: Visited =
            self.tell(&Order::Visit(Visit { items, lead_in_calls: 1, ..order }))?;
        if visited.errors > 0 {
            let kind = visited.kind.as_deref().and_then(ErrorKind::from_name);
            let detail = visited.detail.unwrap_or_default();
            return Err(CallError::new(kind.unwrap_or(ErrorKind::Internal), detail));
        }
        if visited.wrong > 0 || visited.items == 0 {
            return Err(CallError::new(ErrorKind::Internal, visited.fault()));
        }
        Ok(())
    }

    fn raw(&mut self, connection: u32, request: &[u8]) -> Result<Vec<u8>, CallError> {
        let done: Done =
            self.tell(&Order::Raw { id: connection, request: BASE64.encode(request) })?;
        decoded(&done.reply.unwrap_or_default())
    }

    fn ask_and_kill_callee(
        &mut self,
        connection: u32,
        request: &Request,
    ) -> Result<Vec<Reply>, CallError> {
        let order = ask(connection, Mode::Chatty.name(), std::slice::from_ref(request));
        let pid = self.callee.as_ref().map(|callee| callee.process.pid());
        let idle_ns = pid.and_then(linux::cpu_ns);
        self.driver.say(&Order::Ask(order)).map_err(as_call_error)?;
        if let Some(mut callee) = self.callee.take() {
            wait_until_busy::wait(callee.process.pid(), idle_ns);
            callee.process.kill();
        }
        self.driver.hear_replies(1, self.patience).map(replies).map_err(as_call_error)
    }

    fn stop(mut self: Box<Self>) -> Result<(), String> {
        let then = std::mem::replace(&mut self.then, Box::new(ending::end));
        then(*self)
    }
}
