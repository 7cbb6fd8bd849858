//! Every lane there is, from the registry and from the peers: names, descriptions, and whether it
//! can run here.

use crate::{
    lanes::{
        Lanes, full_name,
        peers::{ListedLane, Manifest, Peer},
        unknown_lane,
    },
    shell::failure::{Code, Failure},
};
use api::{Mode, Spec, Topology};
use reports::record;
use std::{collections::HashMap, path::Path};

/// The version of each peer's language, or why there is none.
type Versions = HashMap<String, Result<String, String>>;

/// One lane, wherever it comes from.
#[derive(Clone, Debug)]
pub(crate) struct Known {
    /// As the record shows it.
    pub(crate) about: record::Lane,
    pub(crate) modes: Vec<Mode>,
    /// The shared library that an in-process lane of a peer loads.
    pub(crate) library: Option<&'static [u8]>,
    /// What calls.
    pub(crate) drive: Program,
    /// What answers, where that is a process.
    pub(crate) serve: Program,
}

impl Known {
    /// True when both sides are this program.
    pub(crate) fn is_own(&self) -> bool {
        matches!((&self.drive, &self.serve), (Program::Own, Program::Own))
    }

    /// True when what calls is this program.
    pub(crate) fn has_own_caller(&self) -> bool {
        matches!(self.drive, Program::Own)
    }
}

/// What one side of a lane is started with.
#[derive(Clone, Debug)]
pub(crate) enum Program {
    /// This program, with the verb of that side.
    Own,
    /// A peer: words in which `{folder}` stands for its folder below the place where the peers are
    /// written.
    Peer { folder: String, words: Vec<String> },
    /// The user's own words.
    Given(Vec<String>),
}

impl Program {
    /// The lane's own words, or those of the peer of this language, or this program.
    fn of(given: &[String], peer: Option<&Peer>, verb: fn(&Peer) -> &[String]) -> Self {
        match peer {
            _ if !given.is_empty() => Self::Given(given.to_vec()),
            Some(peer) => Self::Peer { folder: peer.folder.clone(), words: verb(peer).to_vec() },
            None => Self::Own,
        }
    }
}

/// Every lane there is, tight to loose.
pub(crate) struct Roster {
    pub(crate) known: Vec<Known>,
}

const RUST: &str = "rust";

impl Roster {
    /// Walks the registry, the peers and the user's own file; asks each peer's language once
    /// whether it is there.
    pub(crate) fn new(lanes: &Lanes) -> Self {
        let manifest = Manifest::embedded();
        let versions = manifest.versions();
        let locked = locked_versions();
        let mut known: Vec<Known> = lanes.specs().map(|spec| of_registry(spec, &locked)).collect();
        let listed = manifest.lanes.iter().chain(lanes.given());
        known.extend(listed.map(|lane| of_list(lane, lanes, &manifest, &versions)));
        known.sort_by_key(|lane| lane.about.looseness);
        Self { known }
    }

    /// The lane of this name: full, or the short form of a lane between Rust and its own callee.
    pub(crate) fn find(&self, name: &str) -> Option<&Known> {
        self.known
            .iter()
            .find(|lane| lane.about.name == name || lane.about.short == name)
    }

    /// As [`Roster::find`], with a suggestion in the error.
    pub(crate) fn named(&self, name: &str) -> Result<&Known, Failure> {
        let names = || {
            self.known
                .iter()
                .flat_map(|lane| [lane.about.short.as_str(), lane.about.name.as_str()])
        };
        self.find(name).ok_or_else(|| unknown_lane(name, names()))
    }

    /// As [`Roster::named`], for a lane that can run here.
    pub(crate) fn available(&self, name: &str) -> Result<&Known, Failure> {
        let lane = self.named(name)?;
        match lane.about.reason.as_ref().filter(|_| !lane.about.available) {
            Some(reason) => Err(Failure::new(
                Code::Unavailable,
                format!("{} cannot run here: {reason}", lane.about.name),
            )),
            None => Ok(lane),
        }
    }

    /// The lanes that these words stand for: names, `all`, `default`, and groups as `grpc*`. No
    /// words: the default lanes. `all`, `default` and a group leave out what cannot run here, as
    /// long as one is left.
    pub(crate) fn select(&self, words: &[String]) -> Result<Vec<&Known>, Failure> {
        if words.is_empty() {
            return self.select(&["default".into()]);
        }
        let mut chosen: Vec<&Known> = Vec::new();
        for word in words {
            match word.as_str() {
                "all" => chosen.extend(self.here()),
                "default" => chosen.extend(self.here().filter(|lane| lane.about.default)),
                group if group.contains('*') => chosen.extend(self.group(group)?),
                name => chosen.push(self.available(name)?),
            }
        }
        chosen.sort_by_key(|lane| (lane.about.looseness, lane.about.name.clone()));
        chosen.dedup_by_key(|lane| lane.about.name.clone());
        Ok(chosen)
    }

    /// The lanes that can run here.
    fn here(&self) -> impl Iterator<Item = &Known> {
        self.known.iter().filter(|lane| lane.about.available)
    }

    /// The lanes whose name, short or full, is of this form, as far as they can run here.
    fn group(&self, form: &str) -> Result<Vec<&Known>, Failure> {
        let fits =
            |lane: &&Known| matches(form, &lane.about.short) || matches(form, &lane.about.name);
        let (here, away): (Vec<&Known>, Vec<&Known>) =
            self.known.iter().filter(fits).partition(|lane| lane.about.available);
        match (here.is_empty(), away.first()) {
            (false, _) => Ok(here),
            (true, Some(lane)) => self.available(&lane.about.name).map(|lane| vec![lane]),
            (true, None) => Err(Failure::usage(format!(
                "no lane is of the form `{form}`. `tollgate list` shows them all."
            ))),
        }
    }
}

/// True when the name is of the form, in which `*` stands for any text.
fn matches(form: &str, name: &str) -> bool {
    match form.split_once('*') {
        None => form == name,
        Some((head, rest)) => name.strip_prefix(head).is_some_and(|tail| {
            tail.char_indices()
                .map(|(at, _)| at)
                .chain([tail.len()])
                .any(|at| matches(rest, &tail[at..]))
        }),
    }
}

/// Versions of all crates in this build, from its lock file.
fn locked_versions() -> HashMap<String, String> {
    let lock: toml::Table = include_str!("../../Cargo.lock").parse().unwrap_or_default();
    let packages = lock.get("package").and_then(toml::Value::as_array).into_iter().flatten();
    let text = |package: &toml::Value, key| Some(package.get(key)?.as_str()?.to_string());
    packages
        .filter_map(|package| Some((text(package, "name")?, text(package, "version")?)))
        .collect()
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
            name: full_name(spec),
            short: spec.transport.into(),
            caller: RUST.into(),
            transport: spec.transport.into(),
            callee: spec.callee.into(),
            summary: spec.summary.into(),
            implementation: versioned.collect::<Vec<_>>().join(", "),
            looseness: spec.looseness,
            profile: spec.profile.name().into(),
            variant_of: spec.variant_of.map(String::from),
            class: spec.waiting.name().into(),
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
        drive: Program::Own,
        serve: Program::Own,
    }
}

/// What a listed lane is made of, and why it cannot run here, if so.
fn parts(
    lane: &ListedLane,
    lanes: &Lanes,
    versions: &Versions,
    drive: &Program,
    serve: &Program,
) -> (Vec<String>, Option<String>) {
    let mut implementation = lane.made_of.clone();
    let mut reason = None;
    for (language, program) in [(&lane.caller, drive), (&lane.callee, serve)] {
        match program {
            Program::Given(words) => reason = reason.or(not_found(words)),
            Program::Peer { .. } => match versions.get(language) {
                Some(Ok(version)) if !implementation.contains(version) => {
                    implementation.push(version.clone());
                }
                Some(Err(missing)) => reason = Some(missing.clone()),
                _ => {}
            },
            Program::Own if language == RUST && lanes.find(&lane.transport).is_none() => {
                reason = Some(format!("this build has no transport `{}`", lane.transport));
            }
            Program::Own => {}
        }
    }
    (implementation, reason)
}

fn of_list(lane: &ListedLane, lanes: &Lanes, manifest: &Manifest, versions: &Versions) -> Known {
    let library = lanes
        .specs()
        .find(|spec| spec.callee == lane.callee)
        .and_then(|spec| spec.library);
    let drive = Program::of(&lane.drive, manifest.peer(&lane.caller), |peer| &peer.drive);
    let serve = Program::of(&lane.serve, manifest.peer(&lane.callee), |peer| &peer.serve);
    let (implementation, mut reason) = parts(lane, lanes, versions, &drive, &serve);
    if lane.in_process && library.is_none() && lane.drive.is_empty() {
        reason = Some(format!("this build embeds no library of `{}`", lane.callee));
    }
    let name = lane.name();
    let mut modes = vec![Mode::Chatty];
    modes.extend(
        lane.modes
            .iter()
            .filter_map(|mode| Mode::from_name(mode))
            .filter(|mode| *mode != Mode::Chatty),
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
            profile: lane.profile.clone().unwrap_or_else(record::equal),
            variant_of: lane.variant_of.clone(),
            class: lane.class().into(),
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
        drive,
        serve,
    }
}

/// Why the program of these words cannot be started, if so.
fn not_found(words: &[String]) -> Option<String> {
    let program = Path::new(words.first()?);
    let path = std::env::var_os("PATH").unwrap_or_default();
    let here = program.components().count() > 1 && program.is_file();
    let found = here || std::env::split_paths(&path).any(|folder| folder.join(program).is_file());
    (!found).then(|| format!("`{}` is not found; the lanes file names it", program.display()))
}

fn names(modes: &[Mode]) -> Vec<String> {
    modes.iter().map(|mode| mode.name().into()).collect()
}

fn declared(what: &str, value: &str) -> record::Setting {
    record::Setting {
        what: what.into(),
        value: value.into(),
        side: "both".into(),
        read_back: false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_any_text() {
        for (form, name) in [
            ("grpc*", "grpc"),
            ("grpc*", "grpc-uds"),
            ("*uds*", "grpc-uds"),
            ("*", ""),
            ("a*b*c", "abbc"),
        ] {
            assert!(matches(form, name), "{form} {name}");
        }
        for (form, name) in [
            ("grpc*", "rust/grpc/rust"),
            ("grpc-*", "grpc"),
            ("*lean", "grpc-lean-x"),
            ("a*b*c", "acb"),
        ] {
            assert!(!matches(form, name), "{form} {name}");
        }
    }
}
