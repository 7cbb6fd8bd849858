//! Another build of Tollgate, to be set against this one: a program, or a checkout that is built first.

use crate::{environment, failure::Failure, process::Process};
use reports::record::Build;
use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Duration,
};

/// The program of the other build, and what it says of itself. It must be built with the profile of this one: a debug
/// build would lose to any release build.
pub(crate) fn program(other: &Path) -> Result<(PathBuf, Build), Failure> {
    let wrong = |what: &str| Failure::usage(format!("--against {}: {what}", other.display()));
    let found = fs::canonicalize(other).map_err(|error| wrong(&error.to_string()))?;
    let program = if found.is_dir() { built(&found, &wrong)? } else { found };
    let no_program = || wrong("that is no tollgate program: name one, or a folder with its sources");
    let mut process =
        Process::start("the other build", Command::new(&program).arg("doctor")).map_err(|_| no_program())?;
    let build = process.hear(PATIENCE).ok().and_then(|line| build_of(&line)).ok_or_else(no_program)?;
    let own = environment::build().profile;
    match build.profile == own {
        true => Ok((program, build)),
        false => Err(wrong(&format!("it is a {} build, and this program a {own} build", build.profile))),
    }
}

/// For the first line of its `doctor`.
const PATIENCE: Duration = Duration::from_secs(20);

/// The first line of `tollgate doctor`: `tollgate  0.1.0 (release build, rustc 1.95.0)`.
fn build_of(line: &str) -> Option<Build> {
    let (version, rest) = line.strip_prefix("tollgate ")?.trim().split_once(" (")?;
    let (profile, compiler) = rest.strip_suffix(')')?.split_once(" build, ")?;
    Some(Build { version: version.into(), profile: profile.into(), compiler: compiler.into() })
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_doctor_says_first() {
        let own = environment::build();
        let line = format!("{:14} {} ({} build, {})", "tollgate", own.version, own.profile, own.compiler);
        let read = build_of(&line).expect("a line of doctor");
        assert_eq!((read.version, read.profile, read.compiler), (own.version, own.profile, own.compiler));
        assert!(build_of("yes").is_none() && build_of("tollgate what").is_none());
    }
}
