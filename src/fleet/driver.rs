//! The conversation with a running driver: orders, answers, and why there is none.

use crate::{
    fleet::{
        launch::{Part, World, hung_lanes::HungLanes},
        servers::Server,
    },
    lanes::roster::Known,
    machine::{
        placement::{Placement, seated::Seated},
        process::{ProcessError, lines::SHORT_LINE, speaker::Speaker},
        surroundings::Surroundings,
    },
    protocol::{
        Ask, Asked, Hello, Open, Opened, Order, Refused, Version,
        answers::{self, Answer},
    },
    shell::failure::Failure,
};
use api::{CallError, ErrorKind};
use std::{fmt, process::Command, sync::Arc, time::Duration};

/// The clock of a driver may be faster than this program's by this factor.
const CLOCKS_DIFFER: f64 = 1.5;

/// Why a driver did not do what it was told.
#[derive(Debug)]
pub(crate) enum DriverError {
    /// The process ended, hung, or said what is not of the protocol.
    Process(ProcessError),
    /// It said no.
    Refused(CallError),
}

impl fmt::Display for DriverError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Process(error) => write!(f, "{error}"),
            Self::Refused(error) => write!(f, "{error}"),
        }
    }
}

impl From<ProcessError> for DriverError {
    fn from(error: ProcessError) -> Self {
        Self::Process(error)
    }
}

/// The processes of a lane beside its driver.
#[derive(Clone, Copy)]
pub(crate) struct Others<'a> {
    pub(crate) callees: &'a [u32],
    pub(crate) servers: &'a [Arc<Server>],
}

/// A running driver.
pub(crate) struct Driver {
    pub(crate) process: Box<dyn Speaker>,
    /// The time that its answers are held to.
    pub(crate) around: Arc<dyn Surroundings>,
    lane: String,
    /// In which it is spoken to.
    version: Version,
    /// Where it is noted that it hung.
    hung: HungLanes,
}

impl Driver {
    /// Starts the driver of a lane on this core, and waits until it has said who it is.
    pub(crate) fn start(
        known: &Known,
        command: &mut Command,
        core: Option<usize>,
        patience: Duration,
        world: &World,
        hung: HungLanes,
    ) -> Result<Self, Failure> {
        let process = world
            .launcher
            .launch(Part::Driver(&known.about), command, core)
            .map_err(|error| Failure::failed(error.to_string()))?;
        let around = world.around.clone();
        let lane_name = known.about.name.clone();
        let mut driver = Self {
            process,
            around,
            lane: lane_name,
            version: Version::NEWEST,
            hung,
        };
        let transports = driver.greet(patience)?.transports;
        let (name, transport) = (&known.about.name, &known.caller_transport);
        if !transports.contains(transport) {
            return Err(Failure::failed(format!(
                "driver of {name}: has {transports:?}; `{transport}` is needed"
            )));
        }
        Ok(driver)
    }

    /// Says hello in the newest version, and in an older one to a driver that does not know that.
    fn greet(&mut self, patience: Duration) -> Result<Hello, Failure> {
        let mut said = String::new();
        for version in Version::ALL {
            self.version = version;
            let protocol = version.number();
            match self.tell::<Hello>(&Order::Hello { protocol }, patience) {
                Ok(hello) => match Version::from_number(hello.protocol) {
                    Some(version) => {
                        self.version = version;
                        return Ok(hello);
                    }
                    None => said = format!("it answers with protocol {}", hello.protocol),
                },
                Err(DriverError::Refused(refused)) => said = refused.to_string(),
                Err(error) => return Err(Failure::failed(error.to_string())),
            }
        }
        let lane = &self.lane;
        Err(Failure::failed(format!(
            "driver of {lane}: speaks neither protocol 2 nor 1 (peers/PROTOCOL.md): {said}"
        )))
    }

    /// Gives an order and waits for its answer.
    pub(crate) fn tell<T: Answer>(
        &mut self,
        order: &Order,
        patience: Duration,
    ) -> Result<T, DriverError> {
        self.say(order)?;
        self.hear(patience)
    }

    /// Gives an order.
    pub(crate) fn say(&mut self, order: &Order) -> Result<(), DriverError> {
        let line = self.version.line_of(order).map_err(DriverError::Refused)?;
        self.process.take_lines_up_to(order.longest_answer());
        Ok(self.process.say(&line)?)
    }

    /// Waits for the answer to the oldest order not yet answered.
    pub(crate) fn hear<T: Answer>(&mut self, patience: Duration) -> Result<T, DriverError> {
        let heard = self.process.hear(patience);
        let line = heard.inspect_err(|error| {
            if error.hung {
                self.hung.add(&self.lane);
            }
        })?;
        self.read(&line)
    }

    /// It has not answered for this long, and is not waited for any more.
    pub(crate) fn hung(&mut self, waited: Duration) -> DriverError {
        self.hung.add(&self.lane);
        self.process.hung(waited).into()
    }

    /// The answer to the oldest order not yet answered, if it comes in this time.
    pub(crate) fn hear_within<T: Answer>(
        &mut self,
        wait: Duration,
    ) -> Result<Option<T>, DriverError> {
        match self.process.hear_within(wait)? {
            Some(line) => self.read(&line).map(Some),
            None => Ok(None),
        }
    }

    fn read<T: Answer>(&mut self, line: &str) -> Result<T, DriverError> {
        // Nothing longer is waited for until the next order.
        self.process.take_lines_up_to(SHORT_LINE);
        if let Ok(refused) = answers::read::<Refused>(line)
            && !refused.ok
        {
            let kind = ErrorKind::from_name(&refused.kind).unwrap_or(ErrorKind::Internal);
            return Err(DriverError::Refused(CallError::new(kind, refused.detail)));
        }
        answers::read(line).map_err(|error| {
            let shown: String = line.chars().filter(|c| !c.is_control()).take(80).collect();
            let said = format!("answered {shown:?}, which is not of the driver protocol ({error})");
            DriverError::Process(self.process.died(&said))
        })
    }

    /// Asks, and makes sure that each request has its reply.
    pub(crate) fn ask(&mut self, ask: Ask, patience: Duration) -> Result<Asked, DriverError> {
        let requests = ask.requests.len();
        self.say(&Order::Ask(ask))?;
        self.hear_replies(requests, patience)
    }

    /// Waits for the replies to so many requests.
    pub(crate) fn hear_replies(
        &mut self,
        requests: usize,
        patience: Duration,
    ) -> Result<Asked, DriverError> {
        let asked: Asked = self.hear(patience)?;
        let replies = asked.replies.len();
        if replies == requests {
            return Ok(asked);
        }
        let said = format!(
            "gave {replies} replies to {requests} requests: `replies` has one list for each, as \
            peers/PROTOCOL.md says"
        );
        Err(self.process.died(&said).into())
    }

    /// Samples one after another take no longer than the visit that they are of.
    ///
    /// # Errors
    /// Their sum is far more: what the driver says of times is not to be believed.
    pub(crate) fn believe(&mut self, samples_ns: u64, visit: Duration) -> Result<(), DriverError> {
        let most_ns = visit.as_nanos() as f64 * CLOCKS_DIFFER;
        if samples_ns as f64 <= most_ns {
            return Ok(());
        }
        let (samples_s, visit_s) = (samples_ns as f64 / 1e9, visit.as_secs_f64());
        let said =
            format!("answered with elapsed_ns of {samples_s:.3} s for a visit of {visit_s:.3} s");
        Err(self.process.died(&said).into())
    }

    /// Moves this driver, its callees and the server between them into this placement, unless they
    /// sit there.
    ///
    /// # Errors
    /// One of them cannot be moved: where the lane runs is not known any more.
    pub(crate) fn sit_in(
        &mut self,
        placement: Placement,
        seated: &mut Seated,
        others: Others<'_>,
    ) -> Result<(), DriverError> {
        let pid = self.process.pid();
        let moved = seated.move_to(placement, &*self.around, pid, others.callees).and_then(|()| {
            // A server is moved by other lanes too: it knows where it sits.
            let core = seated.seats().callee;
            others.servers.iter().try_for_each(|server| server.sit_on(core, &*self.around))
        });
        moved.map_err(|error| {
            let name = placement.name();
            let said = format!(
                "or what answers it cannot be moved for placement {name}: {error}; with \
                --placement one nothing is moved"
            );
            self.process.died(&said).into()
        })
    }

    /// Opens a connection.
    pub(crate) fn open(&mut self, open: &Open, patience: Duration) -> Result<Opened, DriverError> {
        self.tell(&Order::Open(open.clone()), patience)
    }
}
