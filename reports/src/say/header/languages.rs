//! Which languages talk to each other: the first thing that every rendering says.

use crate::{
    figures::summary::Summary,
    say::{capital, listed},
};

/// So many pairs are named; of more, the languages are.
const MOST_PAIRS: usize = 3;

/// Which languages talk between processes, as `Rust to Rust` or, where they are many, as `9 pairs
/// of Rust, Go and Python`; within one process where no lane leaves it.
pub(crate) fn languages(summary: &Summary) -> String {
    let rows = summary.main().map_or(&[][..], |scene| &scene.rows);
    let leaves = rows.iter().any(|row| !row.lane.in_process);
    let (mut pairs, mut languages) = (Vec::new(), Vec::new());
    for row in rows.iter().filter(|row| !row.lane.in_process || !leaves) {
        let [caller, callee] = [&row.lane.caller, &row.lane.callee].map(|name| capital(name));
        add_new(&mut pairs, format!("{caller} to {callee}"));
        add_new(&mut languages, caller);
        add_new(&mut languages, callee);
    }
    if pairs.len() <= MOST_PAIRS {
        return pairs.join(", ");
    }
    format!("{} pairs of {}", pairs.len(), listed(&languages))
}

/// Adds what is not there yet.
fn add_new(names: &mut Vec<String>, name: String) {
    if !names.contains(&name) {
        names.push(name);
    }
}
