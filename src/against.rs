//! Another build of Tollgate, to be set against this one: a program, or a checkout that is built first.

use crate::failure::Failure;
use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

/// The program of the other build.
pub(crate) fn program(other: &Path) -> Result<PathBuf, Failure> {
    let wrong = |what: &str| Failure::usage(format!("--against {}: {what}", other.display()));
    let found = fs::canonicalize(other).map_err(|error| wrong(&error.to_string()))?;
    let program = if found.is_dir() { built(&found, &wrong)? } else { found };
    let version = Command::new(&program).arg("--version").stdin(Stdio::null()).output();
    let said = version.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default();
    match said.starts_with("tollgate ") {
        true => Ok(program),
        false => Err(wrong("that is no tollgate program: name one, or a folder with its sources")),
    }
}

/// Builds a checkout into its own target folder, with the profile of this program.
fn built(folder: &Path, wrong: &impl Fn(&str) -> Failure) -> Result<PathBuf, Failure> {
    let manifest = folder.join("Cargo.toml");
    if !manifest.is_file() {
        return Err(wrong("a folder without a Cargo.toml: name a checkout, or a tollgate program"));
    }
    let profile = if cfg!(debug_assertions) { "dev" } else { "release" };
    eprintln!("building the other checkout (profile {profile}); this can take minutes the first time");
    let target = folder.join("target");
    let mut command = Command::new("cargo");
    command
        .args(["build", "--locked", "--profile", profile, "--bin", "tollgate", "--manifest-path"])
        .arg(&manifest);
    let status = command.arg("--target-dir").arg(&target).stdin(Stdio::null()).status();
    match status {
        Ok(status) if status.success() => {}
        Ok(_) => return Err(wrong("it does not build; the compiler's words are above")),
        Err(error) => return Err(wrong(&format!("cargo cannot be run: {error}"))),
    }
    Ok(target.join(if cfg!(debug_assertions) { "debug" } else { "release" }).join("tollgate"))
}
