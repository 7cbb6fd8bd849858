//! Stages and floors as a record holds them before anything is measured.

use crate::{
    lanes::roster::Known, machine::floors, measure::stages::stage::MissingStage, plan::Plan,
    protocol::Endpoint,
};
use reports::record::{Floor, Ladder, Lane, MissingRung};

/// Every floor.
pub(crate) fn floors() -> Vec<Floor> {
    let floor = |name: &&str| Floor { name: (*name).into(), starts: Vec::new(), reason: None };
    floors::NAMES.iter().map(floor).collect()
}

/// The stages of a lane.
pub(crate) fn lane(
    plan: &Plan,
    about: &Lane,
    bare: Option<&Known>,
    missing: &[MissingStage],
) -> Ladder {
    let recorded = |missing: &MissingStage| MissingRung {
        rung: missing.stage.name().into(),
        reason: missing.failure.reason.clone(),
    };
    Ladder {
        lane: about.name.clone(),
        engine: plan.main_engine_name().into(),
        workload: plan.workload.name().into(),
        size: plan.sizes[0],
        placement: plan.placement.of_cells().into(),
        carrier: bare.map(|bare| bare.about.name.clone()),
        floor: None,
        starts: Vec::new(),
        missing: missing.iter().map(recorded).collect(),
    }
}

/// The floor below which a lane cannot come, by where its callee is and how its caller waits: a
/// function call has none; memory that two processes share is at least a cache line that changes
/// cores.
pub(crate) fn floor_of(about: &Lane, endpoint: &str) -> Option<&'static str> {
    if about.in_process {
        let waits = about.class != api::Waiting::Never.name();
        return waits.then_some("futex");
    }
    match Endpoint::parse(endpoint) {
        Endpoint::Unix(_) => Some("pipe"),
        Endpoint::Http(_) | Endpoint::Tcp(_) => Some("loopback"),
        Endpoint::None | Endpoint::Library(_) | Endpoint::Other(_) => Some("cache_line"),
    }
}
