//! What the machine did during a visit, as far as the system tells. It judges nothing: flags are
//! the visit's.

use serde::{Deserialize, Serialize};

/// What the machine did during a visit, lead-in and checking included. What was not measured is
/// absent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Noise {
    /// Share of CPU time stolen by the hypervisor, 0 to 1; in the kernel's ticks, so that a short
    /// visit is told coarsely.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub steal_share: Option<f64>,
    /// Cores that processes of others kept busy, as far as they can be seen: their CPU time by the
    /// time that went by.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub others_cores: Option<f64>,
    /// Cores that caller, callee and the harness kept busy.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub own_cores: Option<f64>,
    /// Times that threads of caller and callee were taken off a core while they had work.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub involuntary_switches: Option<u64>,
    /// Times that a core was slowed down because of heat.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub throttle_events: Option<u64>,
}
