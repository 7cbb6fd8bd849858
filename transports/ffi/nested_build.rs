//! How shared libraries in Rust are built: by a cargo within cargo, for there is no stable way to
//! depend on one. Shared by the build scripts that need one, and by the test that needs a library
//! with another feature.

use std::{
    env,
    ffi::OsStr,
    path::{Path, PathBuf},
    process::Command,
};

/// A shared library to be built.
pub(crate) struct Nested<'a> {
    /// Of its crate.
    pub(crate) manifest: PathBuf,
    /// Of the library.
    pub(crate) name: &'a str,
    pub(crate) features: &'a str,
}

impl Nested<'_> {
    /// The command that builds it in `folder`, and where it puts it. `profile` is cargo's
    /// `PROFILE`.
    pub(crate) fn command(&self, folder: &Path, target: &str, profile: &str) -> (Command, PathBuf) {
        let Self { manifest, name, features } = self;
        let mut command =
            Command::new(env::var_os("CARGO").as_deref().unwrap_or(OsStr::new("cargo")));
        command.args(["rustc", "--locked", "--lib", "--features", features, "--target", target]);
        command.arg("--manifest-path").arg(manifest).arg("--target-dir").arg(folder);
        if profile == "release" {
            command.arg("--release");
        }
        // A build folder that the user has set for all builds is locked by the cargo that waits
        // for this one.
        command
            .env("CARGO_BUILD_BUILD_DIR", folder)
            .env_remove("CARGO_BUILD_TARGET_DIR")
            .env_remove("CARGO_TARGET_DIR");
        // Clippy puts itself in the place of the compiler; this is about a library, not about
        // lints.
        command.env_remove("RUSTC_WORKSPACE_WRAPPER").env_remove("CLIPPY_ARGS");
        // Settings that change the size of the file and not its code: it is embedded, and built
        // from scratch or not at all.
        for profile in ["DEV", "RELEASE"] {
            command.env(format!("CARGO_PROFILE_{profile}_STRIP"), "true");
            command.env(format!("CARGO_PROFILE_{profile}_DEBUG"), "false");
        }
        command.env("CARGO_INCREMENTAL", "0");
        let ending = if target.contains("apple") { "dylib" } else { "so" };
        let file = format!("lib{name}.{ending}");
        let profile = if profile == "release" { "release" } else { "debug" };
        (command, folder.join(target).join(profile).join(file))
    }
}
