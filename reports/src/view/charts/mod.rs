//! What the charts draw, as data for the page's script: positions are numbers, and every text was
//! made here, so that the script computes no figure. It knows no pixel and no colour, only which of
//! the hues and shapes a lane has.

pub(crate) mod crossover;
pub(crate) mod drawn_scenes;
pub(crate) mod lane_mark;
pub(crate) mod load;
pub(crate) mod marks;
pub(crate) mod payload_sizes;
pub(crate) mod points;
pub(crate) mod resources;
pub(crate) mod scene;
pub(crate) mod stages;
pub(crate) mod trust;

pub(crate) use crate::view::charts::drawn_scenes::{
    MANY_CELLS, has_lines, has_tails, own, scenes_drawn,
};
use crate::{
    figures::withdrawn,
    judge::Judged,
    view::{
        charts::{lane_mark::LaneMark, scene::SceneChart},
        what_if::PanelData,
    },
};
use serde::Serialize;

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
        let summary = &judged.summary;
        let drawn = scenes_drawn(summary).into_iter();
        let scenes = drawn.map(|scene| SceneChart::of(scene, judged)).collect();
        let whatif = if judged.usable() { PanelData::of(summary) } else { None };
        Self {
            lanes: LaneMark::of_page(summary),
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
