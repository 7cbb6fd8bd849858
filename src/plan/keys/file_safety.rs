//! What a plan file may not say. It may lie in a folder that somebody else made: it loads no
//! library, and has files written nowhere but below it and below the current folder.

use crate::{
    plan::{
        change,
        keys::{parse, written::Written},
    },
    protocol::Endpoint,
    shell::failure::Failure,
};
use std::{
    fs, io,
    path::{Component, Path, PathBuf},
};

/// Refuses a folder that is neither below the plan file nor below the current folder.
pub(crate) fn near(out: &Written<'_>, file: &Path) -> Result<(), Failure> {
    let out = out.path();
    let here = file.parent().unwrap_or(Path::new(""));
    let (out_there, file_there, run_there) =
        (whole_path(&out)?, whole_path(here)?, whole_path(Path::new(""))?);
    if out_there.starts_with(file_there) || out_there.starts_with(run_there) {
        return Ok(());
    }
    let out = out.display();
    Err(Failure::usage_at(
        file.display(),
        format_args!(
            "out = \"{out}\" is outside the folder of the file and the current folder, where a \
            plan file may not write: use --out {out}"
        ),
    ))
}

/// Refuses to have a library loaded by a file.
pub(crate) fn no_library(endpoints: &Written<'_>, file: &Path) -> Result<(), Failure> {
    for pair in endpoints.words() {
        let (lane, endpoint) = parse::endpoint_of_lane(&pair)?;
        if matches!(Endpoint::parse(endpoint), Endpoint::Library(_)) {
            return Err(Failure::usage_at(
                file.display(),
                format_args!(
                    "the endpoint of {lane} is a library, which a plan file may not load: use \
                    --endpoint {lane}={endpoint}"
                ),
            ));
        }
    }
    Ok(())
}

/// Refuses a list that changes the latest record: it belongs to one run.
pub(crate) fn no_change(list: &Written<'_>, file: &Path) -> Result<(), Failure> {
    if change::steps(list.flag, &list.words())?.is_none() {
        return Ok(());
    }
    let (flag, words) = (list.flag, list.words().join(","));
    Err(Failure::usage_at(
        file.display(),
        format_args!(
            "{flag} = \"{words}\" changes the latest record, which belongs to one run: use \
            --{flag} {words}"
        ),
    ))
}

/// The path from the root, without symlinks and `..`, of a folder that need not be there yet.
fn whole_path(path: &Path) -> Result<PathBuf, Failure> {
    let failed = |error| Failure::usage_at(path.display(), error);
    let path = std::path::absolute(Path::new(".").join(path)).map_err(failed)?;
    let mut there = PathBuf::new();
    for part in path.components() {
        match part {
            // What `..` leads out of is whole by now: no symlink.
            Component::ParentDir => drop(there.pop()),
            part => there.push(part),
        }
        there = match fs::canonicalize(&there) {
            Ok(whole) => whole,
            Err(error) if error.kind() == io::ErrorKind::NotFound => there,
            Err(error) => return Err(failed(error)),
        };
    }
    Ok(there)
}
