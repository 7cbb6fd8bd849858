//! Single calls, actions of several items, tails, CPU time, bytes and tolls of one scene.

use crate::{
    figures::{cells::CellFigures, resources::at_rate::Cores, row::Row, summary::Scene},
    record::Record,
    stats::estimates::Estimate,
    view::{charts::points::MARKS, exported::figure::Exported},
};

/// The condition of figures of a cell that was measured after the run.
const ADDED: &str = "added later";

pub(super) fn of(scene: &Scene, record: &Record) -> Vec<Exported> {
    let mut all = Vec::new();
    for row in scene.rows.iter().filter(|row| row.is_of(scene.asked)) {
        for cell in row.single.iter().chain(&row.cells) {
            let all_of_cell = of_cell(cell, row, scene).into_iter();
            let later = cell.is_added(record);
            all.extend(all_of_cell.map(|one| if later { one.given(ADDED.into()) } else { one }));
        }
        all.extend(of_single(row, scene, record));
    }
    all
}

fn figure(name: &'static str, unit: &'static str, row: &Row, scene: &Scene) -> Exported {
    Exported::new(name, unit).over(&row.lane.name).asking(&scene.asked)
}

fn of_cell(figures: &CellFigures, row: &Row, scene: &Scene) -> Vec<Exported> {
    let cell = figures.cell;
    let shaped =
        |name, unit| figure(name, unit, row, scene).of_mode(&cell.mode).of_items(cell.items);
    let median = if cell.items == 1 { "single_call_median" } else { "action_median" };
    let mut all = vec![
        shaped(median, "ns").estimated(&figures.p50),
        shaped("item_mean", "ns").estimated(&figures.item),
    ];
    let bytes = [
        ("bytes_per_item_to_callee", figures.bytes_out),
        ("bytes_per_item_to_caller", figures.bytes_back),
    ];
    for (name, counted) in bytes {
        all.extend(counted.map(|bytes| shaped(name, "bytes").counted(bytes)));
    }
    all
}

fn of_single(row: &Row, scene: &Scene, record: &Record) -> Vec<Exported> {
    let single = |name, unit| figure(name, unit, row, scene).of_mode("single").of_items(1);
    let mut all = Vec::new();
    for (quantile, _, name) in MARKS {
        let percentile = row.percentile(quantile).ok();
        all.extend(percentile.map(|tail| {
            let closed = single("single_call_percentile", "ns");
            closed.given(format!("{name}, closed loop, restarts merged")).estimated(&tail)
        }));
    }
    let mut told = vec![
        ("cpu_of_caller_per_call", "ns", row.cpu.caller),
        ("cpu_of_callee_per_call", "ns", row.cpu.callee),
        ("cpu_of_server_per_call", "ns", row.cpu.server),
        ("cpu_per_call", "ns", row.cpu.both),
    ];
    if let Some(rate) = record.plan.calls_per_s {
        let cores = Cores::of(row, rate);
        told.push(("cores_at_rate", "cores", cores.both));
    }
    let base = scene.baseline().map_or("", |base| base.lane.name.as_str());
    let toll = single("toll", "ns").against(base);
    all.extend(row.toll.map(|more| toll.estimated(&more)));
    all.extend(
        told.into_iter().filter_map(|(name, unit, estimate): Told| {
            Some(single(name, unit).estimated(&estimate?))
        }),
    );
    all
}

/// Name, unit, and the figure where it was measured.
type Told = (&'static str, &'static str, Option<Estimate>);
