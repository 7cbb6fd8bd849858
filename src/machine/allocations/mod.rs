//! What processes ask of malloc, counted in a pass of its own: a small C library is preloaded into
//! the processes of that pass and into no others, so that nothing which is timed counts anything.
//! The counts stand in a file that the process maps.

use crate::shell::failure::Failure;
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// `count.c` beside this file; empty where it was not built.
static LIBRARY: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/libcount.so"));
/// What the first number of a file is once somebody counts: TG_COUNTING of count.c.
const COUNTING: u64 = 0x544e_554f_4347_5431;
/// Three numbers of eight bytes.
const FILE_BYTES: usize = 24;

/// Makes processes count.
pub(crate) struct Counting {
    library: PathBuf,
}

/// What a process has asked for since it began.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) allocations: u64,
    pub(crate) bytes: u64,
}

impl Counts {
    /// What was asked for since an earlier look.
    pub(crate) fn since(self, before: Self) -> Self {
        Self {
            allocations: self.allocations.saturating_sub(before.allocations),
            bytes: self.bytes.saturating_sub(before.bytes),
        }
    }
}

impl Counting {
    /// Keeps its files in this folder.
    pub(crate) fn new(folder: &Path) -> Result<Self, Failure> {
        if LIBRARY.is_empty() {
            return Err(Failure::failed("it needs Linux, and a C compiler when Tollgate is built"));
        }
        let library = folder.join("libcount.so");
        fs::write(&library, LIBRARY).map_err(|error| {
            Failure::failed(format!("cannot write what counts allocations: {error}"))
        })?;
        Ok(Self { library })
    }

    /// The next process of this command counts, under this name.
    pub(crate) fn preload(&self, command: &mut Command, name: &str) -> Result<(), Failure> {
        let file = self.file(name);
        // Another file of the same name: a process that maps the old one would not survive that it
        // is cut.
        let _ = fs::remove_file(&file);
        fs::write(&file, [0; FILE_BYTES])
            .map_err(|error| Failure::failed(format!("cannot write a file for counts: {error}")))?;
        command.env("LD_PRELOAD", &self.library).env("TOLLGATE_COUNTS", file);
        Ok(())
    }

    /// What the process of this name has asked for so far; none where it does not count.
    pub(crate) fn read(&self, name: &str) -> Option<Counts> {
        let bytes = fs::read(self.file(name)).ok()?;
        if number_at(&bytes, 0)? != COUNTING {
            return None;
        }
        Some(Counts {
            allocations: number_at(&bytes, 1)?,
            bytes: number_at(&bytes, 2)?,
        })
    }

    fn file(&self, name: &str) -> PathBuf {
        self.library.with_file_name(format!("counts-{name}"))
    }
}

/// The number of eight bytes at this place.
fn number_at(bytes: &[u8], at: usize) -> Option<u64> {
    let bytes = bytes.get(8 * at..8 * at + 8)?;
    Some(u64::from_ne_bytes(bytes.try_into().ok()?))
}

#[cfg(all(test, target_os = "linux", target_env = "gnu"))]
mod tests {
    use super::*;

    #[test]
    fn a_program_that_asks_for_memory_is_counted_and_one_that_does_not_count_has_no_counts() {
        let folder = tempfile::tempdir().expect("a folder");
        let counting = Counting::new(folder.path()).expect("built");
        let mut command = Command::new("ls");
        counting.preload(&mut command, "ls").expect("written");
        assert_eq!(counting.read("ls"), None, "not started");
        assert!(command.arg("/").output().expect("ls runs").status.success());
        let counts = counting.read("ls").expect("it counted");
        assert!(counts.allocations > 0 && counts.bytes >= counts.allocations, "{counts:?}");
        assert_eq!(counting.read("another"), None);
    }
}
