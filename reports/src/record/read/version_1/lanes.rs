//! Lanes of version 1, which said of themselves that they are default ones, and no role.

use crate::record::{DEFAULT_SET, Lane, role_of_version_1};
use serde::Deserialize;

#[derive(Deserialize)]
pub(super) struct LaneV1 {
    default: bool,
    #[serde(flatten)]
    lane: Lane,
}

impl LaneV1 {
    /// The lane with a role and sets.
    pub(super) fn upgraded(self) -> Lane {
        let lane = self.lane;
        let role = role_of_version_1(
            &lane.transport,
            lane.in_process,
            &lane.class,
            lane.codec.as_deref(),
            lane.looseness,
        );
        let sets = if self.default { vec![DEFAULT_SET.to_owned()] } else { Vec::new() };
        Lane { role: role.to_owned(), sets, ..lane }
    }
}
