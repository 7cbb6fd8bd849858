//! A section of text around one table, made once: every rendering lays it out in its own way.

use crate::view::table::Table;

/// A heading, what was found, how it is read, and the numbers.
pub(crate) struct TableSection {
    /// Where links on the page lead to it.
    pub(crate) id: &'static str,
    pub(crate) title: String,
    pub(crate) finding: Option<String>,
    pub(crate) reading: String,
    pub(crate) table: Table,
}

impl TableSection {
    /// Its rows where there is no room for a table, as `rest : grpc: one core 0.51 times, quicker;
    /// two cores 0.76 times, quicker`.
    pub(crate) fn lines(&self) -> Vec<String> {
        self.table.rows.iter().map(|row| self.line(row)).collect()
    }

    fn line(&self, row: &[String]) -> String {
        let headed = self.table.head.iter().zip(row);
        let figures: Vec<String> =
            headed.skip(1).map(|(head, figure)| format!("{head} {figure}")).collect();
        format!("{}: {}", row.first().map_or("", String::as_str), figures.join("; "))
    }
}
