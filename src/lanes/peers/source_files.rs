//! Which files an entry of a peer's `files` stands for. Also read by build.rs, which embeds them.

use std::{fs, io, path::Path};

/// The files of one entry, by their paths below the peer's folder, in order: the entry itself, or,
/// where it ends with a slash, all that is below that folder but tests and what tools leave there.
///
/// # Errors
/// The folder cannot be read.
pub(crate) fn of_entry(peer: &Path, entry: &str) -> io::Result<Vec<String>> {
    let Some(folder) = entry.strip_suffix('/') else {
        return Ok(vec![entry.to_owned()]);
    };
    let mut found = Vec::new();
    add_below(&peer.join(folder), folder, &mut found)?;
    found.sort();
    Ok(found)
}

fn add_below(folder: &Path, name: &str, found: &mut Vec<String>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let last = entry.file_name().to_string_lossy().into_owned();
        if is_left_out(&last) {
            continue;
        }
        let name = format!("{name}/{last}");
        // Links are followed: a program may lie elsewhere in the repository.
        if fs::metadata(entry.path())?.is_dir() {
            add_below(&entry.path(), &name, found)?;
        } else {
            found.push(name);
        }
    }
    Ok(())
}

fn is_left_out(name: &str) -> bool {
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let is_test = stem.starts_with("test_") || stem.ends_with("_test");
    is_test || name.starts_with('.') || name == "__pycache__"
}
