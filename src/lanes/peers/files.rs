//! What peers are made of: files inside the binary, or in a folder of the user's.

use crate::{lanes::peers::Peer, shell::failure::Failure};
use std::{
    borrow::Cow,
    fs, io,
    path::{Path, PathBuf},
};

/// Every file that `peers.toml` lists: path below `peers/`, and bytes. Made by build.rs, which
/// refuses a file that is not there.
pub(super) static EMBEDDED: &[(&str, &[u8])] = include!(concat!(env!("OUT_DIR"), "/peer_files.rs"));

/// One file of a peer.
pub(crate) struct PeerFile<'a> {
    /// In the peer's folder.
    pub(crate) name: &'a str,
    pub(crate) bytes: Cow<'static, [u8]>,
}

impl Peer {
    /// Its files.
    ///
    /// # Errors
    /// A file of the user's cannot be read; it says which.
    pub(crate) fn contents(&self) -> Result<Vec<PeerFile<'_>>, String> {
        self.files
            .iter()
            .map(|name| Ok(PeerFile { name, bytes: self.bytes_of(name)? }))
            .collect()
    }

    fn bytes_of(&self, name: &str) -> Result<Cow<'static, [u8]>, String> {
        if let Some(own) = self.own_folder() {
            let read = fs::read(own.join(name)).map(Cow::Owned);
            let language = &self.language;
            return read
                .map_err(|error| format!("cannot read {name} of the {language} peer: {error}"));
        }
        let listed = format!("{}/{name}", self.folder);
        let found = EMBEDDED.iter().find(|(other, _)| *other == listed);
        found
            .map(|(_, bytes)| Cow::Borrowed(*bytes))
            .ok_or_else(|| format!("this build lacks {listed}"))
    }

    /// The folder of a peer in a user's file.
    pub(crate) fn own_folder(&self) -> Option<PathBuf> {
        self.home.as_ref().map(|home| home.join(&self.folder))
    }

    /// Writes its files into this folder.
    ///
    /// # Errors
    /// As [`Peer::contents`], or a file cannot be written.
    pub(crate) fn write(&self, folder: &Path) -> Result<(), Failure> {
        let contents = self.contents().map_err(Failure::failed)?;
        contents.iter().try_for_each(|file| {
            let place = folder.join(file.name);
            let written = write_file(&place, &file.bytes).and_then(|()| match self.own_folder() {
                // A script of the user's stays a program.
                Some(own) => {
                    fs::set_permissions(&place, fs::metadata(own.join(file.name))?.permissions())
                }
                None => Ok(()),
            });
            written.map_err(|error| {
                let language = &self.language;
                Failure::failed(format!("cannot write the {language} peer's files: {error}"))
            })
        })
    }
}

fn write_file(path: &Path, bytes: &[u8]) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(path, bytes)
}
