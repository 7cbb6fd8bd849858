//! Lines of a short report: how many there are, and how text of a record stands in them.

use crate::render::text::clean;

/// Lines in all, at most.
pub(crate) const MOST_LINES: usize = 60;

pub(crate) fn more(lines: &mut Vec<String>, all: usize, most: usize) {
    if all > most {
        lines.push(format!("\nand {} more: see the report", all - most));
    }
}

pub(crate) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in clean(text).chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '|' | '`' | '*' | '_' | '[' | ']' | '\\' | '!' => out.extend(['\\', c]),
            _ => out.push(c),
        }
    }
    out
}

/// The line below the heading of a table: names to the left, figures to the right.
pub(crate) fn alignment(columns: usize) -> String {
    format!("|---|{}", "--:|".repeat(columns - 1))
}

/// Cells as a row of a table.
pub(crate) fn row(cells: &[String]) -> String {
    let cells: Vec<String> = cells.iter().map(|cell| escaped(cell)).collect();
    format!("| {} |", cells.join(" | "))
}
