//! What a lane of the registry says of itself, in the words of records.

use api::{Properties, Spec};
use reports::record;
use std::{collections::HashMap, sync::LazyLock};

/// The language of lanes whose side is this program.
pub(crate) const RUST: &str = "rust";

/// Versions of all crates in this build.
static LOCKED: LazyLock<HashMap<String, String>> = LazyLock::new(locked_versions);

/// From its lock file, which is long: read once.
fn locked_versions() -> HashMap<String, String> {
    let lock: toml::Table = include_str!("../../Cargo.lock").parse().unwrap_or_default();
    let packages = lock.get("package").and_then(toml::Value::as_array).into_iter().flatten();
    packages.filter_map(name_and_version).collect()
}

fn name_and_version(package: &toml::Value) -> Option<(String, String)> {
    let name = package.get("name")?.as_str()?;
    let version = package.get("version")?.as_str()?;
    Some((name.into(), version.into()))
}

/// What a lane is made of, with the versions in this build.
pub(crate) fn parts(spec: &Spec) -> Vec<String> {
    let part = |name: &&str| match LOCKED.get(*name) {
        Some(version) => format!("{name} {version}"),
        None => (*name).to_string(),
    };
    spec.made_of.iter().map(part).collect()
}

/// The same as the record has them.
pub(crate) fn properties(of: &Properties) -> record::Properties {
    record::Properties {
        typed_contract: of.typed_contract,
        deadline: of.deadline,
        multiplexing: of.multiplexing,
        survives_callee_crash: of.survives_callee_crash,
        readable_with_curl: of.readable_with_curl,
    }
}
