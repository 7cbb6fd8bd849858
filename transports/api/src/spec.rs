//! What a lane says of itself. All text that the rest of Tollgate shows about a lane comes from
//! here.

use crate::{lane::Lane, topology::Topology};

/// How n items travel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Mode {
    /// n calls, one after another.
    Chatty,
    /// One call.
    Batched,
    /// n calls in flight on one connection.
    Pipelined,
    /// One stream, n messages.
    Streamed,
}

impl Mode {
    /// Every mode.
    pub const ALL: [Self; 4] = [Self::Chatty, Self::Batched, Self::Pipelined, Self::Streamed];

    /// The name used in commands, protocols and files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Chatty => "chatty",
            Self::Batched => "batched",
            Self::Pipelined => "pipelined",
            Self::Streamed => "streamed",
        }
    }

    /// The mode with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mode| mode.name() == name)
    }
}

/// What one gets for the toll. Each is *declared* by the lane; the conformance suite tests what it
/// can.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Properties {
    /// Both sides are held to the contract by generated types or by a checked layout.
    pub typed_contract: bool,
    /// A call that takes too long is given up.
    pub deadline: bool,
    /// Calls that know nothing of each other can be in flight on one connection:
    /// [`crate::Connection::share`] gives a handle for each.
    pub multiplexing: bool,
    /// A callee that crashes leaves its caller alive.
    pub survives_callee_crash: bool,
    /// A person can read it with curl.
    pub readable_with_curl: bool,
}

/// How a caller waits for its answer. What one run can tell apart differs with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Waiting {
    /// It does not: the call is a function call.
    Never,
    /// Its thread sleeps in the kernel.
    Blocking,
    /// Its runtime does other things until the answer is there.
    Async,
}

impl Waiting {
    /// Every way.
    pub const ALL: [Self; 3] = [Self::Never, Self::Blocking, Self::Async];

    /// The name used in files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Never => "direct",
            Self::Blocking => "blocking",
            Self::Async => "async",
        }
    }
}

/// Under which settings a lane runs. Lanes of different profiles are ranked apart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Profile {
    /// As FAIRNESS.md says, with the libraries that people use: comparable with every other lane of
    /// this profile.
    #[default]
    Equal,
    /// A bare client in the place of the usual library: what the protocol takes without it.
    Lean,
    /// As the libraries' own documentation advises, each setting with its source in FAIRNESS.md.
    Tuned,
}

impl Profile {
    /// Every profile.
    pub const ALL: [Self; 3] = [Self::Equal, Self::Lean, Self::Tuned];

    /// The name used in files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Equal => "equal",
            Self::Lean => "lean",
            Self::Tuned => "tuned",
        }
    }
}

/// What kind of boundary a lane is: what is chosen between before any library is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// A function call.
    Function,
    /// A call through the C interface of a library.
    Ffi,
    /// Memory that two processes share.
    Shm,
    /// Pipes between two processes.
    Pipe,
    /// Frames over a socket, with no framework.
    Socket,
    /// Remote procedure calls by a framework.
    Rpc,
    /// HTTP with bodies of one's own.
    Http,
    /// Messages through a queue.
    Queue,
}

impl Role {
    /// Every role, tight to loose.
    pub const ALL: [Self; 8] = [
        Self::Function,
        Self::Ffi,
        Self::Shm,
        Self::Pipe,
        Self::Socket,
        Self::Rpc,
        Self::Http,
        Self::Queue,
    ];

    /// The name used in commands and files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Function => "function",
            Self::Ffi => "ffi",
            Self::Shm => "shm",
            Self::Pipe => "pipe",
            Self::Socket => "socket",
            Self::Rpc => "rpc",
            Self::Http => "http",
            Self::Queue => "queue",
        }
    }

    /// What it is, for a person.
    pub fn words(self) -> &'static str {
        match self {
            Self::Function => "a function call inside the process",
            Self::Ffi => "a call through the C interface of a library inside the process",
            Self::Shm => "memory that two processes share",
            Self::Pipe => "pipes between two processes",
            Self::Socket => "frames over a Unix or TCP socket, with no framework",
            Self::Rpc => "remote procedure calls by a framework with a contract",
            Self::Http => "HTTP requests whose bodies you define",
            Self::Queue => "messages through a queue or a broker",
        }
    }

    /// The role with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.name() == name)
    }
}

/// A choice of lanes that has a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Set {
    /// Measured when the user names no lanes.
    Default,
    /// For pull requests: few lanes, so that each has the time to show a small difference.
    Ci,
    /// Lanes between languages, and Rust's own of the same kinds beside them.
    Interop,
}

impl Set {
    /// Every set.
    pub const ALL: [Self; 3] = [Self::Default, Self::Ci, Self::Interop];

    /// The name used in commands and files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Default => "default",
            Self::Ci => "ci",
            Self::Interop => "interop",
        }
    }

    /// What it is for, for a person.
    pub fn words(self) -> &'static str {
        match self {
            Self::Default => "measured when no lanes are named",
            Self::Ci => "few lanes, for pull requests",
            Self::Interop => "between languages, with Rust's beside them",
        }
    }

    /// The set with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|set| set.name() == name)
    }
}

/// A lane's description.
#[derive(Clone, Debug)]
pub struct Spec {
    /// The mechanism, for example `grpc`: the middle part of the lane's name, and its short name.
    pub transport: &'static str,
    /// The language of the callee: the last part of the lane's name.
    pub callee: &'static str,
    /// What kind of boundary it is. The role's base is its lane of the set `default` that runs
    /// under the profile `equal` and is no variant: one at most.
    pub role: Role,
    /// The choices of lanes that it belongs to.
    pub sets: &'static [Set],
    /// One line for a person: what crosses.
    pub summary: &'static str,
    /// What makes up the implementation, outermost first; versions of crates are added from the
    /// lock file.
    pub made_of: &'static [&'static str],
    /// The place on the spectrum from tight (0) to loose (100): the order of lanes in every table
    /// and chart. Same process 0 to 19, bytes on one host 20 to 39, RPC 40 to 59, HTTP 60 to 79,
    /// queue 80 to 99.
    pub looseness: u8,
    /// Under which settings it runs.
    pub profile: Profile,
    /// The transport from which it differs in one thing, for the comparison that shows what that
    /// thing takes.
    pub variant_of: Option<&'static str>,
    /// How its caller waits.
    pub waiting: Waiting,
    /// Where the engine is.
    pub topology: Topology,
    /// How a request becomes bytes; none where it does not.
    pub codec: Option<&'static str>,
    /// The transport whose echo is this lane's bare carrier: R2 of the ladder in METHOD.md.
    pub carrier: Option<&'static str>,
    /// Modes beyond chatty, which every lane has.
    pub modes: &'static [Mode],
    /// What one gets for the toll.
    pub properties: Properties,
    /// False for a lane that answers nothing by design: its replies are not checked, and that is
    /// printed.
    pub answers: bool,
    /// The shared library that holds the callee, for callers in other languages to load; they find
    /// it by the name of the callee's language.
    pub library: Option<&'static [u8]>,
    /// Settings that make it comparable with others, as (what, value): the declared part of the
    /// fairness card.
    pub fairness: &'static [(&'static str, &'static str)],
}

impl Spec {
    /// True when the lane can do this mode.
    pub fn can(&self, mode: Mode) -> bool {
        mode == Mode::Chatty || self.modes.contains(&mode)
    }
}

/// Whatever walks over lanes: a driver, a listing, a bench.
pub trait Registrar {
    /// Takes one lane: what it says of itself, and how it is made.
    fn lane<L: Lane>(&mut self, spec: Spec, make: fn() -> L);

    /// Takes a library for callers in other languages that is no lane of Rust's; lanes that are
    /// listed in files name it.
    fn library(&mut self, _name: &'static str, _bytes: &'static [u8]) {}
}
