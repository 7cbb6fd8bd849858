//! The cost model on the page: its table, and what follows from it.

use super::{Table, scene_name};
use crate::model::{self, pairs, said};
use crate::summary::Summary;

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
            .flat_map(|lane| lane.models.iter().map(|m| said::cells(lane, m).to_vec()));
        let choices = pairs::choices(scene);
        let crossings = pairs::cross_overs(&lanes);
        let sentences = [
            ("How well it holds", said::quality(&lanes).into_iter().collect()),
            ("Where lanes cross", crossings.iter().map(said::crossing).collect()),
            ("When the callee works", choices.iter().filter_map(said::break_even).collect()),
            (
                "With the service time that was asked for",
                said::with_service_time(scene, summary.record),
            ),
        ];
        let rows: Vec<Vec<String>> = cells.collect();
        (!rows.is_empty()).then(|| Self {
            scene: scene_name(scene),
            about: said::ABOUT,
            table: Table::new(&said::HEAD, rows),
            sentences: sentences
                .into_iter()
                .filter(|(_, said): &(_, Vec<String>)| !said.is_empty())
                .collect(),
        })
    }
}
