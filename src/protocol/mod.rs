//! The driver protocol of `peers/PROTOCOL.md` as types: what the coordinator says and what a driver
//! answers.

pub(crate) mod answers;
pub(crate) mod endpoint;
pub(crate) mod load;

pub use crate::protocol::{
    endpoint::Endpoint,
    load::{Load, Loaded},
};

use fixtures::WorkloadKind;
use serde::{Deserialize, Serialize};

/// The version spoken here.
pub const VERSION: u32 = 1;

/// One line to a driver.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "op", rename_all = "lowercase")]
pub enum Order {
    /// Who are you?
    Hello {
        /// Always [`VERSION`].
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
    /// Ids that the first call asks for; the golden line's own number where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_max_results: Option<u32>,
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

/// Measure one cell for a while.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Visit {
    /// Which connection.
    pub id: u32,
    /// `chatty`, `batched`, `pipelined`, `streamed`; of one item also the parts of a call, `echo`,
    /// `codec`, `compute`, `stamped`.
    pub mode: String,
    /// Items per action.
    pub items: u32,
    /// What is asked; recommendations where absent.
    #[serde(default = "recommendations")]
    pub workload: String,
    /// Its size, in the workload's unit.
    #[serde(rename = "max_results")]
    pub size: u32,
    /// The golden line to begin with.
    pub first: usize,
    /// Actions before recording begins, at most.
    pub lead_in_calls: u32,
    /// Time before recording begins, at most, ms.
    pub lead_in_ms: u64,
    /// Time for the visit, ms.
    pub limit_ms: u64,
    /// Actions per sample; none lets the driver choose.
    pub group: Option<u32>,
    /// Ends the visit after so many samples, which are answered as a list and not as a histogram.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub samples: Option<u32>,
    /// Makes each call take so much longer, ns: a handicap that a self-test has to find.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub handicap_ns: Option<u64>,
    /// Bytes of the payload, for mode `echo`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payload_bytes: Option<usize>,
    /// Bytes that come back, for mode `echo`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_bytes: Option<usize>,
}

/// What is asked where nothing else is said.
pub(crate) fn recommendations() -> String {
    WorkloadKind::Recommendations.name().into()
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
    #[serde(deserialize_with = "answers::transports")]
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
}

/// Answer to `visit`.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Visited {
    /// Always true.
    pub ok: bool,
    /// Actions per sample.
    pub group: u32,
    /// Samples.
    pub samples: u64,
    /// Items timed.
    pub items: u64,
    /// Items before recording began.
    pub lead_in_items: u64,
    /// Wrong answers, lead-in included.
    pub wrong: u64,
    /// Failed calls: 0 or 1, since one ends the visit.
    pub errors: u64,
    /// Kind of the error.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// Words for a person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// Sum of the samples, ns.
    pub elapsed_ns: u64,
    /// Median sample, ns; none where there is no sample.
    pub p50_ns: Option<u64>,
    /// CPU time of the driver, ns.
    pub cpu_caller_ns: Option<u64>,
    /// CPU time of the callee, ns.
    pub cpu_callee_ns: Option<u64>,
    /// Bytes out, where the carrier counts them.
    pub bytes_out: Option<u64>,
    /// Bytes back, where the carrier counts them.
    pub bytes_back: Option<u64>,
    /// V2 deflate, base64.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub histogram: Option<String>,
    /// The samples, ns: where a number of them was asked for, or the driver has no histogram.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[serde(deserialize_with = "answers::samples")]
    pub samples_ns: Option<Vec<u64>>,
    /// What the callee reported, for mode `stamped`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stamps: Option<MeanStamps>,
    /// The first samples in their order, lead-in included, ns, 64 at most; none where the driver
    /// does not keep them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[serde(deserialize_with = "answers::first")]
    pub first_ns: Option<Vec<u64>>,
}

/// Answer to `ask`.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Asked {
    /// Always true.
    pub ok: bool,
    /// Ids of each answer.
    #[serde(deserialize_with = "answers::replies")]
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

/// Means of what a callee reported of the calls of a visit, lead-in included, ns.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub struct MeanStamps {
    /// Bytes to request.
    pub decode_ns: f64,
    /// The engine.
    pub compute_ns: f64,
    /// Reply to bytes.
    pub encode_ns: f64,
}

impl From<[f64; 3]> for MeanStamps {
    fn from([decode_ns, compute_ns, encode_ns]: [f64; 3]) -> Self {
        Self { decode_ns, compute_ns, encode_ns }
    }
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
