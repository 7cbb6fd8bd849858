//! `--dry-run`: the cells and the predicted time.

use crate::{
    lanes::roster::Known,
    measure::run::{pilot::Pilot, timetable::Timetable},
    plan::{Plan, grid::Planned, order::Order, workload_fits::Fitting},
    shell::progress::spoken,
};
use std::fmt::Write;

/// What a run would measure.
pub(crate) fn plan_text(
    plan: &Plan,
    chosen: &[&Known],
    left_out: &[(String, &'static str)],
    cells: &[Planned],
    times: &Timetable<'_>,
) -> String {
    let mut text = String::new();
    for cell in cells {
        text += &cell_line(cell, chosen);
    }
    let (lanes, schedule) = (chosen.len(), &times.schedule);
    let (starts, about) = match &times.pilot {
        Some(pilot) => (format!("a pilot of {} restarts", pilot.starts), "at most"),
        None => (format!("{} restarts", plan.starts), "about"),
    };
    let _ = writeln!(
        text,
        "{} cells on {lanes} lanes, {starts} of {} visits in {} blocks: {about} {}, seed {}",
        cells.len(),
        schedule.visits(),
        schedule.blocks,
        spoken(times.predicted),
        plan.seed
    );
    let mut lines = Vec::new();
    lines.extend(Fitting::said(left_out));
    lines.extend(also_measured(plan));
    lines.extend(times.groups.text(chosen));
    lines.extend(times.pilot.as_ref().map(Pilot::text));
    if plan.order == Order::Fixed {
        lines.push(FIXED.into());
    }
    lines.extend([times.contrasts.text(), times.uninterrupted.text(), times.stages.text()]);
    lines.extend(times.loads.text());
    for line in lines {
        let _ = writeln!(text, "{line}");
    }
    text
}

/// The lanes that nobody named.
fn also_measured(plan: &Plan) -> Option<String> {
    let names = plan.also_measured.join(", ");
    (!names.is_empty()).then(|| {
        format!("measured in every run, for tolls and CPU time to be counted from: {names}")
    })
}

const FIXED: &str = "visits in fixed order, lane by lane: a control, not a way to compare lanes";

fn cell_line(cell: &Planned, chosen: &[&Known]) -> String {
    format!(
        "{:26} {:8} {:10} {:>5} {:>12}  {}\n",
        chosen[cell.lane].about.name,
        cell.engine_name(),
        cell.mode_name(),
        format!("{} x", cell.items),
        cell.asked.to_string(),
        cell.placement.name()
    )
}
