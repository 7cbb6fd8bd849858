//! A lane in the record: what it is, what it declares of itself, why it is not measured, and which
//! lane is the base of a role. No figure is here.

use serde::{Deserialize, Serialize};

/// A function call inside the process; tolls count from here.
pub const FUNCTION: &str = "function";
/// A call through the C interface of a library.
pub const FFI: &str = "ffi";
/// Memory that two processes share.
pub const SHM: &str = "shm";
/// Pipes between two processes.
pub const PIPE: &str = "pipe";
/// Frames over a socket, with no framework.
pub const SOCKET: &str = "socket";
/// Remote procedure calls by a framework.
pub const RPC: &str = "rpc";
/// HTTP with bodies of one's own.
pub const HTTP: &str = "http";
/// Messages through a queue.
pub const QUEUE: &str = "queue";
/// Every role, tight to loose.
pub const ROLES: [&str; 8] = [FUNCTION, FFI, SHM, PIPE, SOCKET, RPC, HTTP, QUEUE];

/// [`Setting::side`] of what stands between caller and callee.
pub const SERVER_SIDE: &str = "server";

/// The set of lanes that are measured when the user names none.
pub const DEFAULT_SET: &str = "default";

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
    /// What kind of boundary it is, one of [`ROLES`]; `unknown` where nobody said.
    #[serde(default = "unknown")]
    pub role: String,
    /// The choices of lanes that it belongs to: `default`, `ci`.
    #[serde(default)]
    pub sets: Vec<String>,
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
    /// The server that stands between caller and callee, which is neither: its name. Absent where
    /// none does, and in records from before there were any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub server: Option<String>,
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
    /// `caller`, `callee`, `both`, or [`SERVER_SIDE`].
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

    /// True for a lane that belongs to this set.
    pub fn is_in(&self, set: &str) -> bool {
        self.sets.iter().any(|own| own == set)
    }

    /// True for a lane that is measured when the user names none.
    pub fn is_default(&self) -> bool {
        self.is_in(DEFAULT_SET)
    }

    /// True for a lane that can be the base of its role: a default one that answers, of the usual
    /// profile, and no variant of another.
    pub fn is_plain(&self) -> bool {
        self.answers && self.is_default() && self.profile == equal() && self.variant_of.is_none()
    }

    /// True for a lane that goes by its full name: one of its sides is in another language, or the
    /// user's own.
    pub fn has_full_name(&self) -> bool {
        self.short == self.name
    }
}

/// The base of a role: the lane that people mean by it, and from which its other lanes differ. Of
/// several lanes that could be it, one of Tollgate's own, then the tightest.
pub fn base_of_role<'l>(role: &str, lanes: impl IntoIterator<Item = &'l Lane>) -> Option<&'l Lane> {
    let plain = lanes.into_iter().filter(|lane| lane.role == role && lane.is_plain());
    plain.min_by_key(|lane| (lane.has_full_name(), lane.looseness, &lane.name))
}

/// The role of a lane that says none itself, as in records of version 1 and in older files of
/// lanes: by its transport's name where that says it, else by its place on the spectrum, of which
/// 0 to 19 was the process itself (5 to 9 another language in it), up to 39 bytes on one host, up
/// to 59 RPC, up to 79 HTTP.
pub fn role_of_version_1(
    transport: &str,
    in_process: bool,
    class: &str,
    codec: Option<&str>,
    looseness: u8,
) -> &'static str {
    let named = |word: &str| transport.split('-').any(|part| part == word);
    if in_process {
        let waits = ["blocking", "async"].contains(&class);
        // What calls its own language by a function encodes nothing.
        let leaves_language = named(FFI) || codec.is_some() || (5..=9).contains(&looseness);
        return if leaves_language && !waits { FFI } else { FUNCTION };
    }
    match looseness {
        0..=39 if named(SHM) => SHM,
        0..=39 if named(PIPE) => PIPE,
        0..=39 => SOCKET,
        40..=59 => RPC,
        60..=79 => HTTP,
        _ => QUEUE,
    }
}
