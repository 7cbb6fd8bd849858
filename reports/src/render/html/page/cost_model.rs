//! The cost model on the page: its table, and what follows from it.

use crate::{
    figures::{
        row::Row,
        summary::{Scene, Summary},
    },
    model::{self, Modelled, crossover},
    say::{cost_model, header::scene_name},
    view::{lanes::choices, table::Table},
};

/// The table of the model and its sentences.
pub(crate) struct CostModel {
    pub(crate) scene: String,
    /// Where it was measured, as ` on two cores`; empty where the run has one placement.
    placed: String,
    pub(crate) about: &'static str,
    pub(crate) table: Table,
    /// Below how much work of the callee which choice matters.
    pub(crate) choices: Option<Table>,
    /// How that table is read.
    pub(crate) reading_choices: String,
    /// A title, and the sentences under it.
    pub(crate) sentences: Vec<(&'static str, Vec<String>)>,
}

impl CostModel {
    /// What the table is called: no two on a page are called the same.
    pub(crate) fn caption(&self) -> String {
        format!("The cost model{}", self.placed)
    }

    /// What the table of choices is called.
    pub(crate) fn caption_of_choices(&self) -> String {
        format!("When the choice of a lane matters{}", self.placed)
    }

    /// One for each placement of what the main scene asks.
    pub(crate) fn all(summary: &Summary) -> Vec<Self> {
        let placed = summary.placed().into_iter();
        placed.filter_map(|scene| Self::of(scene, summary)).collect()
    }

    fn of(scene: &Scene, summary: &Summary) -> Option<Self> {
        let lanes = model::of(scene);
        // What was measured in another placement stands there.
        let own = lanes.iter().filter(|lane| lane.row.is_of(scene.asked));
        let own: Vec<Modelled> = own.cloned().collect();
        let cells = own
            .iter()
            .flat_map(|lane| lane.models.iter().map(|m| cost_model::cells(lane, m).to_vec()));
        let is_of = |rows: [&Row; 2]| rows.iter().any(|row| row.is_of(scene.asked));
        let mut choices = crossover::choices(scene);
        choices.retain(|choice| is_of([choice.quicker, choice.slower]));
        let mut crossings = crossover::cross_overs(&lanes);
        crossings.retain(|one| is_of([one.few, one.many]));
        let sentences = [
            ("How well it holds", cost_model::quality(&own).into_iter().collect()),
            ("Where lanes cross", crossings.iter().map(cost_model::crossing).collect()),
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
            placed: scene.placed.clone(),
            about: cost_model::ABOUT,
            table: Table::new(&cost_model::HEAD, rows),
            choices: choices::table(&choices),
            reading_choices: cost_model::choice::reading(),
            sentences: sentences
                .into_iter()
                .filter(|(_, said): &(_, Vec<String>)| !said.is_empty())
                .collect(),
        })
    }
}
