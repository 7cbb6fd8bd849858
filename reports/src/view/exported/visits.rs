//! How single calls go on within visits, without interruption, and in which modes.

use crate::{
    figures::series::{
        interleaving, modes,
        within_visits::{self, WithinVisits},
    },
    record::{Cell, Lane, Record},
    stats::estimates::Estimate,
    view::exported::figure::Exported,
};

pub(super) fn of(record: &Record) -> Vec<Exported> {
    let mut all: Vec<Exported> = within_visits::of(record).iter().flat_map(within).collect();
    for alone in interleaving::uninterrupted(record) {
        let ratio = ratio(&alone.ratio, alone.lane, alone.confidence);
        all.push(ratio.given(format!("{} ms without interruption", alone.limit_ms)));
    }
    for (_, cell, modes) in modes::all(record) {
        for (name, mode) in [("quick", modes.quick), ("slow", modes.slow)] {
            all.push(of_cell("mode_median", "ns", cell, name).counted(mode.p50_ns));
            let share = of_cell("mode_share_of_time", "share", cell, name);
            all.push(share.counted(mode.share_of_time));
        }
    }
    all
}

/// What comes after some time of visits by what came before.
fn within(lane: &WithinVisits<'_>) -> Vec<Exported> {
    let after = |cut: &within_visits::Cut| Exported {
        placement: Some(lane.placement.to_owned()),
        ..ratio(&cut.ratio, lane.lane, lane.confidence)
            .given(format!("after {} ms by before", cut.after_ms))
    };
    lane.cuts.iter().map(after).collect()
}

fn ratio(ratio: &Estimate, lane: &Lane, confidence: f64) -> Exported {
    Exported::new("single_call_ratio_within_visits", "times")
        .over(&lane.name)
        .of_mode("single")
        .of_items(1)
        .with_interval(ratio, confidence)
}

fn of_cell(figure: &'static str, unit: &'static str, cell: &Cell, mode: &str) -> Exported {
    Exported::new(figure, unit)
        .over(&cell.lane)
        .asking(&cell.asked())
        .of_mode(&cell.mode)
        .of_items(cell.items)
        .given(format!("the {mode} mode"))
}
