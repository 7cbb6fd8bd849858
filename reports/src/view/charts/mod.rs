//! What the charts draw, as data for the page's script: positions are numbers, and every text was
//! made here, so that the script computes no figure. It knows no pixel and no colour, only which of
//! the hues and shapes a lane has.

pub(crate) mod crossover;
pub(crate) mod lane_mark;
pub(crate) mod load;
pub(crate) mod marks;
pub(crate) mod payload_sizes;
pub(crate) mod points;
pub(crate) mod resources;
pub(crate) mod scene;
pub(crate) mod stages;
pub(crate) mod trust;

use crate::{
    figures::{
        row::Row,
        summary::{Scene, Summary},
        withdrawn,
    },
    judge::Judged,
    view::{
        charts::{lane_mark::LaneMark, points::MARKS, scene::SceneChart},
        what_if::PanelData,
    },
};
use serde::Serialize;

/// Charts of so many scenes are drawn, and of a record with many cells fewer, so that the page
/// stays small; of all further ones the record has the numbers.
const MOST_SCENES: usize = 4;
const MOST_SCENES_OF_MANY_CELLS: usize = 2;
/// A record with more cells than this stays a file beside its page.
pub(crate) const MANY_CELLS: usize = 1_000;

/// What the main scene asks, in each placement; the first is the main scene.
pub(crate) fn main_in_placements<'s, 'a>(summary: &'s Summary<'a>) -> Vec<&'s Scene<'a>> {
    let Some(main) = summary.main() else { return Vec::new() };
    summary.scenes.iter().filter(|scene| scene.asked.asks_as(&main.asked)).collect()
}

/// Scenes that have charts: the main one in each placement, which are one chart with a choice, then
/// the first of the others.
pub(crate) fn scenes_drawn<'s, 'a>(summary: &'s Summary<'a>) -> Vec<&'s Scene<'a>> {
    let many = summary.record.cells.len() > MANY_CELLS;
    let most = if many { MOST_SCENES_OF_MANY_CELLS } else { MOST_SCENES };
    let placed = main_in_placements(summary);
    let Some(main) = placed.first() else { return placed };
    let others = summary.scenes.iter().filter(|scene| !scene.asked.asks_as(&main.asked));
    placed.iter().copied().chain(others.take(most - 1)).collect()
}

/// A scene without lanes that were measured in another placement.
pub(crate) fn own<'a>(scene: &Scene<'a>) -> Scene<'a> {
    let mut own = scene.clone();
    own.rows.retain(|row| row.is_of(scene.asked));
    own
}

/// True where some lane that answers was measured at more than one size.
pub(crate) fn has_lines(scene: &Scene) -> bool {
    let sizes = |row: &Row| row.cells.len() + usize::from(row.single.is_some());
    scene.rows.iter().any(|row| row.lane.answers && sizes(row) > 1)
}

/// True where some lane has a tail that is long enough for a line.
pub(crate) fn has_tails(scene: &Scene) -> bool {
    scene
        .rows
        .iter()
        .any(|row| row.tail.as_ref().is_ok_and(|tail| tail.nines() >= MARKS[0].1))
}

/// Everything the script reads.
#[derive(Debug, Serialize)]
pub(crate) struct Charts {
    lanes: Vec<LaneMark>,
    scenes: Vec<SceneChart>,
    whatif: Option<PanelData>,
    sizes: Option<payload_sizes::Sizes>,
    /// Sections 3, 5, 8 and 9, each of the main scene.
    parts: Option<stages::Parts>,
    crossing: Option<crossover::Crossing>,
    loads: Option<load::Loads>,
    burn: Option<resources::Burn>,
    /// Section 10.
    trust: trust::Trust,
    /// Full names of lanes of which the page shows nothing; the record in it holds them.
    withdrawn: Vec<String>,
}

impl Charts {
    pub(crate) fn of(judged: &Judged) -> Self {
        let (summary, usable) = (&judged.summary, judged.usable());
        let drawn = scenes_drawn(summary).into_iter();
        let scenes = drawn.map(|scene| SceneChart::of(scene, summary, usable)).collect();
        let whatif = if usable { PanelData::of(summary) } else { None };
        Self {
            lanes: LaneMark::of_all(&summary.lanes),
            scenes,
            sizes: payload_sizes::Sizes::of(summary),
            parts: stages::Parts::of(judged),
            crossing: crossover::Crossing::of(summary),
            loads: load::Loads::of(summary),
            burn: resources::Burn::of(summary),
            trust: trust::Trust::of(summary),
            withdrawn: withdrawn::of(summary.record).into_iter().map(|one| one.lane).collect(),
            whatif,
        }
    }
}
