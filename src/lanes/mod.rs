//! The registry: which lanes there are. The only place outside `transports/` that names a
//! transport.

pub(crate) mod lanes_file;
pub(crate) mod peers;
pub(crate) mod roster;

use crate::{
    drive::{Caller, Erased},
    lanes::peers::{ListedLane, Manifest},
    shell::failure::Failure,
};
use api::{Host, Lane, Registrar, ServeError, Spec};
use std::path::Path;

/// Registers the lanes of this repository, tight to loose. One line for each transport.
pub fn register(registrar: &mut impl Registrar) {
    #[cfg(feature = "null")]
    null::lanes(registrar);
    #[cfg(feature = "inproc")]
    inproc::lanes(registrar);
    #[cfg(feature = "ffi")]
    ffi::lanes(registrar);
    #[cfg(feature = "socket")]
    socket::lanes(registrar);
    #[cfg(feature = "grpc")]
    grpc::lanes(registrar);
    #[cfg(feature = "rest")]
    rest::lanes(registrar);
}

/// The lanes of this repository, as a value.
pub fn lanes() -> Lanes {
    let mut lanes = Lanes::default();
    register(&mut lanes);
    lanes
}

/// A registry of lanes, erased so that it can be walked at run time; and beside it the lanes of a
/// file of the user's.
#[derive(Default)]
pub struct Lanes {
    entries: Vec<Entry>,
    given: Vec<ListedLane>,
}

impl Lanes {
    /// Adds the lanes of another crate: `tollgate::lanes().with(mine::lanes)`.
    #[must_use]
    pub fn with(mut self, register: impl FnOnce(&mut Self)) -> Self {
        register(&mut self);
        self
    }

    /// What each lane says of itself, in order of registration.
    pub fn specs(&self) -> impl Iterator<Item = &Spec> {
        self.entries.iter().map(|entry| &entry.spec)
    }

    /// Adds the lanes of a file (`--lanes-file`).
    pub(crate) fn with_file(mut self, path: &Path) -> Result<Self, Failure> {
        self.given = lanes_file::read(path)?;
        let peers = Manifest::embedded().lanes;
        let names = || self.specs().map(full_name).chain(peers.iter().map(ListedLane::name));
        let wrong = |what: String| Failure::usage(format!("{}: {what}", path.display()));
        if let Some(lane) = self.given.iter().find(|lane| names().any(|name| name == lane.name())) {
            let name = lane.name();
            return Err(wrong(format!(
                "Tollgate has a lane {name} already: give one part of its name another word"
            )));
        }
        for lane in &self.given {
            let (name, Some(base)) = (lane.name(), &lane.variant_of) else { continue };
            let begin = format!("{}/{base}/", lane.caller);
            let mut others = names().chain(self.given.iter().map(ListedLane::name));
            if !others.any(|other| other.starts_with(&begin) && other != name) {
                return Err(wrong(format!(
                    "lane {name}: variant_of = {base:?}: there is no other lane {begin}.. to \
                    differ from"
                )));
            }
        }
        Ok(self)
    }

    /// The lanes of the user's file.
    pub(crate) fn given(&self) -> impl Iterator<Item = &ListedLane> {
        self.given.iter()
    }

    /// Each transport is there once: names of lanes are made of it.
    pub(crate) fn check(&self) -> Result<(), Failure> {
        let mut names: Vec<&str> = self.specs().map(|spec| spec.transport).collect();
        names.sort_unstable();
        match names.windows(2).find(|pair| pair[0] == pair[1]) {
            Some(pair) => Err(Failure::usage(format!(
                "two lanes call their transport `{}`: rename one",
                pair[0]
            ))),
            None => Ok(()),
        }
    }

    /// The lane of this name, full or short, with a suggestion in the error.
    pub(crate) fn named(&self, name: &str) -> Result<&Entry, Failure> {
        let mut entries = self.entries.iter();
        let found =
            entries.find(|entry| entry.spec.transport == name || full_name(&entry.spec) == name);
        let foreign =
            || name.split('/').nth(1).is_some_and(|transport| self.find(transport).is_some());
        found.ok_or_else(|| match foreign() {
            true => Failure::usage(format!(
                "the callee of {name} is not this program: start it as peers/PROTOCOL.md says"
            )),
            false => unknown_lane(name, self.specs().map(|spec| spec.transport)),
        })
    }

    pub(crate) fn find(&self, transport: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.spec.transport == transport)
    }
}

impl Registrar for Lanes {
    fn lane<L: Lane>(&mut self, spec: Spec, make: fn() -> L) {
        let make = Box::new(move || Box::new(Erased::new(make)) as Box<dyn Caller>);
        self.entries.push(Entry { spec, make, serve: L::serve });
    }
}

/// The full name of a lane of the registry.
pub(crate) fn full_name(spec: &Spec) -> String {
    format!("rust/{}/{}", spec.transport, spec.callee)
}

/// An unknown lane, with the nearest of those there are.
pub(crate) fn unknown_lane<'a>(name: &str, names: impl Iterator<Item = &'a str>) -> Failure {
    let nearest = suggestion(name, names)
        .map(|near| format!(" Did you mean {near}?"))
        .unwrap_or_default();
    Failure::usage(format!("there is no lane `{name}`.{nearest} `tollgate list` shows them all."))
}

/// The nearest of these words, if one is near.
pub(crate) fn suggestion<'a>(word: &str, words: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let near = words.map(|other| (strsim::jaro_winkler(word, other), other));
    near.max_by(|a, b| a.0.total_cmp(&b.0))
        .filter(|(score, _)| *score > 0.7)
        .map(|(_, other)| other)
}

/// One lane: what it says of itself, and both of its sides.
pub(crate) struct Entry {
    pub(crate) spec: Spec,
    make: Box<dyn Fn() -> Box<dyn Caller>>,
    serve: fn(Host<'_>) -> Result<(), ServeError>,
}

impl Entry {
    /// A fresh caller, not yet open.
    pub(crate) fn caller(&self) -> Box<dyn Caller> {
        (self.make)()
    }

    /// Answers until the process ends.
    pub(crate) fn serve(&self, host: Host<'_>) -> Result<(), ServeError> {
        (self.serve)(host)
    }
}
