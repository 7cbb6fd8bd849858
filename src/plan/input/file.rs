//! The plan file, `tollgate.toml`: what may stand in it, and reading it. What its values mean is
//! decided where they meet the flags.
//!
//! It may lie in a folder that somebody else made: it is taken aloud, loads no library, and has
//! files written nowhere but below it.

use crate::{
    plan::input::load::LoadKey,
    protocol::Endpoint,
    shell::{failure::Failure, stderr, toml_file},
};
use serde::Deserialize;
use std::{
    collections::BTreeMap,
    fs, io,
    path::{Component, Path, PathBuf},
};

/// The plan file that is read when it is there.
const USUAL: &str = "tollgate.toml";

/// `tollgate.toml`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
pub(crate) struct PlanFile {
    pub(crate) lanes: Option<Vec<String>>,
    pub(crate) batch: Option<Vec<i64>>,
    pub(crate) max_results: Option<Vec<i64>>,
    pub(crate) modes: Option<Vec<String>>,
    pub(crate) engine: Option<Vec<String>>,
    pub(crate) starts: Option<i64>,
    pub(crate) precision: Option<String>,
    pub(crate) budget: Option<String>,
    pub(crate) order: Option<String>,
    pub(crate) placement: Option<String>,
    pub(crate) deadline: Option<String>,
    pub(crate) service_time: Option<String>,
    pub(crate) calls_per_s: Option<f64>,
    pub(crate) load: Option<LoadKey>,
    pub(crate) seed: Option<u64>,
    pub(crate) out: Option<PathBuf>,
    pub(crate) label: Option<String>,
    #[serde(alias = "catalog")]
    pub(crate) products: Option<PathBuf>,
    pub(crate) users: Option<PathBuf>,
    pub(crate) trace: Option<PathBuf>,
    #[serde(default)]
    pub(crate) endpoint: BTreeMap<String, String>,
    /// Where it was read.
    #[serde(skip)]
    path: PathBuf,
}

impl PlanFile {
    /// The folder of record and report that it names.
    ///
    /// # Errors
    /// Usage: one that is neither below the file nor below the current folder.
    pub(crate) fn take_out(&mut self) -> Result<Option<PathBuf>, Failure> {
        let Some(out) = self.out.take() else { return Ok(None) };
        let here = self.path.parent().unwrap_or(Path::new(""));
        let (out_there, file_there, run_there) =
            (whole_path(&out)?, whole_path(here)?, whole_path(Path::new(""))?);
        if out_there.starts_with(file_there) || out_there.starts_with(run_there) {
            return Ok(Some(out));
        }
        let out = out.display();
        Err(Failure::usage_at(
            self.path.display(),
            format_args!(
                "out = \"{out}\" is outside the folder of the file and the current folder, where \
                a plan file may not write: use --out {out}"
            ),
        ))
    }

    /// Refuses to have a library loaded by a file.
    fn check_endpoints(&self) -> Result<(), Failure> {
        for (lane, endpoint) in &self.endpoint {
            if matches!(Endpoint::parse(endpoint), Endpoint::Library(_)) {
                return Err(Failure::usage_at(
                    self.path.display(),
                    format_args!(
                        "the endpoint of {lane} is a library, which a plan file may not load: use \
                        --endpoint {lane}={endpoint}"
                    ),
                ));
            }
        }
        Ok(())
    }
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

/// The plan file of this name; without a name the usual one, which need not be there. A file that
/// is taken is named on stderr.
pub(crate) fn read(named: Option<&Path>) -> Result<PlanFile, Failure> {
    let path = named.unwrap_or(Path::new(USUAL));
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if named.is_none() && error.kind() == io::ErrorKind::NotFound => {
            return Ok(PlanFile::default());
        }
        Err(error) => {
            return Err(Failure::usage(format!(
                "cannot read the plan {}: {error}",
                path.display()
            )));
        }
    };
    let file = PlanFile { path: path.into(), ..toml_file::from_text(&text, path)? };
    file.check_endpoints()?;
    stderr::say(format_args!("tollgate: the plan is from the file {}", path.display()));
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_the_unknown_key_and_its_line() {
        let path = tempfile::NamedTempFile::new().expect("a file");
        fs::write(path.path(), "budget = \"5m\"\nbatches = [1]\n").expect("written");
        let failure = read(Some(path.path())).expect_err("unknown key").to_string();
        assert!(
            failure.contains("line 2") && failure.contains("unknown field `batches`"),
            "{failure}"
        );
    }
}
