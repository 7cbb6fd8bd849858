//! `--dry-run`: the cells and the predicted time.

use super::{contrasts::Contrasts, uninterrupted::Uninterrupted};
use crate::{grid::Planned, plan::Plan, progress::spoken, roster::Known, schedule::Schedule};
use std::{fmt::Write, time::Duration};

/// What a run would measure.
pub(super) fn plan_text(
    plan: &Plan,
    chosen: &[&Known],
    cells: &[Planned],
    schedule: &Schedule,
    contrasts: &Contrasts<'_>,
    uninterrupted: &Uninterrupted,
    predicted: Duration,
) -> String {
    let mut text = String::new();
    for cell in cells {
        let _ = writeln!(
            text,
            "{:26} {:8} {:10} {:>5} {:>12}",
            chosen[cell.lane].about.name,
            cell.engine.name(),
            cell.mode_name(),
            format!("{} x", cell.items),
            format!("{} ids", cell.max_results)
        );
    }
    let _ = writeln!(
        text,
        "{} cells on {} lanes, {} restarts of {} visits in {} blocks: about {}, seed {}",
        cells.len(),
        chosen.len(),
        plan.starts,
        schedule.visits(),
        schedule.blocks,
        spoken(predicted),
        plan.seed
    );
    let _ = writeln!(text, "{}\n{}", contrasts.text(), uninterrupted.text());
    text
}
