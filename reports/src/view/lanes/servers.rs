//! What stands between the two sides of a lane and is neither: a row for each lane that goes
//! through a server.

use crate::{
    figures::{resources, row::Row, summary::Scene},
    record::{Part, Record, Resources, SERVER_SIDE, Setting, of_part},
    stats::units::{ABSENT, bytes, time_with_interval},
    view::{
        stages_tables::{kernel_share, switches},
        table::Table,
    },
};

/// How the table is read.
pub(crate) const READING: &str = "A server that the run started: its CPU time for a single call \
    over the lane, which is part of the lane's CPU time wherever that is of all its processes; sys \
    and switch as above; and the most memory that it had. Bytes are counted at caller and callee, \
    not at the server again.";

/// None where no lane of the scene goes through a server.
pub(crate) fn table(scene: &Scene, record: &Record) -> Option<Table> {
    let through = scene.rows.iter().filter(|row| row.lane.server.is_some());
    let rows: Vec<Vec<String>> = through.map(|row| line(row, record)).collect();
    let head = ["lane", "goes through", "CPU of a call", "sys", "switch", "memory", "settings"];
    (!rows.is_empty()).then(|| Table::new(&head, rows))
}

/// What CPU times of all processes of a lane include, where a lane of the scene has a server:
/// behind "includes checking the answers".
pub(crate) fn in_cpu_time(scene: &Scene) -> &'static str {
    let any = scene.rows.iter().any(|row| row.lane.server.is_some());
    if any {
        ", and the server between the sides where a lane has one"
    } else {
        ""
    }
}

fn line(row: &Row, record: &Record) -> Vec<String> {
    let or_absent = |told: Option<String>| told.unwrap_or_else(|| ABSENT.to_owned());
    let (name, settings) = described(row);
    let used = resources::of(&row.lane.name, record);
    let memory = memory_bytes(&row.lane.name, record).map(|count| bytes(count as f64));
    vec![
        row.lane.short.clone(),
        name,
        or_absent(row.cpu.server.as_ref().map(time_with_interval)),
        kernel_share(used.server_kernel),
        switches(used.server_switches),
        or_absent(memory),
        settings,
    ]
}

/// The server as the lane's card has it, and its declared settings.
fn described(row: &Row) -> (String, String) {
    let is_of_server = |line: &&Setting| line.side == SERVER_SIDE && !line.read_back;
    let mut name = row.lane.server.clone().unwrap_or_default();
    let mut settings = Vec::new();
    for Setting { what, value, .. } in row.lane.fairness.iter().filter(is_of_server) {
        if what == SERVER_SIDE {
            name.clone_from(value);
        } else {
            settings.push(format!("{what}: {value}"));
        }
    }
    (name, settings.join("; "))
}

/// The most that the server had in any start.
fn memory_bytes(lane: &str, record: &Record) -> Option<u64> {
    let of_lane = record.resources.iter().filter(|resources| resources.lane == lane);
    let starts = of_lane.flat_map(|Resources { starts, .. }| starts);
    starts
        .filter_map(|start| of_part(&start.parts, Part::Server)?.memory_bytes)
        .max()
}
