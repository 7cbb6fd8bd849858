//! Lanes of the registry, as their crates describe them.

use crate::lanes::{
    full_name,
    roster::known::{Known, Program, RUST, declared, names},
};
use api::{Mode, Properties, Spec, Topology};
use reports::record;
use std::collections::HashMap;

/// Versions of all crates in this build, from its lock file.
pub(crate) fn locked_versions() -> HashMap<String, String> {
    let lock: toml::Table = include_str!("../../../Cargo.lock").parse().unwrap_or_default();
    let packages = lock.get("package").and_then(toml::Value::as_array).into_iter().flatten();
    packages.filter_map(name_and_version).collect()
}

fn name_and_version(package: &toml::Value) -> Option<(String, String)> {
    let name = package.get("name")?.as_str()?;
    let version = package.get("version")?.as_str()?;
    Some((name.into(), version.into()))
}

/// A lane of the registry: both of its sides are this program, so that it can run here, as far as
/// they go.
pub(crate) fn known(spec: &Spec, locked: &HashMap<String, String>) -> Known {
    let mut modes = vec![Mode::Chatty];
    modes.extend(spec.modes);
    Known {
        about: record::Lane {
            name: full_name(spec),
            short: spec.transport.into(),
            caller: RUST.into(),
            transport: spec.transport.into(),
            callee: spec.callee.into(),
            role: spec.role.name().into(),
            sets: spec.sets.iter().map(|set| set.name().into()).collect(),
            summary: spec.summary.into(),
            implementation: parts(spec, locked).join(", "),
            looseness: spec.looseness,
            profile: spec.profile.name().into(),
            variant_of: spec.variant_of.map(String::from),
            class: spec.waiting.name().into(),
            in_process: spec.topology == Topology::InProcess,
            codec: spec.codec.map(String::from),
            carrier: spec.carrier.map(String::from),
            modes: names(&modes),
            properties: properties(&spec.properties),
            answers: spec.answers,
            given_endpoint: false,
            available: true,
            reason: None,
            planned: false,
            server: spec.topology.server().map(String::from),
            fairness: spec.fairness.iter().map(|(what, value)| declared(what, value)).collect(),
        },
        modes,
        caller_transport: spec.transport.into(),
        callee_transport: spec.transport.into(),
        library: spec.library,
        drive: Program::Own,
        serve: Program::Own,
        server: None,
    }
}

/// What a lane is made of, with the versions in this build.
pub(crate) fn parts(spec: &Spec, locked: &HashMap<String, String>) -> Vec<String> {
    let part = |name: &&str| match locked.get(*name) {
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
