//! How each lane holds under load, for a terminal.

use super::Screen;
use crate::loads;
use crate::summary::Summary;

/// Writes the table of loads and the sentences below it.
pub(super) fn render(out: &mut Screen, summary: &Summary) {
    if let Some(table) = loads::table(summary) {
        out.title(&loads::title(summary));
        out.columns(&table);
    }
    loads::notes(summary).iter().for_each(|note| out.wrapped("", note));
}
