//! Every lane there is, from the registry and from the peers: names, descriptions, and whether it can run here.

use crate::{
    failure::{Code, Failure},
    lanes::{Lanes, unknown_lane},
    peers::{Manifest, PeerLane},
};
use api::{Mode, Spec, Topology};
use reports::record;
use std::collections::HashMap;

/// One lane, wherever it comes from.
#[derive(Clone, Debug)]
pub(crate) struct Known {
    /// As the record shows it.
    pub(crate) about: record::Lane,
    pub(crate) modes: Vec<Mode>,
    /// The shared library that an in-process lane of a peer loads.
    pub(crate) library: Option<&'static [u8]>,
}

/// Every lane there is, tight to loose.
pub(crate) struct Roster {
    pub(crate) known: Vec<Known>,
    pub(crate) manifest: Manifest,
}

const RUST: &str = "rust";

impl Roster {
    /// Walks the registry and the peers; asks each peer's language once whether it is there.
    pub(crate) fn new(lanes: &Lanes) -> Self {
        let manifest = Manifest::embedded();
        let versions = manifest.versions();
        let locked = locked_versions();
        let mut known: Vec<Known> = lanes.specs().map(|spec| of_registry(spec, &locked)).collect();
        for lane in &manifest.lanes {
            known.push(of_peer(lane, lanes, &versions));
        }
        known.sort_by_key(|lane| lane.about.looseness);
        Self { known, manifest }
    }

    /// The lane of this name: full, or the short form of a lane between Rust and its own callee.
    pub(crate) fn find(&self, name: &str) -> Option<&Known> {
        self.known.iter().find(|lane| lane.about.name == name || lane.about.short == name)
    }

    /// As [`Roster::find`], with a suggestion in the error.
    pub(crate) fn named(&self, name: &str) -> Result<&Known, Failure> {
        let names =
            || self.known.iter().flat_map(|lane| [lane.about.short.as_str(), lane.about.name.as_str()]);
        self.find(name).ok_or_else(|| unknown_lane(name, names()))
    }

    /// As [`Roster::named`], for a lane that can run here.
    pub(crate) fn available(&self, name: &str) -> Result<&Known, Failure> {
        let lane = self.named(name)?;
        match lane.about.reason.as_ref().filter(|_| !lane.about.available) {
            Some(reason) => {
                Err(Failure::new(Code::Unavailable, format!("{} cannot run here: {reason}", lane.about.name)))
            }
            None => Ok(lane),
        }
    }

    /// The lanes that these words stand for; no words: the default lanes that can run here.
    pub(crate) fn select(&self, words: &[String]) -> Result<Vec<&Known>, Failure> {
        if words.is_empty() {
            return Ok(self.known.iter().filter(|lane| lane.about.default && lane.about.available).collect());
        }
        let mut chosen: Vec<&Known> = Vec::new();
        for word in words {
            if word == "all" {
                chosen.extend(self.known.iter().filter(|lane| lane.about.available));
                continue;
            }
            chosen.push(self.available(word)?);
        }
        chosen.sort_by_key(|lane| (lane.about.looseness, lane.about.name.clone()));
        chosen.dedup_by_key(|lane| lane.about.name.clone());
        Ok(chosen)
    }
}

/// Versions of all crates in this build, from its lock file.
fn locked_versions() -> HashMap<String, String> {
    let lock: toml::Table = include_str!("../Cargo.lock").parse().unwrap_or_default();
    let packages = lock.get("package").and_then(toml::Value::as_array).into_iter().flatten();
    let text = |package: &toml::Value, key| Some(package.get(key)?.as_str()?.to_string());
    packages.filter_map(|package| Some((text(package, "name")?, text(package, "version")?))).collect()
}

fn of_registry(spec: &Spec, locked: &HashMap<String, String>) -> Known {
    let versioned = spec.made_of.iter().map(|name| match locked.get(*name) {
        Some(version) => format!("{name} {version}"),
        None => (*name).to_string(),
    });
    let mut modes = vec![Mode::Chatty];
    modes.extend(spec.modes);
    let properties = record::Properties {
        typed_contract: spec.properties.typed_contract,
        deadline: spec.properties.deadline,
        multiplexing: spec.properties.multiplexing,
        survives_callee_crash: spec.properties.survives_callee_crash,
        readable_with_curl: spec.properties.readable_with_curl,
    };
    Known {
        about: record::Lane {
            name: format!("{RUST}/{}/{}", spec.transport, spec.callee),
            short: spec.transport.into(),
            caller: RUST.into(),
            transport: spec.transport.into(),
            callee: spec.callee.into(),
            summary: spec.summary.into(),
            implementation: versioned.collect::<Vec<_>>().join(", "),
            looseness: spec.looseness,
            profile: spec.profile.name().into(),
            variant_of: spec.variant_of.map(String::from),
            in_process: spec.topology == Topology::InProcess,
            codec: spec.codec.map(String::from),
            carrier: spec.carrier.map(String::from),
            modes: names(&modes),
            properties,
            answers: spec.answers,
            given_endpoint: false,
            available: true,
            reason: None,
            planned: false,
            default: spec.default,
            fairness: spec.fairness.iter().map(|(what, value)| declared(what, value)).collect(),
        },
        modes,
        library: spec.library,
    }
}

fn of_peer(lane: &PeerLane, lanes: &Lanes, versions: &HashMap<String, Result<String, String>>) -> Known {
    let library = lanes.specs().find(|spec| spec.callee == lane.callee).and_then(|spec| spec.library);
    let mut implementation = Vec::new();
    let mut reason = None;
    for language in [&lane.caller, &lane.callee] {
        match versions.get(language) {
            Some(Ok(version)) if !implementation.contains(version) => implementation.push(version.clone()),
            Some(Err(missing)) => reason = Some(missing.clone()),
            _ => {}
        }
    }
    let served_here = || lanes.find(&lane.transport).is_some();
    if (lane.caller == RUST || lane.callee == RUST) && !served_here() {
        reason = Some(format!("this build has no transport `{}`", lane.transport));
    }
    if lane.in_process && library.is_none() {
        reason = Some(format!("this build embeds no library of `{}`", lane.callee));
    }
    let name = format!("{}/{}/{}", lane.caller, lane.transport, lane.callee);
    let mut modes = vec![Mode::Chatty];
    modes.extend(
        lane.modes.iter().filter_map(|mode| Mode::from_name(mode)).filter(|mode| *mode != Mode::Chatty),
    );
    Known {
        about: record::Lane {
            short: name.clone(),
            name,
            caller: lane.caller.clone(),
            transport: lane.transport.clone(),
            callee: lane.callee.clone(),
            summary: lane.summary.clone(),
            implementation: implementation.join(", "),
            looseness: lane.looseness,
            profile: record::equal(),
            variant_of: None,
            in_process: lane.in_process,
            codec: lane.codec.clone(),
            carrier: lane.carrier.clone(),
            modes: names(&modes),
            properties: lane.properties,
            answers: true,
            given_endpoint: false,
            available: reason.is_none(),
            reason,
            planned: false,
            default: lane.default,
            fairness: lane.fairness.iter().map(|(what, value)| declared(what, value)).collect(),
        },
        modes,
        library,
    }
}

fn names(modes: &[Mode]) -> Vec<String> {
    modes.iter().map(|mode| mode.name().into()).collect()
}

fn declared(what: &str, value: &str) -> record::Setting {
    record::Setting { what: what.into(), value: value.into(), side: "both".into(), read_back: false }
}
