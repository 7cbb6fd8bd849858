//! A table of text that every rendering lays out in its own way. It holds no figure and no layout.

/// Numbers as a table: heading cells, then rows whose first cell names the lane.
pub(crate) struct Table {
    pub(crate) head: Vec<String>,
    pub(crate) rows: Vec<Vec<String>>,
}

impl Table {
    pub(crate) fn new(head: &[&str], rows: Vec<Vec<String>>) -> Self {
        Self { head: head.iter().map(|h| (*h).to_owned()).collect(), rows }
    }
}
