//! Files and folders that this program makes: none is written through what lies there already, and
//! none is left half.

use std::{
    fs::{self, DirBuilder, Permissions},
    io::{self, Write},
    os::unix::fs::{DirBuilderExt, PermissionsExt},
    path::{Path, PathBuf},
};
use tempfile::{Builder, NamedTempFile, TempDir};

/// What the folders of temporary files are called, before some letters at random.
const PREFIX: &str = "tollgate-";
/// The same for a file that is about to be moved to its place.
const BESIDE_PREFIX: &str = ".tollgate-";
/// Only for who runs this program: programs that are started lie in it.
const PRIVATE: u32 = 0o700;
/// Like any new file; the umask takes away from it.
const USUAL: u32 = 0o666;

/// A temporary folder that nobody else can look into, gone with the value.
pub(crate) fn private_folder() -> io::Result<TempDir> {
    private().tempdir()
}

/// The same inside of another.
pub(crate) fn private_folder_in(folder: &Path) -> io::Result<TempDir> {
    private().tempdir_in(folder)
}

/// The same of this very path, where nothing may be yet.
pub(crate) fn private_folder_at(path: PathBuf) -> io::Result<OwnFolder> {
    DirBuilder::new().mode(PRIVATE).create(&path)?;
    Ok(OwnFolder(path))
}

/// A folder that goes with the value.
pub(crate) struct OwnFolder(PathBuf);

impl OwnFolder {
    pub(crate) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for OwnFolder {
    fn drop(&mut self) {
        // There is nobody left to be told.
        drop(fs::remove_dir_all(&self.0));
    }
}

fn private() -> Builder<'static, 'static> {
    let mut builder = Builder::new();
    builder.prefix(PREFIX).permissions(Permissions::from_mode(PRIVATE));
    builder
}

/// A file that is written, and not yet in its place: gone with the value unless it is put there.
pub(crate) struct Staged {
    file: NamedTempFile,
    place: PathBuf,
}

impl Staged {
    /// Writes the text into a new file of a random name beside its place.
    pub(crate) fn new(place: &Path, text: &[u8]) -> io::Result<Self> {
        let mut file = new_file_in(folder_of(place))?;
        file.as_file_mut().write_all(text)?;
        // Some file systems tell only now that there was no room.
        file.as_file().sync_all()?;
        Ok(Self { file, place: place.into() })
    }

    /// Moves it to its place, over what may be there: a reader sees the old file or the new one.
    pub(crate) fn put(self) -> io::Result<()> {
        self.file.persist(self.place)?;
        Ok(())
    }
}

/// Writes a file in the place of one that may be there. A full disk loses no earlier one, and a
/// symlink of that name is replaced, not followed.
pub(crate) fn replace(place: &Path, text: &[u8]) -> io::Result<()> {
    Staged::new(place, text)?.put()
}

/// Moves a file aside, if it is there.
pub(crate) fn move_aside(file: &Path, to: &Path) -> io::Result<()> {
    match fs::rename(file, to) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Makes a folder and proves that a file can be written in it.
pub(crate) fn prove_writable(folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    new_file_in(folder)?.as_file_mut().write_all(b"tollgate")
}

/// Proves that a file of this name can be there: no folder has the name, and it is not too long.
pub(crate) fn prove_name(place: &Path) -> io::Result<()> {
    match fs::symlink_metadata(place) {
        Ok(there) if there.is_dir() => Err(io::ErrorKind::IsADirectory.into()),
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

fn new_file_in(folder: &Path) -> io::Result<NamedTempFile> {
    let mut builder = Builder::new();
    builder.prefix(BESIDE_PREFIX).permissions(Permissions::from_mode(USUAL));
    builder.tempfile_in(folder).map_err(|error| without_path(&error))
}

/// The error without the random name of a file that was never there, which helps nobody.
fn without_path(error: &io::Error) -> io::Error {
    let text = error.to_string();
    let what = text.split_once(" at path ").map_or(text.as_str(), |(what, _)| what);
    io::Error::new(error.kind(), what)
}

/// The folder that a file is in.
fn folder_of(place: &Path) -> &Path {
    match place.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).expect("a folder").map_while(Result::ok);
        let mut names: Vec<String> =
            entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }

    #[test]
    fn a_file_is_replaced_and_what_a_symlink_leads_to_is_not() {
        let folder = tempfile::tempdir().expect("a folder");
        let [own, other, link] = ["own", "other", "link"].map(|name| folder.path().join(name));
        fs::write(&own, "old").expect("written");
        fs::write(&other, "kept").expect("written");
        symlink(&other, &link).expect("made");
        replace(&own, b"new").expect("replaced");
        replace(&link, b"new").expect("replaced");
        let text = |file: &Path| fs::read_to_string(file).expect("there");
        assert_eq!([&own, &link, &other].map(|file| text(file)), ["new", "new", "kept"]);
        assert_eq!(names(folder.path()), ["link", "other", "own"], "nothing else is left");
    }

    #[test]
    fn a_file_that_is_not_put_in_its_place_leaves_nothing() {
        let folder = tempfile::tempdir().expect("a folder");
        drop(Staged::new(&folder.path().join("a"), b"text").expect("written"));
        prove_writable(folder.path()).expect("it can be written");
        assert_eq!(names(folder.path()), Vec::<String>::new());
    }

    #[test]
    fn a_name_that_no_file_can_have_is_known_before_it_is_written() {
        let folder = tempfile::tempdir().expect("a folder");
        fs::create_dir(folder.path().join("folder")).expect("made");
        prove_name(&folder.path().join("free")).expect("nothing is there");
        prove_name(&folder.path().join("folder")).expect_err("a folder is there");
        prove_name(&folder.path().join("x".repeat(5_000))).expect_err("too long");
    }

    #[test]
    fn folders_of_temporary_files_are_for_nobody_else() {
        let folder = private_folder().expect("made");
        let inner = private_folder_in(folder.path()).expect("made");
        for one in [folder.path(), inner.path()] {
            let mode = fs::metadata(one).expect("there").permissions().mode();
            assert_eq!(mode & 0o777, PRIVATE, "{}", one.display());
        }
    }
}
