//! The conversation with a running driver: orders, answers, and why there is none.

use crate::{
    machine::process::{Process, ProcessError},
    protocol::{Opened, Order, Refused},
};
use api::{CallError, ErrorKind};
use serde::de::DeserializeOwned;
use std::{fmt, time::Duration};

/// Why a driver did not do what it was told.
#[derive(Debug)]
pub(crate) enum Trouble {
    /// The process ended, hung, or said what is not of the protocol.
    Process(ProcessError),
    /// It said no.
    Refused(CallError),
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Process(error) => write!(f, "{error}"),
            Self::Refused(error) => write!(f, "{error}"),
        }
    }
}

impl From<ProcessError> for Trouble {
    fn from(error: ProcessError) -> Self {
        Self::Process(error)
    }
}

/// A running driver.
pub(crate) struct Driver {
    pub(crate) process: Process,
}

impl Driver {
    /// Gives an order and waits for its answer.
    pub(crate) fn tell<T: DeserializeOwned>(
        &mut self,
        order: &Order,
        patience: Duration,
    ) -> Result<T, Trouble> {
        self.say(order)?;
        self.hear(patience)
    }

    /// Gives an order.
    pub(crate) fn say(&mut self, order: &Order) -> Result<(), Trouble> {
        let line =
            serde_json::to_string(order).expect("orders are text, numbers and lists of them");
        Ok(self.process.say(&line)?)
    }

    /// Waits for the answer to the oldest order not yet answered.
    pub(crate) fn hear<T: DeserializeOwned>(&mut self, patience: Duration) -> Result<T, Trouble> {
        let line = self.process.hear(patience)?;
        self.read(&line)
    }

    /// The answer to the oldest order not yet answered, if it comes in this time.
    pub(crate) fn hear_within<T: DeserializeOwned>(
        &mut self,
        wait: Duration,
    ) -> Result<Option<T>, Trouble> {
        match self.process.hear_within(wait)? {
            Some(line) => self.read(&line).map(Some),
            None => Ok(None),
        }
    }

    fn read<T: DeserializeOwned>(&mut self, line: &str) -> Result<T, Trouble> {
        if let Ok(refused) = serde_json::from_str::<Refused>(line)
            && !refused.ok
        {
            let kind = ErrorKind::from_name(&refused.kind).unwrap_or(ErrorKind::Internal);
            return Err(Trouble::Refused(CallError::new(kind, refused.detail)));
        }
        serde_json::from_str(line).map_err(|error| {
            let shown: String = line.chars().take(80).collect();
            let said = format!("answered {shown:?}, which is not of the driver protocol ({error})");
            Trouble::Process(self.process.died(&said))
        })
    }

    /// Opens a connection.
    pub(crate) fn open(&mut self, order: &Order, patience: Duration) -> Result<Opened, Trouble> {
        self.tell(order, patience)
    }
}
