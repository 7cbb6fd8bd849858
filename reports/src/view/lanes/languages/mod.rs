//! What one call costs from language to language: each pair by every transport, and each transport
//! from every language to every other.

mod caller_alone;
mod in_process;
mod inner_call;
mod matrix;
mod medians;
mod pairs;
mod shades;

use crate::{figures::summary::Summary, view::table::TableSection};

/// None where no lanes in several languages were measured.
pub(super) fn sections(summary: &Summary) -> Vec<TableSection> {
    let mut sections: Vec<TableSection> = pairs::section(summary).into_iter().collect();
    sections.extend(matrix::sections(summary));
    sections.extend(inner_call::section(summary));
    sections.extend(in_process::section(summary));
    sections.extend(caller_alone::section(summary));
    sections
}
