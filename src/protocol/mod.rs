//! The driver protocol of `peers/PROTOCOL.md` as types: what the coordinator says and what a driver
//! answers.

pub(crate) mod answers;
mod bounded_lists;
mod defaults;
pub(crate) mod endpoint;
pub(crate) mod load;
pub(crate) mod version;
mod version_1;
pub(crate) mod visit;

pub(crate) use crate::protocol::{
    defaults::{call, recommendations},
    version::Version,
};
pub use crate::protocol::{
    endpoint::{Endpoint, ServerUrl},
    load::{Load, Loaded},
    visit::{MeanStamps, Visit, Visited},
};

use serde::{Deserialize, Serialize};

/// One line to a driver.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "op", rename_all = "lowercase")]
pub enum Order {
    /// Who are you?
    Hello {
        /// The version in which it will be spoken to.
        protocol: u32,
    },
    /// Open a connection.
    Open(Open),
    /// Measure one cell for a while.
    Visit(Visit),
    /// Send calls by a schedule for a while.
    Load(Load),
    /// End the load that goes on; it is answered as if it had been over, and this is not answered.
    Stop,
    /// Ask and give the whole answers.
    Ask(Ask),
    /// Opaque bytes there and back.
    Echo {
        /// Which connection.
        id: u32,
        /// Base64.
        payload: String,
        /// Bytes wanted back.
        reply_bytes: usize,
    },
    /// Bytes in the place of an encoded request.
    Raw {
        /// Which connection.
        id: u32,
        /// Base64.
        request: String,
    },
    /// Close a connection.
    Close {
        /// Which connection.
        id: u32,
    },
}

/// Open a connection.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Open {
    /// The connection's number from here on.
    pub id: u32,
    /// Which transport.
    pub transport: String,
    /// Where the callee is: the text of an [`Endpoint`].
    pub endpoint: String,
    /// The engine of in-process lanes.
    pub engine: String,
    /// The longest a call may take, ms.
    pub deadline_ms: u64,
    /// File of golden answers.
    pub golden: String,
    /// What the first call asks; recommendations where absent.
    #[serde(default = "recommendations")]
    pub workload: String,
    /// Its size, in the workload's unit; of recommendations the golden line's own where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_size: Option<u32>,
    /// The catalog of in-process lanes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub products: Option<String>,
    /// The catalog of in-process lanes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub users: Option<String>,
    /// Sleep for each item in the engine of in-process lanes, us.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service_time_us: Option<u64>,
    /// The callee's process.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub callee_pid: Option<u32>,
}

/// Ask and give the whole answers.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Ask {
    /// Which connection.
    pub id: u32,
    /// A mode, or `stamped`.
    pub mode: String,
    /// The questions.
    pub requests: Vec<Question>,
}

/// One question.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Question {
    /// The user.
    pub user_id: String,
    /// Ids wanted.
    pub max_results: i32,
}

/// One line from a driver that could not.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Refused {
    /// Always false.
    pub ok: bool,
    /// The name of an error kind.
    #[serde(default)]
    pub kind: String,
    /// Words for a person.
    #[serde(default)]
    pub detail: String,
}

/// Answer to `hello`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Hello {
    /// Always true.
    pub ok: bool,
    /// The version it speaks.
    pub protocol: u32,
    /// Its language.
    pub language: String,
    /// What runs it.
    pub implementation: String,
    /// Transports it can call by.
    #[serde(deserialize_with = "bounded_lists::transports")]
    pub transports: Vec<String>,
}

/// Answer to `open`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Opened {
    /// Always true.
    pub ok: bool,
    /// Load, connect, handshake, ns.
    pub open_ns: u64,
    /// The first call, ns.
    pub first_call_ns: u64,
    /// What the driver says of itself that is not the same everywhere: what, and its value.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub settings: Vec<(String, String)>,
    /// What telling the time and calling take in it; none where it does not tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub floor: Option<Floor>,
}

/// What a driver's language takes to tell the time and to call, without any boundary.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Floor {
    /// One read of its clock, ns.
    pub clock_read_ns: f64,
    /// One call of a function that does nothing, ns.
    pub empty_call_ns: f64,
}

/// Answer to `ask`.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Asked {
    /// Always true.
    pub ok: bool,
    /// Ids of each answer.
    #[serde(deserialize_with = "bounded_lists::replies")]
    pub replies: Vec<Vec<String>>,
    /// What the callee reported, for `stamped`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stamps: Option<Stamps>,
}

/// What a callee reports of one call, ns.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub struct Stamps {
    /// Bytes to request.
    pub decode_ns: u64,
    /// The engine.
    pub compute_ns: u64,
    /// Reply to bytes.
    pub encode_ns: u64,
}

/// Answer to `echo`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Echoed {
    /// Always true.
    pub ok: bool,
    /// Base64.
    pub back: String,
}

/// Answer to `raw` and `close`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Done {
    /// Always true.
    pub ok: bool,
    /// Base64 of an encoded reply, for `raw`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply: Option<String>,
}
