//! `tollgate servers build NAME`: the commands of an entry, in a folder that is kept.

use crate::{
    lanes::servers::ServerEntry,
    shell::{failure::Failure, files, output::print, stderr},
};
use std::{
    fs,
    path::Path,
    process::{Command, Stdio},
};

/// Builds it, unless it was built already. The folder gets its name when all is there: one that
/// was built by half is none.
pub(super) fn build(entry: &ServerEntry) -> Result<(), Failure> {
    let name = &entry.name;
    let folder = entry.build_folder().map_err(|error| Failure::usage_at(name, error))?;
    let Some(folder) = folder else {
        return print(&format!("{name} is installed, not built: {}\n", entry.install));
    };
    if !folder.is_dir() {
        build_in(entry, &folder)?;
    }
    print(&format!("{name} is built\n"))
}

fn build_in(entry: &ServerEntry, folder: &Path) -> Result<(), Failure> {
    let name = &entry.name;
    let cannot = |error| Failure::failed(format!("cannot keep what is built of {name}: {error}"));
    let beside = folder.parent().unwrap_or(folder);
    fs::create_dir_all(beside).map_err(cannot)?;
    let made = files::private_folder_in(beside).map_err(cannot)?;
    for words in &entry.build {
        stderr::say(format_args!("tollgate: {}", words.join(" ")));
        run(name, words, made.path())?;
    }
    fs::rename(made.keep(), folder).map_err(cannot)
}

fn run(name: &str, words: &[String], folder: &Path) -> Result<(), Failure> {
    let Some((program, arguments)) = words.split_first() else { return Ok(()) };
    let mut command = Command::new(program);
    let status = command.args(arguments).current_dir(folder).stdin(Stdio::null()).status();
    match status {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(Failure::failed(format!(
            "{name} cannot be built: `{program}` stopped with {status}; its words are above"
        ))),
        Err(error) => Err(Failure::failed(format!(
            "{name} cannot be built: cannot start {program}: {error}"
        ))),
    }
}
