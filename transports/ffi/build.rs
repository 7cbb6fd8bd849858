//! Builds both libraries into `OUT_DIR`, where the crate embeds them: a file beside the target
//! folder would be gone after `cargo install`. The C library is always built at -O3, as a user's
//! own would be, whatever the profile of the Rust side; the Rust library by the profile of its
//! caller.

mod nested_build;

use nested_build::Nested;
use std::{env, error::Error, fs, path::Path, process::Command};

const SOURCES: [&str; 3] = ["c/tollgate.c", "c/catalog.c", "c/error.c"];
const CONTRACT: &str = "../../fixtures/contract";
const CURE: &str = "install one (Debian, Ubuntu: `apt install gcc`; Fedora: `dnf install gcc`; \
                    macOS: `xcode-select --install`) or name it in the environment variable CC";
/// What goes into the Rust library. `Cargo.lock` has the versions of the crates that it uses.
const RUST_SOURCES: [&str; 6] = [
    "nested_build.rs",
    "library",
    "abi",
    "../api",
    "../../fixtures",
    "../../Cargo.lock",
];

fn main() -> Result<(), Box<dyn Error>> {
    let out = env::var("OUT_DIR")?;
    let c = Path::new(&out).join("libtollgate.so");
    let rust = Path::new(&out).join("libtollgate-rust.so");
    if env::var("CARGO_CFG_TARGET_FAMILY")? == "unix" {
        build_c(&c)?;
        build_rust(&rust)?;
    } else {
        // Nothing would load them there: the lanes say that they need Linux.
        fs::write(&c, [])?;
        fs::write(&rust, [])?;
        println!("cargo::rustc-env=TG_CC=");
        println!("cargo::rustc-env=TG_COMPILER=none");
    }
    println!("cargo::rustc-env=TG_RUST_COMPILER={}", version(Path::new(&env::var("RUSTC")?)));
    // The tests build the library again, with another feature.
    println!("cargo::rustc-env=TG_TARGET={}", env::var("TARGET")?);
    println!("cargo::rustc-env=TG_PROFILE={}", env::var("PROFILE")?);
    Ok(())
}

fn build_c(library: &Path) -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=c");
    println!("cargo::rerun-if-changed={CONTRACT}/tollgate.h");
    let compiler = cc::Build::new()
        .opt_level(3)
        .debug(false)
        .pic(true)
        .std("c11")
        .try_get_compiler();
    let compiler =
        compiler.map_err(|error| format!("no C compiler was found ({error}): {CURE}"))?;
    let mut command = compiler.to_command();
    command
        .args(["-shared", "-fvisibility=hidden", "-I", CONTRACT, "-o"])
        .arg(library)
        .args(SOURCES);
    run(&mut command, "the C compiler", CURE)?;
    println!("cargo::rustc-env=TG_CC={}", compiler.path().display());
    println!("cargo::rustc-env=TG_COMPILER={} -O3", version(compiler.path()));
    Ok(())
}

fn build_rust(library: &Path) -> Result<(), Box<dyn Error>> {
    for source in RUST_SOURCES {
        println!("cargo::rerun-if-changed={source}");
    }
    let features = env::var("CARGO_CFG_TARGET_FEATURE").unwrap_or_default();
    if features.split(',').any(|feature| feature == "crt-static") {
        // A program that is linked statically loads no libraries, and its toolchain makes none.
        return Ok(fs::write(library, [])?);
    }
    let folder = Path::new(&env::var("OUT_DIR")?).join("nested");
    let wanted = Nested {
        manifest: Path::new(env!("CARGO_MANIFEST_DIR")).join("library/Cargo.toml"),
        name: "tollgate_ffi_library",
        features: "",
    };
    let (mut command, built) = wanted.command(&folder, &env::var("TARGET")?, &env::var("PROFILE")?);
    run(&mut command, "cargo, for the Rust library,", "it comes with the Rust toolchain")?;
    fs::copy(&built, library).map_err(|error| format!("{}: {error}", built.display()))?;
    Ok(())
}

fn run(command: &mut Command, what: &str, cure: &str) -> Result<(), Box<dyn Error>> {
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("{what} stopped with {status}: {command:?}").into()),
        Err(error) => {
            let program = command.get_program().display().to_string();
            Err(format!("{what} is missing: {program} cannot be run ({error}): {cure}").into())
        }
    }
}

/// The compiler's own words on what it is; part of the lane's fairness card.
fn version(compiler: &Path) -> String {
    let output = Command::new(compiler).arg("--version").output();
    let text = output
        .map(|output| String::from_utf8_lossy(&output.stdout).into_owned())
        .unwrap_or_default();
    text.lines().next().unwrap_or("unknown compiler").to_owned()
}
