//! Servers: processes that are neither side of a lane, such as a broker. Which there are, and which
//! can run here.

pub(crate) mod entry;
#[cfg(test)]
mod tests;

pub(crate) use crate::lanes::servers::entry::{Readiness, ServerEntry};
use crate::{
    protocol::{Endpoint, ServerUrl},
    shell::failure::Failure,
};
use serde::Deserialize;
use std::collections::HashMap;

/// The entries that travel inside the binary.
const MANIFEST: &str = include_str!("../../../servers/servers.toml");

/// `servers.toml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Manifest {
    #[serde(default, rename = "server")]
    servers: Vec<ServerEntry>,
}

/// A server as this machine knows it.
#[derive(Clone, Debug)]
pub(crate) struct KnownServer {
    pub(crate) entry: ServerEntry,
    /// Its version in short, or why it cannot run here.
    pub(crate) version: Result<String, String>,
    /// One of the user's, that runs already.
    pub(crate) given: Option<Endpoint>,
}

impl KnownServer {
    /// Why a lane through it cannot run here, if so.
    pub(crate) fn missing(&self) -> Option<&str> {
        let missing = self.version.as_ref().err()?;
        self.given.is_none().then_some(missing)
    }

    /// What it is, for the card of a lane: name and version, or that it is the user's.
    pub(crate) fn in_words(&self) -> String {
        let name = &self.entry.name;
        match (&self.given, &self.version) {
            (Some(_), _) => format!("{name}: the user's own, neither started nor moved here"),
            (None, Ok(version)) => format!("{name} {version}"),
            (None, Err(_)) => name.clone(),
        }
    }
}

/// The servers of this program and of the user's file, by name, and those that the user named.
#[derive(Clone, Debug, Default)]
pub(crate) struct Servers {
    entries: Vec<ServerEntry>,
    given: HashMap<String, Endpoint>,
}

impl Servers {
    /// Those inside the binary.
    pub(crate) fn embedded() -> Self {
        let manifest: Manifest =
            toml::from_str(MANIFEST).expect("a test of this module reads the embedded manifest");
        Self { entries: manifest.servers, given: HashMap::new() }
    }

    /// In the order of the files.
    pub(crate) fn entries(&self) -> &[ServerEntry] {
        &self.entries
    }

    /// Adds one of the user's file.
    ///
    /// # Errors
    /// There is one of this name, or it cannot be started.
    pub(crate) fn add(&mut self, entry: ServerEntry) -> Result<(), String> {
        let name = &entry.name;
        if self.entries.iter().any(|other| other.name == *name) {
            return Err(format!("server {name} is there already: give it another name"));
        }
        if name.is_empty() || name.contains(['/', '=', ',', ' ']) {
            return Err(format!("server {name:?}: a name has no /, =, comma or space in it"));
        }
        if entry.start.is_empty() {
            return Err(format!("server {name}: it needs a `start` command"));
        }
        self.entries.push(entry);
        Ok(())
    }

    /// Takes one that runs already, as the user wrote it: `NAME=URL`.
    ///
    /// # Errors
    /// Usage: another form, a name that is not known, user or password in it.
    pub(crate) fn give(&mut self, text: &str) -> Result<(), Failure> {
        let Some((name, url)) = text.split_once('=') else {
            let cure = "write NAME=URL, as in redis=redis://127.0.0.1:6379";
            return Err(Failure::usage_at(format_args!("--server {text}"), cure));
        };
        let at = format!("--server {name}");
        let entry = self.named(name)?;
        let form = entry.url.replace("{port}", "PORT");
        let Some(given) = ServerUrl::parse(url) else {
            return Err(Failure::usage_at(at, format!("a URL of this form is needed: {form}")));
        };
        if given.has_credentials() {
            let [user, password] = entry.credentials();
            let cure = format!(
                "user and password do not stand in it, since command lines are seen and kept: \
                give them as {user} and {password} in the environment"
            );
            return Err(Failure::usage_at(at, cure));
        }
        if !form.starts_with(&format!("{}:", given.scheme())) || !given.is_whole_server() {
            return Err(Failure::usage_at(at, format!("a URL of this form is needed: {form}")));
        }
        self.given.insert(name.into(), Endpoint::parse(url.trim_end_matches('/')));
        Ok(())
    }

    /// The entry of this name.
    ///
    /// # Errors
    /// Usage: there is none; with those that there are.
    pub(crate) fn named(&self, name: &str) -> Result<&ServerEntry, Failure> {
        self.find(name).ok_or_else(|| {
            let names: Vec<&str> = self.entries.iter().map(|entry| entry.name.as_str()).collect();
            let there = match names.as_slice() {
                [] => "this build knows none".to_owned(),
                names => format!("there are {}", names.join(", ")),
            };
            Failure::usage(format!("there is no server `{name}`; {there}"))
        })
    }

    fn find(&self, name: &str) -> Option<&ServerEntry> {
        self.entries.iter().find(|entry| entry.name == name)
    }

    /// What this machine knows of a server; none where there is no entry.
    pub(crate) fn known(&self, name: &str) -> Option<KnownServer> {
        let entry = self.find(name)?.clone();
        let version = entry.version();
        Some(KnownServer { version, given: self.given.get(name).cloned(), entry })
    }
}
