//! The peers: programs in other languages, listed in `peers/peers.toml` or in a user's file. Those
//! of `peers.toml` travel inside the binary, and are written to a folder when a lane needs them, or
//! when they are built.

pub(crate) mod built;
pub(crate) mod entry;
pub(crate) mod files;
pub(crate) mod known_peer;
pub(crate) mod program;
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
use std::collections::HashMap;

const MANIFEST: &str = include_str!("../../../peers/peers.toml");

/// Peers, and lanes that follow from no square: `peers.toml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Peers {
    #[serde(rename = "peer")]
    entries: Vec<Peer>,
    #[serde(rename = "lane")]
    pub(crate) lanes: Vec<ListedLane>,
}

impl Peers {
    /// The manifest inside the binary.
    pub(crate) fn embedded() -> Self {
        toml::from_str(MANIFEST).expect("a test of this module reads the embedded manifest")
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
