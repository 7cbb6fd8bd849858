//! What criterion measured of the same build, kept beside this run's own figures.

use serde::{Deserialize, Serialize};

/// [`CriterionEstimate::what`] of a call over a lane.
pub const LANE_CALL: &str = "call";
/// [`CriterionEstimate::what`] of both sides of a codec: request and reply, domain value to bytes
/// and back.
pub const CODEC_CALL: &str = "codec";

/// A mean that criterion estimated in one process, by `cargo bench` of the build of this run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CriterionEstimate {
    /// [`LANE_CALL`] or [`CODEC_CALL`].
    pub what: String,
    /// Full name of the lane of a call.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lane: Option<String>,
    /// `protobuf`, `json`: which codec.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub codec: Option<String>,
    /// Ids in each reply.
    pub size: u32,
    /// Items in the call.
    pub items: u32,
    /// Mean time of the whole call, ns.
    pub mean_ns: f64,
    /// Lower end of its 95 % interval, ns.
    pub low_ns: f64,
    /// Upper end of its 95 % interval, ns.
    pub high_ns: f64,
}
