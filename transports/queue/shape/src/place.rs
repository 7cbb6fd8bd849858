//! Where a server is, and which queue of it a callee reads: `redis://127.0.0.1:6379/tollgate.1`.

use crate::broker::{Broker, Credentials};
use api::{CallError, ErrorKind, ServeError};
use std::{
    fmt,
    hash::{BuildHasher, Hasher, RandomState},
};

/// How the queues of Tollgate are called, before a number at random.
const PREFIX: &str = "tollgate.";

/// A server and a queue.
#[derive(Clone)]
pub struct Place {
    scheme: &'static str,
    /// Host and port.
    pub address: String,
    /// The queue that the callee reads.
    pub queue: String,
    /// What opens the server.
    pub credentials: Credentials,
}

impl Place {
    /// Where a callee is to answer; without a queue in the text it reads a new one.
    ///
    /// # Errors
    /// `Address` when the text is no URL of this broker.
    pub fn to_serve<B: Broker>(listen: &str) -> Result<Self, ServeError> {
        let place = Self::read::<B>(listen).map(|place| match place.queue.as_str() {
            "" => Self { queue: new_queue(), ..place },
            _ => place,
        });
        place.ok_or_else(|| {
            let scheme = B::SCHEME;
            ServeError::Address(format!(
                "`{listen}` is no server of this lane; wanted is {scheme}://HOST:PORT"
            ))
        })
    }

    /// Where a callee answers.
    ///
    /// # Errors
    /// `Unsupported` when the text is none of this broker's endpoints.
    pub fn to_call<B: Broker>(endpoint: &str) -> Result<Self, CallError> {
        let place = Self::read::<B>(endpoint).filter(|place| !place.queue.is_empty());
        place.ok_or_else(|| {
            let detail =
                format!("endpoint `{endpoint}`; wanted is {}://HOST:PORT/QUEUE", B::SCHEME);
            CallError::new(ErrorKind::Unsupported, detail)
        })
    }

    fn read<B: Broker>(text: &str) -> Option<Self> {
        let rest = text.strip_prefix(B::SCHEME)?.strip_prefix("://")?;
        let (address, queue) = rest.split_once('/').unwrap_or((rest, ""));
        let (host, port) = address.rsplit_once(':')?;
        let is_one = !host.is_empty() && !host.contains('@') && port.parse::<u16>().is_ok();
        is_one.then(|| Self {
            scheme: B::SCHEME,
            address: address.into(),
            queue: queue.into(),
            credentials: Credentials::of(B::SERVER),
        })
    }
}

/// As callers are told it.
impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { scheme, address, queue, .. } = self;
        write!(f, "{scheme}://{address}/{queue}")
    }
}

/// A queue that nobody else has.
pub(crate) fn new_queue() -> String {
    // Keys of each state are drawn by the system.
    let random = || RandomState::new().build_hasher().finish();
    format!("{PREFIX}{:016x}{:016x}", random(), random())
}
