//! A peer as this machine knows it: whether its language is here, whether it is built, and what
//! starts it.

use crate::lanes::peers::{
    Peer,
    program::{Place, Program},
};
use std::path::{Path, PathBuf};

/// A peer, and what starts it.
#[derive(Clone, Debug)]
pub(crate) struct KnownPeer {
    pub(crate) peer: Peer,
    /// What its language says of itself, or why it is not here.
    pub(crate) version: Result<String, String>,
    pub(crate) built: Built,
}

/// Whether a peer is built.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Built {
    /// It runs as it is.
    NotNeeded,
    Here(PathBuf),
    /// Not yet, or not since one of its files, or its language, changed.
    Missing,
    /// It cannot be known, for this reason.
    Unknown(String),
}

impl KnownPeer {
    /// Asks its language for its version, and looks whether it is built.
    pub(crate) fn ask(peer: &Peer) -> Self {
        let version = peer.version();
        let built = match &version {
            Ok(version) => built(peer, version),
            // Nobody asks.
            Err(_) => Built::Missing,
        };
        Self { peer: peer.clone(), version, built }
    }

    /// Why a side of a lane cannot run here; `without_build` where it runs as its files are.
    pub(crate) fn missing(&self, without_build: bool) -> Option<String> {
        let language = &self.peer.language;
        match (&self.version, &self.built) {
            (Err(missing), _) => Some(missing.clone()),
            (Ok(version), Built::Missing) if !without_build => Some(format!(
                "{version} is here, and its peer is not built: tollgate peers build {language}{}",
                if self.peer.home.is_some() {
                    " --lanes-file, with that file"
                } else {
                    ""
                }
            )),
            (Ok(_), Built::Unknown(why)) => Some(why.clone()),
            (Ok(_), _) => None,
        }
    }

    /// Where its build put a file of this name, or would have; `None` where it is not built.
    pub(crate) fn built_file(&self, name: &str) -> Option<PathBuf> {
        match &self.built {
            Built::Here(folder) => Some(folder.join(name)),
            Built::NotNeeded | Built::Missing | Built::Unknown(_) => None,
        }
    }

    /// What starts it with these words of its entry.
    pub(crate) fn program(&self, words: &[String]) -> Program {
        let place = match (&self.built, self.peer.own_folder()) {
            (Built::Here(folder), _) => Place::Kept(folder.clone()),
            (_, Some(own)) => Place::Kept(own),
            (_, None) => Place::Embedded(self.peer.folder.clone()),
        };
        // Where they cannot be read, nothing was built of them, which is said elsewhere.
        let files = self.peer.file_names().unwrap_or_default();
        Program::Peer { place, files, words: words.to_vec() }
    }
}

/// False where nothing was built, and where somebody removed what was.
fn has_its_programs(peer: &Peer, folder: &Path) -> bool {
    let programs = [&peer.drive, &peer.serve].into_iter().filter_map(|words| words.first());
    let mut below = programs.filter_map(|program| program.strip_prefix("{folder}/"));
    folder.is_dir() && below.all(|program| folder.join(program).is_file())
}

fn built(peer: &Peer, version: &str) -> Built {
    match peer.build_folder(version) {
        Ok(None) => Built::NotNeeded,
        Ok(Some(folder)) if has_its_programs(peer, &folder) => Built::Here(folder),
        Ok(Some(_)) => Built::Missing,
        Err(why) => Built::Unknown(why),
    }
}
