//! Builds the module into `OUT_DIR`, where the crate embeds it, by the profile of its caller.

#[path = "../ffi/nested_build.rs"]
mod nested_build;

use std::{env, error::Error, fs, path::Path};

/// What goes into it. `Cargo.lock` has the versions of the crates that it uses.
const SOURCES: [&str; 5] = [
    "../ffi/nested_build.rs",
    "module",
    "../api",
    "../../fixtures",
    "../../Cargo.lock",
];

fn main() -> Result<(), Box<dyn Error>> {
    for source in SOURCES {
        println!("cargo::rerun-if-changed={source}");
    }
    let out = env::var("OUT_DIR")?;
    let module = Path::new(&out).join("tollgate_pyo3.so");
    let features = env::var("CARGO_CFG_TARGET_FEATURE").unwrap_or_default();
    let is_static = features.split(',').any(|feature| feature == "crt-static");
    if env::var("CARGO_CFG_TARGET_FAMILY")? != "unix" || is_static {
        return Ok(fs::write(&module, [])?);
    }
    let wanted = nested_build::Nested {
        manifest: Path::new(env!("CARGO_MANIFEST_DIR")).join("module/Cargo.toml"),
        name: "tollgate_pyo3",
        features: "",
    };
    let folder = Path::new(&out).join("nested");
    let (mut command, built) = wanted.command(&folder, &env::var("TARGET")?, &env::var("PROFILE")?);
    let status = command.status()?;
    if !status.success() {
        return Err(format!("cargo, for the module, stopped with {status}: {command:?}").into());
    }
    fs::copy(&built, &module).map_err(|error| format!("{}: {error}", built.display()))?;
    Ok(())
}
