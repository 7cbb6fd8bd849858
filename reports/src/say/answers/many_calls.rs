//! Many small calls with JSON against one batched call with Protocol Buffers: what services are so
//! often slow by.

use crate::{
    figures::{
        row::Row,
        summary::{Scene, Summary},
    },
    model::prediction::{Basis, action::Settings},
    record::{HTTP, RPC, SOCKET},
    say::answers::{answer::Answer, bases::base},
    stats::units::short,
};

/// So many calls, or items of the batch.
const ITEMS: u32 = 50;
/// Items in one call, one call at a time, and a callee that does no work of its own.
const ONE_BATCH: Settings = Settings {
    service_ns: 0.0,
    actions_per_s: 0.0,
    items: ITEMS,
    items_per_call: ITEMS,
    parallel: 1,
    round_trip_ns: 0.0,
    budget_ns: f64::INFINITY,
};

/// Over the base lanes that leave the process; none where the run has no such two.
pub(super) fn answer(summary: &Summary) -> Option<Answer> {
    let chatty = first_with(summary, &[HTTP, SOCKET], "json")?;
    let batched = first_with(summary, &[RPC, SOCKET], "protobuf")?;
    let calls_ns = f64::from(ITEMS) * chatty.single.as_ref()?.item.value;
    let scene = summary.main()?;
    let cores = summary.record.environment.logical_cores;
    let batch = Batch::of(batched, scene, cores)?;
    let same = Batch::of(chatty, scene, cores);
    let same = same.map_or_else(String::new, |batch| format!(", one batch {}", batch.words()));
    Some(Answer {
        question: format!("{ITEMS} calls?"),
        short: if calls_ns > batch.ns { "batch them" } else { "leave them" }.to_owned(),
        text: format!(
            "{ITEMS} JSON calls over {} take {}{}{same}; a protobuf batch over {} {}.",
            chatty.lane.short,
            short::time(calls_ns),
            scene.placed,
            batched.lane.short,
            batch.words(),
        ),
        is_of_work: false,
    })
}

/// What one call with all items takes.
struct Batch {
    ns: f64,
    /// False where that size was not measured, and others predict it.
    is_measured: bool,
}

impl Batch {
    fn of(row: &Row, scene: &Scene, cores: u32) -> Option<Self> {
        let mut cells = row.cells.iter().filter(|cell| cell.cell.mode == "batched");
        if let Some(cell) = cells.find(|cell| cell.cell.items == ITEMS) {
            return Some(Self { ns: f64::from(ITEMS) * cell.item.value, is_measured: true });
        }
        let predicted = Basis::of(row, scene)?.predict(&ONE_BATCH, cores);
        Some(Self { ns: predicted.time.ok()?.value, is_measured: false })
    }

    fn words(&self) -> String {
        let how = if self.is_measured { "" } else { " (predicted)" };
        format!("{}{how}", short::time(self.ns))
    }
}

fn first_with<'s, 'a>(
    summary: &'s Summary<'a>,
    roles: &[&str],
    codec: &str,
) -> Option<&'s Row<'a>> {
    let mut rows = roles.iter().filter_map(|role| base(summary, role));
    rows.find(|row| row.lane.codec.as_deref() == Some(codec))
}
