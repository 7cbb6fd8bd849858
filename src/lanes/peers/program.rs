//! What starts one side of a lane.

use crate::lanes::peers::{KnownPeer, Peer};
use std::path::PathBuf;

/// What stands for the folder of a peer in its words.
const FOLDER: &str = "{folder}";

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
        match known {
            // A program of the peer's own, in the place of its usual one. In a user's file the
            // folder has its name by now.
            Some(known) if given.iter().any(|word| word.contains(FOLDER)) => known.program(given),
            _ if !given.is_empty() => Self::Given(given.to_vec()),
            Some(known) => known.program(verb(&known.peer)),
            None => Self::Own,
        }
    }
}
