//! Builds a checkout of Tollgate into its own target folder, which stays for the next time.

use crate::shell::{failure::Failure, stderr};
use std::{
    io,
    path::{Path, PathBuf},
    process::{Command, ExitStatus, Stdio},
};

/// The profile of this program as cargo names it, and its folder below `target`.
const PROFILE: &str = if cfg!(debug_assertions) { "dev" } else { "release" };
const PROFILE_FOLDER: &str = if cfg!(debug_assertions) { "debug" } else { "release" };

/// Builds the checkout with the profile of this program, and answers where the program is. `more`
/// are words for cargo; `asked_by` are the user's words that named the checkout.
///
/// # Errors
/// Usage: no checkout, or one that does not build.
pub(crate) fn build(folder: &Path, more: &[String], asked_by: &str) -> Result<PathBuf, Failure> {
    let manifest = folder.join("Cargo.toml");
    if !manifest.is_file() {
        return Err(Failure::usage_at(
            asked_by,
            "a folder without a Cargo.toml: name a checkout, or a tollgate program",
        ));
    }
    stderr::say(format_args!(
        "building the other checkout (profile {PROFILE}); this can take minutes the first time"
    ));
    let target = folder.join("target");
    match run_cargo(&manifest, &target, more) {
        Ok(status) if status.success() => Ok(target.join(PROFILE_FOLDER).join("tollgate")),
        Ok(_) => {
            let what = "it does not build; the compiler's words are above";
            Err(Failure::usage_at(asked_by, what))
        }
        Err(error) => Err(Failure::usage_at(asked_by, format!("cargo cannot be run: {error}"))),
    }
}

fn run_cargo(manifest: &Path, target: &Path, more: &[String]) -> io::Result<ExitStatus> {
    Command::new("cargo")
        .args([
            "build",
            "--locked",
            "--profile",
            PROFILE,
            "--bin",
            "tollgate",
            "--manifest-path",
        ])
        .arg(manifest)
        .args(more)
        .arg("--target-dir")
        .arg(target)
        .stdin(Stdio::null())
        .status()
}
