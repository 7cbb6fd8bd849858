//! Where a peer is kept that has to be built: in the user's folder for what can be made again, by
//! all that it is made of, so that a change of any of it is another folder.

use crate::{lanes::peers::Peer, shell::cache};
use fixtures::fnv1a_64;
use std::{
    fmt::Write,
    fs, io,
    path::{Path, PathBuf},
    time::SystemTime,
};

/// What a folder of a built peer is called, before the hash of what it is made of.
const BUILT: &str = "built";
/// So many are kept of each peer: this one, and the one before a change that may be taken back.
const KEPT: usize = 2;

impl Peer {
    /// Where it is built, of these files and by the language's tools of this version. None where
    /// nothing has to be built.
    ///
    /// # Errors
    /// A file of the user's cannot be read, or the user has no folder for what can be made again.
    pub(crate) fn build_folder(&self, version: &str) -> Result<Option<PathBuf>, String> {
        if self.build.is_empty() {
            return Ok(None);
        }
        let mut made_of = format!("{version}\n{:?}\n{:?}\n", self.build, self.check);
        for file in self.contents()? {
            let _ = writeln!(made_of, "{} {:016x}", file.name, fnv1a_64(&file.bytes));
        }
        cache::folder_of(&self.kept_in(), BUILT, &made_of).map(Some)
    }

    fn kept_in(&self) -> String {
        format!("peers/{}", self.language)
    }

    /// Every folder in which it was built, the newest first.
    pub(crate) fn build_folders(&self) -> Vec<PathBuf> {
        let Some(folder) = cache::root().map(|root| root.join(self.kept_in())) else {
            return Vec::new();
        };
        if !is_folder(&folder) {
            return Vec::new();
        }
        let entries = fs::read_dir(folder).into_iter().flatten().flatten();
        let paths = entries.map(|entry| entry.path());
        let mut folders: Vec<PathBuf> = paths.filter(|path| is_built(path)).collect();
        folders.sort_by_key(|folder| std::cmp::Reverse(made_at(folder)));
        folders
    }

    /// Removes what was built, but for this folder and the one before it.
    pub(crate) fn prune(&self, newest: &Path) -> io::Result<()> {
        let mut others = self.build_folders();
        others.retain(|folder| folder != newest);
        others.iter().skip(KEPT - 1).try_for_each(|folder| remove(folder))
    }
}

/// A folder, and no link to one.
fn is_folder(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_dir())
}

/// True for what [`Peer::build_folder`] names: nothing else in a cache is a build of ours.
fn is_built(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let hash = name.strip_prefix(BUILT).and_then(|rest| rest.strip_prefix('-'));
    let is_hash = |hash: &str| hash.len() == 16 && hash.chars().all(|c| c.is_ascii_hexdigit());
    hash.is_some_and(is_hash) && is_folder(path)
}

/// Removes a build, and what its commands printed.
pub(crate) fn remove(folder: &Path) -> io::Result<()> {
    fs::remove_dir_all(folder)?;
    match fs::remove_file(folder.with_extension("log")) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

fn made_at(folder: &Path) -> Option<SystemTime> {
    fs::metadata(folder).and_then(|metadata| metadata.modified()).ok()
}

/// The bytes of all files below a folder; links are not followed.
pub(crate) fn size_of(folder: &Path) -> u64 {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .map(|entry| match entry.metadata() {
            Ok(metadata) if metadata.is_dir() => size_of(&entry.path()),
            Ok(metadata) => metadata.len(),
            Err(_) => 0,
        })
        .sum()
}
