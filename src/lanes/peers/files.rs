//! What peers are made of: files inside the binary, or in a folder of the user's.

use crate::{
    lanes::peers::{Peer, source_files},
    shell::failure::Failure,
};
use std::{
    borrow::Cow,
    fs, io,
    path::{Path, PathBuf},
};

/// Every file that `peers/*.toml` list: path below `peers/`, and bytes. Made by build.rs, which
/// refuses a file that is not there.
pub(super) static EMBEDDED: &[(&str, &[u8])] = include!(concat!(env!("OUT_DIR"), "/peer_files.rs"));

/// One file of a peer.
pub(crate) struct PeerFile {
    /// In the peer's folder.
    pub(crate) name: String,
    pub(crate) bytes: Cow<'static, [u8]>,
}

impl Peer {
    /// Its files.
    ///
    /// # Errors
    /// A file of the user's cannot be read; it says which.
    pub(crate) fn contents(&self) -> Result<Vec<PeerFile>, String> {
        let with_bytes = |name: String| {
            let bytes = self.bytes_of(&name)?;
            Ok(PeerFile { name, bytes })
        };
        self.file_names()?.into_iter().map(with_bytes).collect()
    }

    /// The names of its files, in its folder.
    ///
    /// # Errors
    /// A folder of the user's cannot be read; it says which.
    pub(crate) fn file_names(&self) -> Result<Vec<String>, String> {
        let mut names = Vec::new();
        for entry in &self.files {
            names.extend(self.names_of(entry)?);
        }
        Ok(names)
    }

    fn names_of(&self, entry: &str) -> Result<Vec<String>, String> {
        if let Some(own) = self.own_folder() {
            let language = &self.language;
            return source_files::of_entry(&own, entry)
                .map_err(|error| format!("cannot read {entry} of the {language} peer: {error}"));
        }
        if !entry.ends_with('/') {
            return Ok(vec![entry.to_owned()]);
        }
        let home = format!("{}/", self.folder);
        let below = EMBEDDED.iter().filter_map(|(name, _)| name.strip_prefix(&home));
        Ok(below.filter(|name| name.starts_with(entry)).map(str::to_owned).collect())
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
            let place = folder.join(&file.name);
            let written = write_file(&place, &file.bytes).and_then(|()| match self.own_folder() {
                // A script of the user's stays a program.
                Some(own) => {
                    fs::set_permissions(&place, fs::metadata(own.join(&file.name))?.permissions())
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
