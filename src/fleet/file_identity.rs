//! What a file is, so that another one under its name is told from it.

use std::{
    fs::{self, File, Metadata},
    os::unix::fs::MetadataExt,
    path::Path,
};

/// Which file, and in which state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct FileIdentity {
    device: u64,
    inode: u64,
    bytes: u64,
    /// When it was last written to: s, and ns of that second.
    modified: (i64, i64),
}

impl FileIdentity {
    /// Of the file at this path; none where there is none.
    pub(crate) fn of(path: &Path) -> Option<Self> {
        fs::metadata(path).ok().map(|metadata| Self::from_metadata(&metadata))
    }

    /// The file in words that are the same as long as nobody writes to it: they tell one build's
    /// program from another's.
    pub(crate) fn stamp(&self) -> String {
        let (seconds, ns) = self.modified;
        format!("{}-{seconds}-{ns}", self.bytes)
    }

    /// Of an open file, wherever its path has gone.
    pub(crate) fn of_open(file: &File) -> Option<Self> {
        file.metadata().ok().map(|metadata| Self::from_metadata(&metadata))
    }

    fn from_metadata(of: &Metadata) -> Self {
        Self {
            device: of.dev(),
            inode: of.ino(),
            bytes: of.size(),
            modified: (of.mtime(), of.mtime_nsec()),
        }
    }
}
