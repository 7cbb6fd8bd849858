//! Prints the import table of a checkout: rooms, arrows between them, circles.
//!
//! `cargo run -p tollgate-tidy --example rooms [-- CHECKOUT]`, this checkout where none is named.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program of its own, which may end with its reader"
)]

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    process::ExitCode,
};
use tidy::{
    arrows::{between_rooms, circles, circles_of_files, circles_of_folders},
    modules::{Arrow, Crate},
    sources,
};

/// The two crates that have rooms.
const CRATES: [&str; 2] = ["src", "reports/src"];

fn main() -> ExitCode {
    let own = || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..");
    let checkout = std::env::args_os().nth(1).map_or_else(own, PathBuf::from);
    for folder in CRATES {
        match table(&checkout.join(folder)) {
            Ok(text) => println!("{folder}: {text}"),
            Err(why) => {
                eprintln!("rooms: {why}: name a folder that holds {}", CRATES.join(" and "));
                return ExitCode::FAILURE;
            }
        }
    }
    ExitCode::SUCCESS
}

fn table(folder: &Path) -> Result<String, String> {
    let found = Crate::read(folder)?;
    let entries = sources::entries(folder).map_err(|why| why.to_string())?;
    let at_top = entries.first().map_or(0, |(_, count)| *count);
    let mut text = format!("{} files, {at_top} entries at the top\n", found.files().count());
    if let Some((name, count)) = entries.iter().skip(1).max_by_key(|(_, count)| *count) {
        text += &format!("  fullest folder below it: {}, {count} entries\n", name.display());
    }
    let arrows = found.arrows();
    let between = between_rooms(&arrows);
    let uses: usize = between.values().map(Vec::len).sum();
    text += &format!("  arrows between rooms: {}, for {uses} uses\n", between.len());
    text += &by_room(&between);
    let ends = between.keys().map(|(from, to)| (from.as_str(), to.as_str()));
    text += &listed("circles between rooms", &circles(ends));
    text += &listed("circles that folders take part in", &circles_of_folders(&arrows));
    text += &listed("circles of files", &circles_of_files(&arrows));
    Ok(text)
}

/// One line for each room that imports another.
fn by_room(between: &BTreeMap<(String, String), Vec<&Arrow>>) -> String {
    let mut rooms: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for ((from, to), uses) in between {
        rooms.entry(from).or_default().push(format!("{to} ({})", uses.len()));
    }
    rooms
        .iter()
        .map(|(room, to)| format!("    {room}: {}\n", to.join(", ")))
        .collect()
}

fn listed<S: AsRef<str>>(what: &str, circles: &[Vec<S>]) -> String {
    let mut text = format!("  {what}: {}\n", circles.len());
    for circle in circles {
        let names: Vec<&str> = circle.iter().map(AsRef::as_ref).collect();
        text += &format!("    {}: {}\n", names.len(), names.join(", "));
    }
    text
}
