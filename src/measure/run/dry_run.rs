//! `--dry-run`: the cells and the predicted time.

use crate::{
    lanes::roster::Known,
    measure::run::timetable::Timetable,
    plan::{Plan, grid::Planned, order::Order},
    shell::progress::spoken,
};
use std::fmt::Write;

/// What a run would measure.
pub(crate) fn plan_text(
    plan: &Plan,
    chosen: &[&Known],
    cells: &[Planned],
    times: &Timetable<'_>,
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
    let Timetable {
        schedule,
        contrasts,
        uninterrupted,
        stages,
        loads,
        pilot,
        predicted,
    } = times;
    let (starts, about) = match pilot {
        Some(pilot) => (format!("a pilot of {} restarts", pilot.starts), "at most"),
        None => (format!("{} restarts", plan.starts), "about"),
    };
    let _ = writeln!(
        text,
        "{} cells on {} lanes, {starts} of {} visits in {} blocks: {about} {}, seed {}",
        cells.len(),
        chosen.len(),
        schedule.visits(),
        schedule.blocks,
        spoken(*predicted),
        plan.seed
    );
    if let Some(pilot) = pilot {
        let _ = writeln!(text, "{}", pilot.text());
    }
    if plan.order == Order::Fixed {
        let _ = writeln!(
            text,
            "visits in fixed order, lane by lane: a control, not a way to compare lanes"
        );
    }
    let _ = writeln!(text, "{}\n{}\n{}", contrasts.text(), uninterrupted.text(), stages.text());
    if let Some(said) = loads.text() {
        let _ = writeln!(text, "{said}");
    }
    text
}
