//! The conformance suite of `transports/api` over real processes: each case starts a driver and a
//! callee of its own. `tests/conformance.rs` makes one named test of each lane and case; a crate
//! with a transport of its own does the same.

pub(crate) mod command;

pub(crate) use crate::commands::conform::command::{Arguments, conform};
use crate::{
    drive::workload::{Files, Workload},
    fleet::{Behaviour, Callee, Driver, Fleet, OpenTo, Seats, Trouble},
    lanes::{
        Lanes,
        roster::{Known, Roster},
    },
    protocol::{Ask, Asked, Done, Echoed, Endpoint, Order, Question},
    shell::failure::Failure,
};

use api::{
    CallError, ErrorKind, Mode, Reply, Request, ServiceTime, Stamps,
    conformance::{Case, Rig, Setup, Subject, Traits},
};
use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use serde::de::DeserializeOwned;
use std::{
    fs,
    net::TcpStream,
    path::{Path, PathBuf},
    time::Duration,
};

/// Everything that a case needs: the lanes, and where their processes come from.
pub struct Conform {
    roster: Roster,
    fleet: Fleet,
    golden: PathBuf,
}

/// A lane, and why it cannot be tested here, if so.
pub struct Subjected {
    /// Full name.
    pub name: String,
    /// Why it is not available.
    pub unavailable: Option<String>,
    /// What the suite needs to know of it.
    pub traits: Traits,
}

impl Conform {
    /// The suite over these lanes. `program` is the file of a program whose `main` is
    /// [`crate::main`] over the same lanes.
    ///
    /// # Errors
    /// When the files that the processes share cannot be written.
    pub fn new(lanes: &Lanes, program: PathBuf) -> Result<Self, String> {
        let text = |failure: Failure| failure.to_string();
        let workload = Workload::load(&Files::default()).map_err(text)?;
        let fleet = Fleet::new(program, &workload).map_err(text)?;
        // One question for nothing: right on every engine, a wrong and a slow one included.
        let golden = fleet.write_golden(
            "golden.jsonl",
            "{\"user_id\":\"user_0\",\"max_results\":0,\"product_ids\":[]}\n",
        );
        Ok(Self {
            roster: Roster::new(lanes),
            fleet,
            golden: golden.map_err(text)?,
        })
    }

    /// Every lane, available or not.
    pub fn lanes(&self) -> Vec<Subjected> {
        let subjected = |lane: &Known| Subjected {
            name: lane.about.name.clone(),
            unavailable: lane.about.reason.clone(),
            traits: traits_of(lane),
        };
        self.roster.known.iter().map(subjected).collect()
    }

    /// Runs one case on a lane.
    ///
    /// # Errors
    /// A sentence that says what the lane did wrong.
    pub fn run(&self, lane: &str, case: &Case) -> Result<(), String> {
        let known = self.roster.find(lane).ok_or_else(|| format!("there is no lane {lane}"))?;
        let traits = traits_of(known);
        let mut start = |setup: Setup| -> Result<Box<dyn Subject>, String> {
            Running::start(self, known, setup).map(|running| Box::new(running) as Box<dyn Subject>)
        };
        (case.run)(&mut Rig { traits: &traits, start: &mut start })
            .map_err(|failed| failed.to_string())
    }
}

fn traits_of(lane: &Known) -> Traits {
    Traits {
        in_process: lane.about.in_process,
        answers: lane.about.answers,
        encodes: lane.about.codec.is_some(),
        deadline: lane.about.properties.deadline,
        modes: lane.modes.clone(),
    }
}

/// A driver and its callee under test.
struct Running {
    driver: Driver,
    callee: Option<Callee>,
    endpoint: String,
    /// Opens a connection; its number is put in.
    open: Box<dyn Fn(u32) -> Order>,
    patience: Duration,
}

impl Running {
    fn start(conform: &Conform, known: &Known, setup: Setup) -> Result<Self, String> {
        let Conform { fleet, golden, .. } = conform;
        let text = |failure: Failure| failure.to_string();
        let behaviour = Behaviour {
            engine: setup.engine,
            service_time: setup.service_time.map(ServiceTime::Sleep),
        };
        let (endpoint, callee) =
            fleet.endpoint(known, behaviour, Seats::default()).map_err(text)?;
        let to = OpenTo {
            behaviour,
            deadline: setup.deadline,
            golden,
            first_max_results: None,
            callee_pid: None,
        };
        let template = fleet.open_order(0, known, &endpoint, &to);
        let open = Box::new(move |number| match template.clone() {
            Order::Open(open) => Order::Open(crate::protocol::Open { id: number, ..open }),
            other => other,
        });
        let driver = fleet.driver(known, 0, Seats::default()).map_err(text)?;
        let patience = setup.deadline * 4 + Duration::from_secs(60);
        let mut running = Self { driver, callee, endpoint, open, patience };
        Subject::open(&mut running, 0).map_err(|error| format!("open: {error}"))?;
        Ok(running)
    }

    fn tell<T: DeserializeOwned>(&mut self, order: &Order) -> Result<T, CallError> {
        self.driver.tell(order, self.patience).map_err(as_call_error)
    }
}

/// A driver that dies is not an error of a call: no case expects it.
fn as_call_error(trouble: Trouble) -> CallError {
    match trouble {
        Trouble::Refused(error) => error,
        Trouble::Process(error) => {
            CallError::new(ErrorKind::Internal, format!("the driver failed: {error}"))
        }
    }
}

fn ask(connection: u32, mode: &str, requests: &[Request]) -> Order {
    let question = |request: &Request| Question {
        user_id: request.user_id.clone(),
        max_results: request.max_results,
    };
    Order::Ask(Ask {
        id: connection,
        mode: mode.into(),
        requests: requests.iter().map(question).collect(),
    })
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
        let order = (self.open)(connection);
        self.driver.open(&order, self.patience).map(|_| ()).map_err(as_call_error)
    }

    fn ask(
        &mut self,
        connection: u32,
        mode: Mode,
        requests: &[Request],
    ) -> Result<Vec<Reply>, CallError> {
        self.tell(&ask(connection, mode.name(), requests)).map(replies)
    }

    fn ask_stamped(
        &mut self,
        connection: u32,
        request: &Request,
    ) -> Result<(Reply, Stamps), CallError> {
        let asked: Asked = self.tell(&ask(connection, "stamped", std::slice::from_ref(request)))?;
        let internal = |what: &str| {
            CallError::new(ErrorKind::Internal, format!("the driver answered without {what}"))
        };
        let stamps = asked.stamps.ok_or_else(|| internal("stamps"))?;
        let reply = replies(asked).pop().ok_or_else(|| internal("a reply"))?;
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
        self.driver.say(&order).map_err(as_call_error)?;
        // Long enough for the call to be on its way, far shorter than the callee sleeps. On a
        // machine too busy for that the callee dies first, and the outcome must be the same.
        std::thread::sleep(Duration::from_millis(100));
        if let Some(mut callee) = self.callee.take() {
            callee.process.kill();
        }
        self.driver.hear(self.patience).map(replies).map_err(as_call_error)
    }

    fn stop(&mut self) -> Result<(), String> {
        let pids = [
            Some(self.driver.process.pid()),
            self.callee.as_ref().map(|callee| callee.process.pid()),
        ];
        let status = self.driver.process.stop();
        if !status.is_some_and(|status| status.success()) {
            return Err(format!(
                "the driver did not end by itself with 0 when its stdin ended, but with {status:?}"
            ));
        }
        if let Some(mut callee) = self.callee.take() {
            let status = callee.process.stop();
            if !status.is_some_and(|status| status.success()) {
                return Err(format!(
                    "the callee did not end by itself with 0 when its stdin ended, but with \
                    {status:?}"
                ));
            }
            left_at(&self.endpoint)?;
        }
        match pids
            .into_iter()
            .flatten()
            .find(|pid| Path::new(&format!("/proc/{pid}")).exists())
        {
            Some(pid) => Err(format!("process {pid} is still there")),
            None => Ok(()),
        }
    }
}

/// Looks for what a callee that has gone may have left at its endpoint.
fn left_at(endpoint: &str) -> Result<(), String> {
    let endpoint = Endpoint::parse(endpoint);
    if let Endpoint::Unix(path) = &endpoint {
        let folder = path.parent().unwrap_or(Path::new("/"));
        if fs::symlink_metadata(path).is_ok() || folder.exists() {
            return Err(format!("{} or its folder is still there", path.display()));
        }
    }
    if endpoint
        .host_and_port()
        .is_some_and(|address| TcpStream::connect(address).is_ok())
    {
        return Err(format!("somebody still listens on {endpoint}"));
    }
    Ok(())
}
