//! The plan file, `tollgate.toml`: what may stand in it, and reading it. What its values mean is
//! decided where they meet the flags.

use crate::{
    plan::input::load::LoadKey,
    shell::{failure::Failure, toml_file},
};
use serde::Deserialize;
use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
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
}

/// The plan file of this name; without a name the usual one, which need not be there.
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
    toml_file::from_text(&text, path)
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
