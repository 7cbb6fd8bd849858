//! The conversation with a running driver: orders, answers, and why there is none.

use crate::{
    machine::process::{Process, ProcessError},
    protocol::{self, Ask, Asked, Hello, Open, Opened, Order, Refused},
    shell::failure::Failure,
};
use api::{CallError, ErrorKind};
use reports::record::Lane;
use serde::de::DeserializeOwned;
use std::{fmt, process::Command, time::Duration};

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

/// A running driver.
pub(crate) struct Driver {
    pub(crate) process: Process,
}

impl Driver {
    /// Starts the driver of a lane on this core, and waits until it has said who it is.
    pub(crate) fn start(
        lane: &Lane,
        command: &mut Command,
        core: Option<usize>,
        patience: Duration,
    ) -> Result<Self, Failure> {
        let what = format!("driver of {}", lane.name);
        let process = Process::start_on(core, what, command)
            .map_err(|error| Failure::failed(error.to_string()))?;
        let mut driver = Self { process };
        let hello: Hello = driver
            .tell(&Order::Hello { protocol: protocol::VERSION }, patience)
            .map_err(|error| Failure::failed(error.to_string()))?;
        if hello.protocol != protocol::VERSION || !hello.transports.contains(&lane.transport) {
            return Err(Failure::failed(format!(
                "driver of {}: speaks protocol {} and {:?}; protocol {} and `{}` are needed",
                lane.name,
                hello.protocol,
                hello.transports,
                protocol::VERSION,
                lane.transport
            )));
        }
        Ok(driver)
    }

    /// Gives an order and waits for its answer.
    pub(crate) fn tell<T: DeserializeOwned>(
        &mut self,
        order: &Order,
        patience: Duration,
    ) -> Result<T, DriverError> {
        self.say(order)?;
        self.hear(patience)
    }

    /// Gives an order.
    pub(crate) fn say(&mut self, order: &Order) -> Result<(), DriverError> {
        let line =
            serde_json::to_string(order).expect("orders are text, numbers and lists of them");
        Ok(self.process.say(&line)?)
    }

    /// Waits for the answer to the oldest order not yet answered.
    pub(crate) fn hear<T: DeserializeOwned>(
        &mut self,
        patience: Duration,
    ) -> Result<T, DriverError> {
        let line = self.process.hear(patience)?;
        self.read(&line)
    }

    /// The answer to the oldest order not yet answered, if it comes in this time.
    pub(crate) fn hear_within<T: DeserializeOwned>(
        &mut self,
        wait: Duration,
    ) -> Result<Option<T>, DriverError> {
        match self.process.hear_within(wait)? {
            Some(line) => self.read(&line).map(Some),
            None => Ok(None),
        }
    }

    fn read<T: DeserializeOwned>(&mut self, line: &str) -> Result<T, DriverError> {
        if let Ok(refused) = serde_json::from_str::<Refused>(line)
            && !refused.ok
        {
            let kind = ErrorKind::from_name(&refused.kind).unwrap_or(ErrorKind::Internal);
            return Err(DriverError::Refused(CallError::new(kind, refused.detail)));
        }
        serde_json::from_str(line).map_err(|error| {
            let shown: String = line.chars().take(80).collect();
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
        Err(DriverError::Process(self.process.died(&said)))
    }

    /// Opens a connection.
    pub(crate) fn open(&mut self, open: &Open, patience: Duration) -> Result<Opened, DriverError> {
        self.tell(&Order::Open(open.clone()), patience)
    }
}
