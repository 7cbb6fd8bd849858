//! What a run needs before it starts anything: names that fit, and right answers.

use crate::{
    drive::workload::Workload,
    fleet::Fleet,
    lanes::roster::{Known, Roster},
    plan::Plan,
    shell::failure::Failure,
};
use api::EngineKind;
use std::{collections::HashMap, path::PathBuf};

/// Each endpoint that the user named must be that of a lane to be measured.
pub(crate) fn check_endpoints(
    plan: &Plan,
    roster: &Roster,
    chosen: &[&Known],
) -> Result<(), Failure> {
    for name in plan.endpoints.keys() {
        let lane = roster.named(name)?;
        if !chosen.iter().any(|other| other.about.name == lane.about.name) {
            let line = format!("--endpoint {name}: that lane is not measured; add it with --lanes");
            return Err(Failure::usage(line));
        }
    }
    Ok(())
}

/// One file of right answers for each engine, long enough for every `max_results` of the plan.
pub(crate) fn golden_files(
    plan: &Plan,
    workload: &Workload,
    fleet: &Fleet,
) -> Result<HashMap<EngineKind, PathBuf>, Failure> {
    let most = plan.max_results.iter().copied().max().unwrap_or(1) as i32;
    let write = |&engine: &EngineKind| {
        // The wrong engine is held to the answers of the stub.
        let right = if engine == EngineKind::Wrong { EngineKind::Stub } else { engine };
        let lines = workload.golden(right, most);
        Ok((engine, fleet.write_golden(&format!("golden-{}.jsonl", engine.name()), &lines)?))
    };
    plan.engines.iter().map(write).collect()
}
