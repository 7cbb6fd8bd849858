//! Files of programs: that of this very program, and those that the system finds by their names.

use crate::shell::failure::Failure;
use std::{
    env, io,
    path::{Path, PathBuf},
};

/// Where Linux shows the file that a process was started from, whatever lies at its path by now.
const IMAGE: &str = "/proc/self/exe";

/// From which drivers and callees are started.
pub(crate) fn this_program() -> Result<PathBuf, Failure> {
    env::current_exe()
        .map_err(|error| Failure::failed(format!("cannot find this program's own file: {error}")))
}

/// The same as [`this_program`], by a path that still names it when another file has been put in
/// its place, where the system has one.
///
/// # Errors
/// When the system does not tell.
pub(crate) fn image_of_this_program() -> io::Result<PathBuf> {
    if Path::new(IMAGE).exists() {
        return Ok(IMAGE.into());
    }
    env::current_exe()
}

/// The file that is started by this word of a command: a path, or a name that is looked up.
pub(crate) fn file_of(program: &Path) -> Option<PathBuf> {
    if program.components().count() > 1 {
        return program.is_file().then(|| program.to_path_buf());
    }
    let path = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&path)
        .map(|folder| folder.join(program))
        .find(|file| file.is_file())
}
