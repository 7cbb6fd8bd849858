//! What both sides of each lane keep busy at the user's own rate, as a table.

use crate::{
    figures::{resources::at_rate::Cores, summary::Scene},
    record::Lane,
    say::cores_at_rate::{shown, small},
    stats::units::ABSENT,
    view::table::Table,
};

/// A row for each lane that answers, loose to tight.
pub(crate) fn table(scene: &Scene, calls_per_s: f64) -> Table {
    let answering = scene.rows.iter().filter(|row| row.lane.answers);
    let rows = answering.map(|row| cells(row.lane, &Cores::of(row, calls_per_s))).collect();
    Table::new(&["lane", "both sides", "caller", "callee", "in flight"], rows)
}

fn cells(lane: &Lane, cores: &Cores) -> Vec<String> {
    // In process there is no other side: that is no gap in the figures.
    let callee = if lane.in_process {
        "none".to_owned()
    } else {
        shown(cores.callee.as_ref())
    };
    vec![
        lane.short.clone(),
        shown(cores.both.as_ref()),
        shown(cores.caller.as_ref()),
        callee,
        cores.in_flight.map_or_else(|| ABSENT.to_owned(), small),
    ]
}
