//! What starts one side of a lane.

use crate::lanes::peers::{KnownPeer, Peer};
use std::path::PathBuf;

/// Where the files of a peer lie.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// Inside the binary: they are written when a lane needs them, into a folder of this name.
    Embedded(String),
    /// On the disk.
    Kept(PathBuf),
}

/// What one side of a lane is started with.
#[derive(Clone, Debug)]
pub(crate) enum Program {
    /// This program, with the verb of that side.
    Own,
    /// A peer: words in which `{folder}` stands for the folder with its files.
    Peer { place: Place, files: Vec<String>, words: Vec<String> },
    /// The user's own words.
    Given(Vec<String>),
}

impl Program {
    /// The lane's own words, or those of the peer of this language, or this program.
    pub(crate) fn of(
        given: &[String],
        known: Option<&KnownPeer>,
        verb: fn(&Peer) -> &[String],
    ) -> Self {
        if !given.is_empty() {
            return Self::Given(given.to_vec());
        }
        known.map_or(Self::Own, |known| known.program(verb(&known.peer)))
    }
}
