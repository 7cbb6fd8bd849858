//! A table of text, and a section around one: made once, laid out by every rendering in its own
//! way. They hold no figure and no layout.

/// Numbers as a table: heading cells, then rows whose first cell names the lane.
#[derive(Default)]
pub(crate) struct Table {
    pub(crate) head: Vec<String>,
    pub(crate) rows: Vec<Vec<String>>,
    /// How dark each cell's ground is, from 1 to [`MOST_SHADE`], 0 for none, in the order of the
    /// rows; empty where cells have none.
    pub(crate) shades: Vec<Vec<usize>>,
}

/// The darkest.
pub(crate) const MOST_SHADE: usize = 5;

impl Table {
    pub(crate) fn new(head: &[&str], rows: Vec<Vec<String>>) -> Self {
        let head = head.iter().map(|h| (*h).to_owned()).collect();
        Self { head, rows, ..Self::default() }
    }

    /// The class of a cell, counted from 0; empty where it has no shade.
    pub(crate) fn class(&self, row: &usize, column: &usize) -> String {
        let shade = self.shades.get(*row).and_then(|row| row.get(*column));
        shade
            .filter(|shade| **shade > 0)
            .map(|shade| format!("shade-{shade}"))
            .unwrap_or_default()
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
    pub(crate) id: String,
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
