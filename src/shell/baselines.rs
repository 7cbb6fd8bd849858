//! Records that are kept under a name, for later runs to be compared with.

use crate::shell::{failure::Failure, files};
use std::{
    fmt::Display,
    path::{Path, PathBuf},
};

/// Where records with a name are kept.
const FOLDER: &str = "reports/baselines";
const ENDING: &str = ".json";
/// Bytes that the name of a file may have on the usual file systems: NAME_MAX of Linux.
const LONGEST_FILE_NAME: usize = 255;
const LONGEST: usize = LONGEST_FILE_NAME - ENDING.len();

/// The record that was kept under this name.
pub(crate) fn find(name: &str) -> Result<PathBuf, Failure> {
    let path = path_of(name)?;
    if path.exists() {
        return Ok(path);
    }
    Err(Failure::usage(format!(
        "there is no baseline `{name}`: make it with `tollgate run --save {name}`"
    )))
}

/// Proves that a record can be kept under this name: before anything is measured, not after.
pub(crate) fn prove(name: &str) -> Result<(), Failure> {
    let path = path_of(name)?;
    files::prove_writable(Path::new(FOLDER))
        .and_then(|()| files::prove_name(&path))
        .map_err(|error| {
            let line = cannot_keep(&path, error);
            Failure::usage(format!("{line}; choose another name, or leave --save out"))
        })
}

/// Keeps the text of a record under a name, and says where.
pub(crate) fn save(record: &str, name: &str) -> Result<PathBuf, Failure> {
    let path = path_of(name)?;
    match files::replace(&path, record.as_bytes()) {
        Ok(()) => Ok(path),
        Err(error) => Err(Failure::failed(cannot_keep(&path, error))),
    }
}

fn cannot_keep(path: &Path, error: impl Display) -> String {
    format!("cannot keep the record as {}: {error}", path.display())
}

/// Refuses what is no name: before anything is measured.
pub(crate) fn check_name(name: &str) -> Result<(), Failure> {
    path_of(name).map(drop)
}

/// The file of a baseline.
fn path_of(name: &str) -> Result<PathBuf, Failure> {
    if name.len() > LONGEST {
        return Err(Failure::usage(format!(
            "the name of a baseline has {} characters: at most {LONGEST} are possible, since it \
            is the name of a file",
            name.len()
        )));
    }
    let fits = !name.is_empty() && !name.starts_with('.') && name.chars().all(is_plain);
    if fits {
        return Ok(Path::new(FOLDER).join(format!("{name}{ENDING}")));
    }
    Err(Failure::usage(format!(
        "invalid baseline name `{name}`: use letters, digits, - _ .; no . at its beginning"
    )))
}

fn is_plain(c: char) -> bool {
    c.is_ascii_alphanumeric() || "-_.".contains(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_as_long_as_that_of_a_file_can_be() {
        let path = path_of(&"x".repeat(250)).expect("it fits");
        assert_eq!(path.file_name().map(|name| name.len()), Some(LONGEST_FILE_NAME));
        let said = path_of(&"x".repeat(251)).expect_err("too long").to_string();
        assert!(said.contains("251") && said.contains("at most 250"), "{said}");
    }
}
