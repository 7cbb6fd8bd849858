//! A lane in the record: what it is, what it declares of itself, and why it is not measured. No
//! figure is here.

use serde::{Deserialize, Serialize};

/// A lane, measured or not.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Lane {
    /// `caller/transport/callee`, for example `rust/grpc/rust`.
    pub name: String,
    /// The name shown where it is unique: `grpc`, or the full name for lanes of other callers.
    pub short: String,
    /// Language of the caller.
    pub caller: String,
    /// The mechanism.
    pub transport: String,
    /// Language of the callee.
    pub callee: String,
    /// One line for a person.
    pub summary: String,
    /// What it is made of, with versions: `tonic 0.14.9, prost 0.14.4`.
    pub implementation: String,
    /// Place on the spectrum, 0 tight to 100 loose.
    pub looseness: u8,
    /// `equal`, `lean` (a bare client), `tuned`; lanes of different profiles are ranked apart.
    #[serde(default = "equal")]
    pub profile: String,
    /// The transport from which it differs in one thing.
    #[serde(default)]
    pub variant_of: Option<String>,
    /// How its caller waits for an answer: `direct` (it does not: a function call), `blocking`,
    /// `async`.
    #[serde(default = "unknown")]
    pub class: String,
    /// True when there is no callee process.
    pub in_process: bool,
    /// `protobuf`, `json`; absent where nothing is encoded.
    pub codec: Option<String>,
    /// Transport whose echo is this lane's bare carrier; absent where nothing carries bytes.
    pub carrier: Option<String>,
    /// Modes it can do.
    pub modes: Vec<String>,
    /// What one gets for the toll.
    pub properties: Properties,
    /// False when replies are empty by design and not checked (`null`).
    pub answers: bool,
    /// True when the run used an endpoint that the user named, in the place of a callee or library
    /// of its own.
    pub given_endpoint: bool,
    /// True when it can run here.
    pub available: bool,
    /// Why it is not available, or not part of this run; with the command that would change it.
    pub reason: Option<String>,
    /// True when the plan names it.
    pub planned: bool,
    /// True when it is measured if the user names no lanes.
    pub default: bool,
    /// Settings, declared and read back.
    pub fairness: Vec<Setting>,
}

fn unknown() -> String {
    "unknown".into()
}

/// The profile of [`Lane::profile`] where nothing else is said.
pub fn equal() -> String {
    "equal".into()
}

/// What one gets for the toll, as the lane declares it.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Properties {
    /// Both sides are held to the contract by generated types or a checked layout.
    pub typed_contract: bool,
    /// A call that takes too long is given up.
    pub deadline: bool,
    /// Several calls in flight on one connection.
    pub multiplexing: bool,
    /// A callee that crashes leaves its caller alive.
    pub survives_callee_crash: bool,
    /// A person can read it with curl.
    pub readable_with_curl: bool,
}

/// One line of a fairness card.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Setting {
    /// What is set, for example `TCP_NODELAY`.
    pub what: String,
    /// Its value.
    pub value: String,
    /// `caller`, `callee` or `both`.
    pub side: String,
    /// True when read back from the running socket, false when declared by the lane.
    pub read_back: bool,
}

impl Lane {
    /// The name with what the lane is made of, as `grpc (tonic 0.14.9)`: no sentence speaks of a
    /// mechanism alone.
    pub fn named(&self) -> String {
        let made_of = self.implementation.split(',').next().unwrap_or_default().trim();
        if made_of.is_empty() {
            self.short.clone()
        } else {
            format!("{} ({made_of})", self.short)
        }
    }
}
