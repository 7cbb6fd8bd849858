//! The order `visit` and its answer.

use crate::protocol::{
    bounded_lists,
    defaults::{call, is_call, recommendations},
};
use serde::{Deserialize, Serialize};

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
    pub size: u32,
    /// What becomes of an answer: [`call`] where absent, and nothing else so far.
    #[serde(default = "call", skip_serializing_if = "is_call")]
    pub kind: String,
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
    /// Garbage collections in the driver, over the span of its CPU time; none where nothing
    /// collects, or the driver does not tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gc_cycles: Option<u64>,
    /// V2 deflate, base64.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub histogram: Option<String>,
    /// The samples, ns: where a number of them was asked for, or the driver has no histogram.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[serde(deserialize_with = "bounded_lists::samples")]
    pub samples_ns: Option<Vec<u64>>,
    /// What the callee reported, for mode `stamped`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stamps: Option<MeanStamps>,
    /// The first samples in their order, lead-in included, ns, 64 at most; none where the driver
    /// does not keep them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[serde(deserialize_with = "bounded_lists::first")]
    pub first_ns: Option<Vec<u64>>,
    /// The median sample of each 10 ms since the visit began, ns, 200 at most, 0 where none began
    /// in them; none where the driver does not tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[serde(deserialize_with = "bounded_lists::slices")]
    pub slices_p50_ns: Option<Vec<u64>>,
}

impl Visited {
    /// What went wrong in it, where the driver has no words for it.
    pub(crate) fn fault(&self) -> String {
        if self.wrong > 0 {
            format!("{} wrong answers in one visit", self.wrong)
        } else {
            format!("{} failed calls in one visit", self.errors)
        }
    }

    /// The same in the driver's words, where it has some.
    pub(crate) fn cause(&self) -> String {
        match &self.detail {
            Some(detail) => format!("{}: {detail}", self.kind.as_deref().unwrap_or("error")),
            None => self.fault(),
        }
    }
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
