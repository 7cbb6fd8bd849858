//! How each lane holds under load, for a terminal.

use crate::{
    figures::{load::sweep, summary::Summary},
    render::terminal::Screen,
};

/// Writes the table of loads and the sentences below it.
pub(crate) fn render(out: &mut Screen, summary: &Summary) {
    if let Some(table) = sweep::table(summary) {
        out.title(&sweep::title(summary));
        out.columns(&table);
    }
    sweep::notes(summary).iter().for_each(|note| out.wrapped("", note));
}
