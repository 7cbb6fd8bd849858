//! Compiles the C library into `OUT_DIR`, where the crate embeds it: a file beside the target folder would be gone
//! after `cargo install`. Always at -O3, as a user's own C library would be, whatever the profile of the Rust side.

use std::{env, error::Error, fs, path::Path, process::Command};

const SOURCES: [&str; 2] = ["c/tollgate.c", "c/catalog.c"];
const CONTRACT: &str = "../../fixtures/contract";
const CURE: &str = "install one (Debian, Ubuntu: `apt install gcc`; Fedora: `dnf install gcc`; macOS: \
                    `xcode-select --install`) or name it in the environment variable CC";

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=c");
    println!("cargo::rerun-if-changed={CONTRACT}/tollgate.h");
    let library = Path::new(&env::var("OUT_DIR")?).join("libtollgate.so");
    if env::var("CARGO_CFG_TARGET_FAMILY")? != "unix" {
        // Nothing would load it there: the lane says that it needs Linux.
        fs::write(&library, [])?;
        println!("cargo::rustc-env=TG_CC=");
        println!("cargo::rustc-env=TG_COMPILER=none");
        return Ok(());
    }
    let compiler = cc::Build::new().opt_level(3).debug(false).pic(true).std("c11").try_get_compiler();
    let compiler = compiler.map_err(|error| format!("no C compiler was found ({error}): {CURE}"))?;
    let mut command = compiler.to_command();
    command.args(["-shared", "-fvisibility=hidden", "-I", CONTRACT, "-o"]).arg(&library).args(SOURCES);
    run(&mut command)?;
    println!("cargo::rustc-env=TG_CC={}", compiler.path().display());
    println!("cargo::rustc-env=TG_COMPILER={} -O3", version(compiler.path()));
    Ok(())
}

fn run(command: &mut Command) -> Result<(), Box<dyn Error>> {
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("the C compiler stopped with {status}: {command:?}").into()),
        Err(error) => {
            Err(format!("no C compiler: {} cannot be run ({error}): {CURE}", command.get_program().display())
                .into())
        }
    }
}

/// The compiler's own words on what it is; part of the lane's fairness card.
fn version(compiler: &Path) -> String {
    let output = Command::new(compiler).arg("--version").output();
    let text = output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default();
    text.lines().next().unwrap_or("unknown compiler").to_owned()
}
