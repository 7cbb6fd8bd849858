//! Records that are kept under a name, for later runs to be compared with.

use crate::shell::failure::Failure;
use std::{
    fs,
    path::{Path, PathBuf},
};

/// Where records with a name are kept.
const FOLDER: &str = "reports/baselines";

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

/// Keeps a record under a name, and says where.
pub(crate) fn save(record: &Path, name: &str) -> Result<PathBuf, Failure> {
    let path = path_of(name)?;
    let kept = fs::create_dir_all(FOLDER).and_then(|()| fs::copy(record, &path));
    kept.map_err(|error| {
        Failure::failed(format!("cannot keep the record as {}: {error}", path.display()))
    })?;
    Ok(path)
}

/// Refuses what is no name: before anything is measured.
pub(crate) fn check_name(name: &str) -> Result<(), Failure> {
    path_of(name).map(drop)
}

/// The file of a baseline.
fn path_of(name: &str) -> Result<PathBuf, Failure> {
    let fits = !name.is_empty() && !name.starts_with('.') && name.chars().all(is_plain);
    if fits {
        return Ok(Path::new(FOLDER).join(format!("{name}.json")));
    }
    Err(Failure::usage(format!(
        "`{name}` is no name for a baseline: letters, digits, - _ and . are"
    )))
}

fn is_plain(c: char) -> bool {
    c.is_ascii_alphanumeric() || "-_.".contains(c)
}
