//! How each lane holds under load, for a terminal.

use crate::{figures::summary::Summary, render::terminal::screen::Screen, view::load_table};

/// Writes the table of loads and the sentences below it.
pub(crate) fn render(out: &mut Screen, summary: &Summary) {
    if let Some(table) = load_table::table(summary) {
        out.title(&load_table::title(summary));
        out.columns(&table);
    }
    load_table::notes(summary).iter().for_each(|note| out.wrapped("", note));
}
