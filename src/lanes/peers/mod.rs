//! The peers: programs in other languages, each told of in `peers/LANGUAGE.toml`, or in a user's
//! file. Those of `peers/` travel inside the binary, and are written to a folder when a lane needs
//! them, or when they are built.

pub(crate) mod built;
pub(crate) mod entry;
pub(crate) mod files;
pub(crate) mod known_peer;
#[cfg(test)]
mod locked_versions;
pub(crate) mod program;
mod source_files;
mod speaker;
pub(crate) mod square;
#[cfg(test)]
mod tests;

pub(crate) use crate::lanes::peers::{
    entry::{Peer, Side, SpokenTransport},
    known_peer::KnownPeer,
};
use crate::{
    lanes::{listed_lanes::ListedLane, suggestion::suggestion},
    shell::failure::Failure,
};
use serde::Deserialize;
use std::collections::{BTreeMap, HashMap};

/// What the files `peers/*.toml` say: name and text. Made by build.rs.
static MANIFESTS: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/peer_manifests.rs"));

/// Peers, lanes that follow from no square, and sets of lanes that do.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Peers {
    #[serde(default, rename = "peer")]
    entries: Vec<Peer>,
    #[serde(default, rename = "lane")]
    pub(crate) lanes: Vec<ListedLane>,
    /// Lanes by the name of their set.
    #[serde(default)]
    pub(crate) sets: BTreeMap<String, Vec<String>>,
}

impl Peers {
    /// What is inside the binary.
    pub(crate) fn embedded() -> Self {
        let mut all = Self::default();
        for (_, text) in MANIFESTS {
            let one: Self = toml::from_str(text).expect("a test of this module reads them all");
            all.entries.extend(one.entries);
            all.lanes.extend(one.lanes);
            all.sets.extend(one.sets);
        }
        all
    }

    /// The sets that this lane is in.
    pub(crate) fn sets_of(&self, lane: &str) -> Vec<String> {
        let holds = |lanes: &Vec<String>| lanes.iter().any(|other| other == lane);
        let sets = self.sets.iter().filter(|(_, lanes)| holds(lanes));
        sets.map(|(name, _)| name.clone()).collect()
    }

    /// In the order of the files.
    pub(crate) fn entries(&self) -> &[Peer] {
        &self.entries
    }

    /// Adds one of the user's file.
    ///
    /// # Errors
    /// There is one of this language.
    pub(crate) fn add(&mut self, peer: Peer) -> Result<(), String> {
        let language = &peer.language;
        if self.entries.iter().any(|other| other.language == *language) {
            return Err(format!(
                "peer {language}: there is one already: give the language another name, as in \
                {language}-mine"
            ));
        }
        self.entries.push(peer);
        Ok(())
    }

    /// Those of these languages, or all where none is named.
    ///
    /// # Errors
    /// Usage: there is no peer of a language.
    pub(crate) fn named(&self, languages: &[String]) -> Result<Vec<&Peer>, Failure> {
        if languages.is_empty() {
            return Ok(self.entries.iter().collect());
        }
        languages.iter().map(|language| self.one(language)).collect()
    }

    fn one(&self, language: &str) -> Result<&Peer, Failure> {
        let found = self.entries.iter().find(|peer| peer.language == language);
        found.ok_or_else(|| {
            let names: Vec<&str> = self.entries.iter().map(|peer| &*peer.language).collect();
            let there = match suggestion(language, names.iter().copied()) {
                Some(near) => format!("did you mean {near}?"),
                None => format!("there are {}", names.join(", ")),
            };
            Failure::usage(format!(
                "there is no peer of `{language}`; {there} (one of yours: add its --lanes-file)"
            ))
        })
    }

    /// Each, as this machine knows it; each language is asked once for its version.
    pub(crate) fn known(&self) -> HashMap<String, KnownPeer> {
        self.entries
            .iter()
            .map(|peer| (peer.language.clone(), KnownPeer::ask(peer)))
            .collect()
    }
}
