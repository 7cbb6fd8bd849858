//! Builds the Rust library once more, so that its engine panics when it is told to. No test is
//! here.

use std::{
    io::Read,
    path::Path,
    process::Stdio,
    sync::{LazyLock, mpsc},
    thread,
    time::Duration,
};

#[path = "../../nested_build.rs"]
mod nested_build;

/// Cargo compiles one small crate: what that one uses is there since the build.
const PATIENCE: Duration = Duration::from_secs(300);

/// The file of a library whose engine panics for the user `panic`.
pub(crate) fn panicking_library() -> &'static str {
    &PANICKING
}

/// Built once.
static PANICKING: LazyLock<String> = LazyLock::new(|| {
    // The build script's own folder, so that all but the library itself is built already.
    let folder = Path::new(env!("OUT_DIR")).join("nested");
    let wanted = nested_build::Nested {
        manifest: Path::new(env!("CARGO_MANIFEST_DIR")).join("library/Cargo.toml"),
        name: "tollgate_ffi_library",
        features: "panics",
    };
    let (mut command, library) = wanted.command(&folder, env!("TG_TARGET"), env!("TG_PROFILE"));
    let mut cargo = command
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("cargo starts");
    let mut stderr = cargo.stderr.take().expect("a pipe");
    let (tell, told) = mpsc::channel();
    thread::spawn(move || {
        let mut text = String::new();
        let _ = stderr.read_to_string(&mut text);
        let _ = tell.send(text);
    });
    let said = told.recv_timeout(PATIENCE).unwrap_or_else(|error| {
        let _ = cargo.kill();
        error.to_string()
    });
    assert!(cargo.wait().expect("cargo ends").success(), "{said}");
    library.display().to_string()
});
