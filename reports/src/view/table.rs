//! A table of text, and a section around one: made once, laid out by every rendering in its own
//! way. They hold no figure and no layout.

/// Numbers as a table: heading cells, then rows whose first cell names the lane.
pub(crate) struct Table {
    pub(crate) head: Vec<String>,
    pub(crate) rows: Vec<Vec<String>>,
}

impl Table {
    pub(crate) fn new(head: &[&str], rows: Vec<Vec<String>>) -> Self {
        Self { head: head.iter().map(|h| (*h).to_owned()).collect(), rows }
    }

    /// Its rows where there is no room for a table, each head before its cell: `rest: one core 0.51
    /// times, quicker; two cores 0.76 times, quicker`, with what stands between two cells.
    pub(crate) fn lines(&self, between: &str) -> Vec<String> {
        self.rows.iter().map(|row| self.line(row, between)).collect()
    }

    fn line(&self, row: &[String], between: &str) -> String {
        let headed = self.head.iter().zip(row);
        let figures: Vec<String> =
            headed.skip(1).map(|(head, figure)| format!("{head} {figure}")).collect();
        format!("{}: {}", row.first().map_or("", String::as_str), figures.join(between))
    }
}

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
        self.table.lines("; ")
    }
}
