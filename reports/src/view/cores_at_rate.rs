//! What both sides of each lane keep busy at the user's own rate, as a table.

use crate::{
    figures::{cores_at_rate::Cores, row::Row, summary::Scene},
    say::cores_at_rate::{shown, small},
    stats::units::ABSENT,
    view::table::Table,
};

/// A row for each lane that answers, loose to tight.
pub(crate) fn table(scene: &Scene, calls_per_s: f64) -> Table {
    let row = |row: &Row| {
        let cores = Cores::of(row, calls_per_s);
        // In process there is no other side: that is no gap in the figures.
        let callee = if row.lane.in_process {
            "none".to_owned()
        } else {
            shown(cores.callee.as_ref())
        };
        vec![
            row.lane.short.clone(),
            shown(cores.both.as_ref()),
            shown(cores.caller.as_ref()),
            callee,
            cores.in_flight.map_or_else(|| ABSENT.to_owned(), small),
        ]
    };
    let rows = scene.rows.iter().filter(|row| row.lane.answers).map(row).collect();
    Table::new(&["lane", "both sides", "caller", "callee", "in flight"], rows)
}
