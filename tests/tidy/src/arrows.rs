//! Arrows between rooms, and circles. A room is a folder below the crate's root; what lies beside
//! `lib.rs` is a room of one file.

use crate::modules::Arrow;
use petgraph::{algo::tarjan_scc, graph::DiGraph};
use std::collections::{BTreeMap, BTreeSet};

/// The room of a file: its first folder, or its own name.
pub fn room(file: &str) -> &str {
    file.split('/').next().unwrap_or(file).trim_end_matches(".rs")
}

/// Arrows from one room to another, with every use that makes them. `lib` is not a room: it hands
/// on what the crate offers.
pub fn between_rooms(arrows: &[Arrow]) -> BTreeMap<(String, String), Vec<&Arrow>> {
    let mut found: BTreeMap<(String, String), Vec<&Arrow>> = BTreeMap::new();
    for arrow in arrows {
        let ends = (room(&arrow.from).to_owned(), room(&arrow.to).to_owned());
        if ends.0 != ends.1 && ends.0 != "lib" && ends.1 != "lib" {
            found.entry(ends).or_default().push(arrow);
        }
    }
    found
}

/// Files, or rooms, that reach each other: sets of at least two, the largest first.
pub fn circles<'a>(arrows: impl Iterator<Item = (&'a str, &'a str)>) -> Vec<Vec<&'a str>> {
    let mut graph = DiGraph::<&str, ()>::new();
    let mut nodes = BTreeMap::new();
    for (from, to) in arrows {
        let from = *nodes.entry(from).or_insert_with(|| graph.add_node(from));
        let to = *nodes.entry(to).or_insert_with(|| graph.add_node(to));
        graph.update_edge(from, to, ());
    }
    let mut circles: Vec<Vec<&str>> = tarjan_scc(&graph)
        .into_iter()
        .filter(|set| set.len() > 1)
        .map(|set| set.into_iter().map(|node| graph[node]).collect())
        .collect();
    for circle in &mut circles {
        circle.sort_unstable();
    }
    circles.sort_by_key(|circle| std::cmp::Reverse(circle.len()));
    circles
}

/// Circles of files.
pub fn circles_of_files(arrows: &[Arrow]) -> Vec<Vec<&str>> {
    circles(arrows.iter().map(|arrow| (arrow.from.as_str(), arrow.to.as_str())))
}

/// Circles that folders take part in, at every level. A folder stands for all files below it; a
/// file beside it stands for itself, but for `mod.rs` and `lib.rs`, which hold what their folder
/// hands on.
pub fn circles_of_folders(arrows: &[Arrow]) -> Vec<Vec<String>> {
    let mut levels: BTreeMap<String, BTreeSet<(&str, &str)>> = BTreeMap::new();
    for arrow in arrows {
        let from: Vec<&str> = arrow.from.split('/').collect();
        let to: Vec<&str> = arrow.to.split('/').collect();
        let shared = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
        if !is_face(from[shared]) && !is_face(to[shared]) {
            let level = from[..shared].iter().map(|part| format!("{part}/")).collect();
            levels.entry(level).or_default().insert((from[shared], to[shared]));
        }
    }
    let mut found = Vec::new();
    for (level, pairs) in levels {
        for circle in circles(pairs.into_iter()) {
            if circle.iter().any(|entry| !entry.ends_with(".rs")) {
                found.push(circle.iter().map(|entry| format!("{level}{entry}")).collect());
            }
        }
    }
    found
}

fn is_face(entry: &str) -> bool {
    entry == "mod.rs" || entry == "lib.rs"
}
