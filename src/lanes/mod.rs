//! The registry: which lanes there are. The only place outside `transports/` that names a
//! transport.

pub(crate) mod described;
pub(crate) mod lanes_file;
pub(crate) mod listed_lanes;
pub(crate) mod peers;
pub(crate) mod roster;
pub(crate) mod servers;
pub(crate) mod suggestion;
mod tool_version;

use crate::{
    drive::{Caller, Callers, Erased, FoundLane},
    lanes::{
        lanes_file::Listed,
        listed_lanes::ListedLane,
        peers::{Peers, square::Square},
        servers::Servers,
        suggestion::suggestion,
    },
    shell::failure::Failure,
};
use api::{Host, Lane, Profile, Registrar, ServeError, Set, Spec};
use std::{collections::HashMap, path::Path};

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
    #[cfg(feature = "queue-redis")]
    queue_redis::lanes(registrar);
    #[cfg(feature = "pyo3")]
    pyo3::lanes(registrar);
}

/// The lanes of this repository, as a value.
pub fn lanes() -> Lanes {
    let mut lanes = Lanes::default();
    register(&mut lanes);
    lanes
}

/// A registry of lanes, erased so that it can be walked at run time; and beside it the lanes of a
/// file of the user's; and the servers that lanes may go through.
pub struct Lanes {
    entries: Vec<Entry>,
    /// Libraries that are no lanes of Rust's, by name.
    libraries: HashMap<&'static str, &'static [u8]>,
    peers: Peers,
    /// Lanes of the user's file.
    given: Vec<ListedLane>,
    servers: Servers,
}

impl Default for Lanes {
    fn default() -> Self {
        Self {
            entries: Vec::new(),
            libraries: HashMap::new(),
            peers: Peers::embedded(),
            given: Vec::new(),
            servers: Servers::embedded(),
        }
    }
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

    /// Takes a server that runs already (`--server NAME=URL`).
    pub(crate) fn with_server(mut self, name_and_url: &str) -> Result<Self, Failure> {
        self.servers.give(name_and_url)?;
        Ok(self)
    }

    /// The library of this name that callers in other languages load: one that was registered, or
    /// that of the language of this name.
    pub(crate) fn library(&self, name: &str) -> Option<&'static [u8]> {
        let mut of_language = self.specs().filter(|spec| spec.callee == name);
        let registered = self.libraries.get(name).copied();
        registered.or_else(|| of_language.find_map(|spec| spec.library))
    }

    /// The servers that lanes may go through.
    pub(crate) fn servers(&self) -> &Servers {
        &self.servers
    }

    /// The programs in other languages.
    pub(crate) fn peers(&self) -> &Peers {
        &self.peers
    }

    /// The lanes that the files of peers list, those that follow from what languages speak, and
    /// those of the user's file.
    pub(crate) fn listed(&self) -> Vec<ListedLane> {
        let square = Square::of(self.specs(), self.peers.entries()).lanes();
        let mut listed: Vec<ListedLane> = self.peers.lanes.iter().cloned().chain(square).collect();
        for lane in &mut listed {
            lane.sets.extend(self.peers.sets_of(&lane.name()));
        }
        listed.extend(self.given.iter().cloned());
        listed
    }

    /// Adds the lanes, peers and servers of a file (`--lanes-file`).
    pub(crate) fn with_file(mut self, path: &Path) -> Result<Self, Failure> {
        let listed = lanes_file::read(path)?;
        self.take(listed).map_err(|what| Failure::usage_at(path.display(), what))?;
        Ok(self)
    }

    fn take(&mut self, listed: Listed) -> Result<(), String> {
        let Listed { lanes, peers, servers } = listed;
        servers.into_iter().try_for_each(|server| self.servers.add(server))?;
        peers.into_iter().try_for_each(|peer| self.peers.add(peer))?;
        let square = Square::of(self.specs(), self.peers.entries());
        let mut of_file = self.peers.entries().iter().filter(|peer| peer.home.is_some());
        of_file.try_for_each(|peer| square.check(peer))?;
        let own = self.specs().map(full_name).collect::<Vec<_>>();
        let own = [own, self.listed().iter().map(ListedLane::name).collect()].concat();
        self.given = lanes;
        for lane in &self.given {
            check_new(lane, &own)?;
            self.check_base(lane, &own)?;
        }
        Ok(())
    }

    /// Refuses a lane of the user's that differs from a lane which is not there.
    fn check_base(&self, lane: &ListedLane, own: &[String]) -> Result<(), String> {
        let (name, Some(base)) = (lane.name(), &lane.variant_of) else { return Ok(()) };
        let begin = format!("{}/{base}/", lane.caller);
        let given: Vec<String> = self.given.iter().map(ListedLane::name).collect();
        let mut others = own.iter().chain(&given);
        if others.any(|other| other.starts_with(&begin) && *other != name) {
            return Ok(());
        }
        Err(format!(
            "lane {name}: variant_of = {base:?}: there is no other lane {begin}.. to differ from"
        ))
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
        found.ok_or_else(|| match name.split('/').nth(1) {
            Some(transport) if self.find(transport).is_some() => Failure::usage(format!(
                "the callee of {name} is not this program: start it as peers/PROTOCOL.md says"
            )),
            _ => {
                let usual = self.specs().filter(|spec| is_usual(spec, name));
                let usual: Vec<&str> = usual.map(|spec| spec.transport).collect();
                unknown_lane(name, self.specs().map(|spec| spec.transport), &usual)
            }
        })
    }

    pub(crate) fn find(&self, transport: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.spec.transport == transport)
    }
}

impl Callers for Lanes {
    fn transports(&self) -> Vec<String> {
        self.specs().map(|spec| spec.transport.to_string()).collect()
    }

    fn find(&self, transport: &str) -> Option<FoundLane<'_>> {
        let entry = Self::find(self, transport)?;
        Some(FoundLane { spec: &entry.spec, caller: entry.caller() })
    }
}

impl Registrar for Lanes {
    fn lane<L: Lane>(&mut self, spec: Spec, make: fn() -> L) {
        let make = Box::new(move || Box::new(Erased::new(make)) as Box<dyn Caller>);
        self.entries.push(Entry { spec, make, serve: L::serve });
    }

    fn library(&mut self, name: &'static str, bytes: &'static [u8]) {
        self.libraries.insert(name, bytes);
    }
}

/// Refuses a lane of the user's whose name is one of Tollgate's own.
fn check_new(lane: &ListedLane, own: &[String]) -> Result<(), String> {
    let name = lane.name();
    if own.contains(&name) {
        return Err(format!(
            "Tollgate has a lane {name} already: give one part of its name another word"
        ));
    }
    Ok(())
}

/// The full name of a lane of the registry.
pub(crate) fn full_name(spec: &Spec) -> String {
    format!("rust/{}/{}", spec.transport, spec.callee)
}

/// True for a lane that people mean by the name of its role.
fn is_usual(spec: &Spec, role: &str) -> bool {
    let is_default = spec.sets.contains(&Set::Default) && spec.profile == Profile::Equal;
    spec.role.name() == role && spec.answers && is_default
}

/// An unknown lane, with the nearest of those there are; where the name is that of a role, with
/// those that people mean by it.
pub(crate) fn unknown_lane<'a>(
    name: &str,
    names: impl Iterator<Item = &'a str>,
    of_role: &[&str],
) -> Failure {
    let (what, meant) = if of_role.is_empty() {
        (format!("there is no lane `{name}`."), suggestion(name, names).map(Into::into))
    } else {
        (format!("`{name}` is a role, not a lane."), Some(of_role.join(" or ")))
    };
    let meant = meant.map_or_else(String::new, |meant| format!(" Did you mean {meant}?"));
    Failure::usage(format!("{what}{meant} `tollgate list` shows them all."))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_callee_that_is_named_by_its_role_is_refused_with_the_lanes_of_that_role() {
        let lanes = lanes();
        let refused = |name: &str| lanes.named(name).err().expect(name).to_string();
        for (name, meant) in [("http", "rest"), ("socket", "uds or tcp"), ("ffi", "ffi-c")] {
            let said = refused(name);
            let wanted = format!("`{name}` is a role, not a lane. Did you mean {meant}?");
            assert!(said.starts_with(&wanted), "{said}");
        }
        assert!(refused("shm").starts_with("there is no lane `shm`."), "{}", refused("shm"));
        assert!(refused("grcp").contains("Did you mean grpc?"), "{}", refused("grcp"));
    }
}
