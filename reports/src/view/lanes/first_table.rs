//! The columns of the first table: the median of a single call in each placement of the run. Every
//! rendering asks here which there are, and what stands where there is no figure.

use crate::{
    figures::{
        cells::CellFigures,
        row::Row,
        series::modes::{self, Modes},
        summary::{Scene, Summary},
    },
    record::Lane,
};

/// A single call over a lane in one placement.
#[derive(Clone, Copy)]
pub(crate) enum Call<'s> {
    /// It was measured there.
    Measured(&'s CellFigures<'s>),
    /// Likewise, and the scheduler gave it two times, of which a median is neither.
    TwoModes(Modes),
    /// The lane has one process: there is nothing to move to another core.
    WithinProcess,
    /// It was not measured.
    Missing,
}

/// What the placements of the first table are called, in its order.
pub(crate) fn placements(summary: &Summary) -> Vec<String> {
    let plan = &summary.record.plan;
    let scenes = summary.placed();
    scenes.iter().map(|scene| plan.placement_title(scene.asked.placement)).collect()
}

/// The rows of a scene that a short table shows, so many at most, and those beyond, each loose to
/// tight: the base of each role comes before other default lanes, and these before the rest.
pub(crate) fn split<'s, 'a>(
    scene: &'s Scene<'a>,
    summary: &Summary,
    most: usize,
) -> [Vec<&'s Row<'a>>; 2] {
    let mut first: Vec<usize> = (0..scene.rows.len()).collect();
    // A stable sort: what comes equally early stays loose to tight.
    first.sort_by_key(|at| {
        let lane = scene.rows[*at].lane;
        (!summary.is_base(lane), !lane.is_default())
    });
    first.truncate(most);
    let (mut shown, mut beyond) = (Vec::new(), Vec::new());
    for (at, row) in scene.rows.iter().enumerate() {
        if first.contains(&at) {
            shown.push(row);
        } else {
            beyond.push(row);
        }
    }
    [shown, beyond]
}

/// A single call over a lane in each of these placements.
pub(crate) fn calls<'s>(summary: &'s Summary, lane: &Lane) -> Vec<Call<'s>> {
    let mut calls = Vec::new();
    for (at, scene) in summary.placed().into_iter().enumerate() {
        let row = scene.rows.iter().find(|row| row.lane.name == lane.name);
        calls.push(match row.map(|row| (row, &row.single)) {
            Some((row, Some(single))) if at == 0 || is_own(row, scene.asked.placement) => {
                let modes = modes::of(summary.record, single.cell);
                modes.map_or(Call::Measured(single), Call::TwoModes)
            }
            Some((row, _)) if row.lane.in_process => Call::WithinProcess,
            _ => Call::Missing,
        });
    }
    calls
}

fn is_own(row: &Row, placement: &str) -> bool {
    row.single.as_ref().is_some_and(|single| single.cell.placement == placement)
}
