//! A copy of a checkout in which something can be changed: only what differs is written, so that
//! what was built of the copy before is not built again.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

/// Folders that are nobody's source.
const LEFT_OUT: [&str; 4] = ["target", ".git", "node_modules", "__pycache__"];

/// Makes `copy` the same as `source`; what is built in `copy/target` stays.
pub(crate) fn copy(source: &Path, copy: &Path) -> io::Result<()> {
    fs::create_dir_all(copy)?;
    let wanted = names(source)?;
    for name in names(copy)?.iter().filter(|name| !wanted.contains(name)) {
        let path = copy.join(name);
        if path.is_dir() {
            fs::remove_dir_all(path)?;
        } else {
            fs::remove_file(path)?;
        }
    }
    for name in wanted {
        let (from, to) = (source.join(&name), copy.join(&name));
        if from.is_dir() {
            self::copy(&from, &to)?;
        } else {
            let text = fs::read(&from)?;
            if !fs::read(&to).is_ok_and(|old| old == text) {
                fs::write(&to, text)?;
            }
        }
    }
    Ok(())
}

/// What stands in a folder and is a source: neither a folder that is left out, nor a link that
/// leads nowhere.
fn names(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let (path, name) = (entry.path(), entry.file_name());
        let left_out = path.is_dir() && LEFT_OUT.iter().any(|folder| *folder == name);
        if !left_out && (path.is_file() || entry.file_type()?.is_dir()) {
            names.push(name.into());
        }
    }
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_copy_writes_what_differs_and_takes_away_what_is_gone() {
        let (source, other) =
            (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
        let at = |name: &str| source.path().join(name);
        fs::create_dir_all(at("src/target")).expect("made");
        fs::write(at("src/target/built"), "no source").expect("written");
        fs::write(at("src/same.rs"), "same").expect("written");
        fs::write(at("src/gone.rs"), "gone").expect("written");
        copy(source.path(), other.path()).expect("copied");
        let same = other.path().join("src/same.rs");
        let before = fs::metadata(&same).and_then(|file| file.modified()).expect("copied");
        fs::create_dir_all(other.path().join("target")).expect("made");
        fs::remove_file(at("src/gone.rs")).expect("removed");
        fs::write(at("src/new.rs"), "new").expect("written");
        copy(source.path(), other.path()).expect("copied again");
        assert_eq!(fs::metadata(&same).and_then(|file| file.modified()).expect("there"), before);
        let there = |name: &str| other.path().join(name).exists();
        assert!(
            there("src/new.rs") && there("target"),
            "new sources come, and what was built stays"
        );
        assert!(!there("src/gone.rs") && !there("src/target"));
    }
}
