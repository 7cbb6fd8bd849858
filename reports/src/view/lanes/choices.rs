//! Below how much work of the callee the choice between two lanes matters, as a table of text.

use crate::{model::crossover::Choice, say::cost_model::choice, view::table::Table};

/// A row for each choice of which anything is known; none without one.
pub(crate) fn table(choices: &[Choice]) -> Option<Table> {
    let rows: Vec<Vec<String>> =
        choices.iter().filter_map(choice::cells).map(|cells| cells.to_vec()).collect();
    (!rows.is_empty()).then(|| Table::new(&choice::HEAD, rows))
}
