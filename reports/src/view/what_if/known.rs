//! What is known of each lane in one placement: what predictions rest on.

use crate::{
    figures::summary::Scene,
    model::{payload_sizes::BySize, prediction::Basis},
    record::{Lane, Plan},
};

/// Lanes where their processes run in one way.
pub(crate) struct Known<'a> {
    /// The placement, as `two`.
    pub(crate) placement: String,
    /// What it is called, as `two cores`.
    pub(crate) title: String,
    /// The same in a sentence, as `on two cores`.
    pub(crate) phrase: String,
    /// Lanes of which enough is known, in the order of the page.
    pub(crate) lanes: Vec<(&'a Lane, Basis)>,
    /// Names of the other lanes that answer.
    pub(crate) missing: Vec<&'a str>,
}

impl<'a> Known<'a> {
    /// From the single calls and batches of a scene.
    pub(super) fn of_scene(scene: &Scene<'a>, plan: &Plan) -> Self {
        let mut known = Self::of_placement(scene.asked.placement, plan);
        for row in scene.rows.iter().filter(|row| row.lane.answers) {
            known.add(row.lane, Basis::of(row, scene));
        }
        known
    }

    /// From single calls that carry bytes.
    pub(super) fn of_bytes(by_size: &BySize<'_, 'a>, plan: &Plan) -> Self {
        let mut known = Self::of_placement(by_size.asked.placement, plan);
        for one in &by_size.lanes {
            known.add(one.lane, Basis::of_bytes(one));
        }
        known
    }

    fn of_placement(placement: &str, plan: &Plan) -> Self {
        Self {
            placement: placement.to_owned(),
            title: plan.placement_title(placement),
            phrase: plan.placement_phrase(placement),
            lanes: Vec::new(),
            missing: Vec::new(),
        }
    }

    fn add(&mut self, lane: &'a Lane, basis: Option<Basis>) {
        match basis {
            Some(basis) => self.lanes.push((lane, basis)),
            None => self.missing.push(lane.short.as_str()),
        }
    }
}
