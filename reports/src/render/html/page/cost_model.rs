//! The cost model on the page: its table, and what follows from it.

use crate::{
    figures::summary::Summary,
    model::{self, crossover},
    say::{cost_model, header::scene_name},
    view::table::Table,
};

/// The table of the model and its sentences.
pub(crate) struct CostModel {
    pub(crate) scene: String,
    pub(crate) about: &'static str,
    pub(crate) table: Table,
    /// A title, and the sentences under it.
    pub(crate) sentences: Vec<(&'static str, Vec<String>)>,
}

impl CostModel {
    pub(crate) fn of(summary: &Summary) -> Option<Self> {
        let scene = summary.main()?;
        let lanes = model::of(scene);
        let cells = lanes
            .iter()
            .flat_map(|lane| lane.models.iter().map(|m| cost_model::cells(lane, m).to_vec()));
        let choices = crossover::choices(scene);
        let crossings = crossover::cross_overs(&lanes);
        let sentences = [
            ("How well it holds", cost_model::quality(&lanes).into_iter().collect()),
            ("Where lanes cross", crossings.iter().map(cost_model::crossing).collect()),
            (
                "When the callee works",
                choices.iter().filter_map(cost_model::break_even).collect(),
            ),
            (
                "With the service time that was asked for",
                cost_model::with_service_time(scene, summary.record),
            ),
        ];
        let rows: Vec<Vec<String>> = cells.collect();
        if rows.is_empty() {
            return None;
        }
        Some(Self {
            scene: scene_name(scene),
            about: cost_model::ABOUT,
            table: Table::new(&cost_model::HEAD, rows),
            sentences: sentences
                .into_iter()
                .filter(|(_, said): &(_, Vec<String>)| !said.is_empty())
                .collect(),
        })
    }
}
