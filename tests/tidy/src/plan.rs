//! The table of rooms in ARCHITECTURE.md: which room may import which. The document is the law; the
//! tests hold the code to it.

use std::collections::{BTreeMap, BTreeSet};

/// What each room may import, by its name.
pub type MayImport = BTreeMap<String, BTreeSet<String>>;

/// Reads the table below the heading that names this folder, as ``### `src/` ``: one row for each
/// room, its name in the first cell, the rooms it may import in the last, both in backquotes.
///
/// # Errors
///
/// A heading that is not there, and one without a table.
pub fn may_import(document: &str, folder: &str) -> Result<MayImport, String> {
    let heading = format!("`{folder}`");
    let is_heading = |line: &&str| line.starts_with('#') && line.contains(&heading);
    let mut lines = document.lines().skip_while(|line| !is_heading(line));
    lines.next().ok_or_else(|| format!("no heading names {heading}"))?;
    let mut rooms = MayImport::new();
    for line in lines.take_while(|line| !line.starts_with('#')) {
        let cells: Vec<&str> = line.trim().trim_matches('|').split('|').collect();
        let named = quoted(cells[0]);
        if let ([room], true) = (named.as_slice(), line.starts_with('|')) {
            let may = quoted(cells.last().unwrap_or(&""));
            rooms.insert(room.clone(), may.into_iter().collect());
        }
    }
    if rooms.is_empty() {
        Err(format!("no table stands below {heading}"))
    } else {
        Ok(rooms)
    }
}

/// Words in backquotes, without a closing `/`.
fn quoted(cell: &str) -> Vec<String> {
    let words = cell.split('`').skip(1).step_by(2);
    words.map(|word| word.trim_end_matches('/').to_owned()).collect()
}
