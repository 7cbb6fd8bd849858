//! `--dry-run`: the cells and the predicted time.

use crate::{grid::Planned, plan::Plan, progress::spoken, roster::Known, schedule::Schedule};
use std::time::Duration;

/// Prints what a run would measure.
pub(super) fn print_plan(
    plan: &Plan,
    chosen: &[&Known],
    cells: &[Planned],
    schedule: &Schedule,
    predicted: Duration,
) {
    for cell in cells {
        println!(
            "{:26} {:8} {:10} {:>5} {:>12}",
            chosen[cell.lane].about.name,
            cell.engine.name(),
            cell.mode_name(),
            format!("{} x", cell.items),
            format!("{} ids", cell.max_results)
        );
    }
    println!(
        "{} cells on {} lanes, {} restarts of {} visits in {} blocks: about {}, seed {}",
        cells.len(),
        chosen.len(),
        plan.starts,
        schedule.visits(),
        schedule.blocks,
        spoken(predicted),
        plan.seed
    );
}
