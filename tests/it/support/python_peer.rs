//! The Python peer's files, for tests that change them.

use std::{fs, path::Path};

/// Copies them into this folder, which is made.
pub(crate) fn copy_python_peer(to: &Path) {
    copy_sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("peers/python"), to);
}

/// Copies Python's sources, folder by folder; nothing that tests or tools made.
fn copy_sources(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("made");
    for entry in fs::read_dir(from).expect("it is there").map_while(Result::ok) {
        let (path, copy) = (entry.path(), to.join(entry.file_name()));
        if path.is_dir() {
            copy_sources(&path, &copy);
        } else if path.extension().is_some_and(|end| end == "py") {
            fs::copy(path, copy).expect("copied");
        }
    }
}
