//! The file of a program, held from the beginning: whatever is renamed, removed or put in its place
//! meanwhile (as `cargo build` does in another shell), every process is started from the same file.

use crate::{
    fleet::file_identity::FileIdentity,
    machine::linux,
    shell::program::{image_of_this_program, this_program},
};
use std::{
    fs::{self, File},
    io::Read,
    os::unix::fs::symlink,
    path::{Path, PathBuf},
};

/// How a program begins that the system starts without another one. A script is opened once more,
/// by its interpreter, when the open file is closed already: it cannot be held.
const BINARY: [u8; 4] = *b"\x7fELF";

/// A program from which processes are started.
pub(crate) struct Image {
    /// Where it lay, for messages and as the first word of its processes.
    path: PathBuf,
    /// Open as long as processes are started from it; none where that is not possible.
    held: Option<Held>,
    /// What it was at the beginning.
    identity: Option<FileIdentity>,
}

struct Held {
    file: File,
    /// Where a child finds the open file.
    path: PathBuf,
}

impl Image {
    /// Opens it. One that cannot be held is started by its path, and [`Image::has_changed`] tells.
    pub(crate) fn hold(path: PathBuf) -> Self {
        let held = hold(&path);
        let identity = match &held {
            Some(held) => FileIdentity::of_open(&held.file),
            None => FileIdentity::of(&path),
        };
        Self { path, held, identity }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Where processes are started from: a link in this folder, so that they bear the program's
    /// name, or the path of a program that is not held.
    pub(crate) fn start_path(&self, folder: &Path) -> PathBuf {
        let Some(held) = &self.held else { return self.path.clone() };
        let name = self.path.file_name().unwrap_or(Path::new("program").as_os_str());
        let folder = folder.join("image");
        let link = folder.join(name);
        let linked = fs::create_dir_all(&folder).and_then(|()| symlink(&held.path, &link));
        // Without links the number of the open file must do for a name.
        linked.map_or_else(|_| held.path.clone(), |()| link)
    }

    /// True where this file is the program: its own code is no library of it.
    pub(crate) fn is(&self, file: &Path) -> bool {
        self.held.is_some() && self.identity.is_some() && FileIdentity::of(file) == self.identity
    }

    /// True where processes would no longer be started from what it was at the beginning: somebody
    /// wrote into the file that is held, or put another in the place of one that is not.
    pub(crate) fn has_changed(&self) -> bool {
        let now = match &self.held {
            Some(held) => FileIdentity::of_open(&held.file),
            None => FileIdentity::of(&self.path),
        };
        now != self.identity
    }
}

fn hold(path: &Path) -> Option<Held> {
    // By the time that it is opened, another file may lie where this program was started from.
    let own = this_program().is_ok_and(|own| own == path);
    let path = if own { image_of_this_program().ok()? } else { path.to_path_buf() };
    let mut file = File::open(path).ok()?;
    let mut begin = [0; BINARY.len()];
    file.read_exact(&mut begin).ok()?;
    let path = linux::path_of_open_file(&file).filter(|_| begin == BINARY)?;
    Some(Held { file, path })
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;
    use std::process::Command;

    /// What the image prints when it is started with these words.
    fn started(image: &Image, folder: &Path, word: &str) -> String {
        let output = Command::new(image.start_path(folder)).arg(word).output().expect("it starts");
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    }

    #[test]
    fn a_binary_is_started_as_it_was_whatever_becomes_of_its_path() {
        let folder = tempfile::tempdir().expect("a folder");
        let program = folder.path().join("echo");
        fs::copy("/bin/echo", &program).expect("coreutils");
        let image = Image::hold(program.clone());
        fs::rename(&program, folder.path().join("old")).expect("renamed");
        fs::write(&program, "#!/bin/sh\necho another\n").expect("written");
        let links = tempfile::tempdir().expect("a folder");
        assert_eq!(started(&image, links.path(), "the same"), "the same");
        assert!(!image.has_changed() && image.is(&folder.path().join("old")));
        fs::remove_file(folder.path().join("old")).expect("removed");
        let links = tempfile::tempdir().expect("a folder");
        assert_eq!(started(&image, links.path(), "still"), "still");
    }

    #[test]
    fn what_is_written_into_a_file_that_is_held_is_seen() {
        let folder = tempfile::tempdir().expect("a folder");
        let program = folder.path().join("echo");
        fs::copy("/bin/echo", &program).expect("coreutils");
        let image = Image::hold(program.clone());
        fs::write(&program, "#!/bin/sh\necho another\n").expect("nobody runs it");
        assert!(image.has_changed());
    }

    #[test]
    fn a_script_is_not_held_and_another_in_its_place_is_seen() {
        let folder = tempfile::tempdir().expect("a folder");
        let script = folder.path().join("script");
        fs::write(&script, "#!/bin/sh\n").expect("written");
        let image = Image::hold(script.clone());
        assert_eq!(image.start_path(folder.path()), script);
        assert!(!image.has_changed());
        fs::remove_file(&script).expect("removed");
        assert!(image.has_changed());
    }
}
