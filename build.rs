//! Tells the program which compiler made it: part of every record. Refuses a handicap that could
//! not be read later. Builds the small library that counts allocations (src/machine/allocations/mod.rs).

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

fn main() {
    let rustc = env::var("RUSTC").unwrap_or_else(|_| "rustc".into());
    let version = Command::new(rustc).arg("--version").output().ok();
    let version = version.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_string());
    let words: Vec<&str> =
        version.as_deref().unwrap_or("rustc unknown").split(' ').take(2).collect();
    println!("cargo::rustc-env=TOLLGATE_COMPILER={}", words.join(" "));
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed={HANDICAP}");
    if let Ok(given) = env::var(HANDICAP) {
        let is_lane =
            |lane: &str| lane.split_once('=').is_some_and(|(_, ns)| ns.parse::<u64>().is_ok());
        let readable = given.is_empty() || given.split(',').all(is_lane);
        assert!(readable, "{HANDICAP}: write LANE=NS,.. as in uds=200,grpc=900, not {given:?}");
    }
    println!("cargo::rerun-if-changed={COUNT}");
    let library = PathBuf::from(env::var("OUT_DIR").expect("cargo sets it")).join("libcount.so");
    if let Err(why) = counting(&library) {
        // A run says that allocations are not measured.
        println!("cargo::warning=allocations will not be counted: {why}");
        fs::write(&library, []).expect("OUT_DIR can be written");
    }
}

/// See src/machine/handicap.rs.
const HANDICAP: &str = "TOLLGATE_HANDICAP_NS";
const COUNT: &str = "src/machine/allocations/count.c";

/// Builds what counts allocations as a shared library, where processes can be made to load one.
fn counting(library: &Path) -> Result<(), String> {
    if env::var("CARGO_CFG_TARGET_OS").as_deref() != Ok("linux") {
        return fs::write(library, []).map_err(|error| error.to_string());
    }
    let compiler = cc::Build::new().opt_level(2).debug(false).pic(true).try_get_compiler();
    let mut command = compiler
        .map_err(|error| format!("no C compiler was found ({error})"))?
        .to_command();
    command
        .args(["-shared", "-fvisibility=hidden", "-fno-builtin", "-o"])
        .arg(library)
        .arg(COUNT);
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("the C compiler stopped with {status}")),
        Err(error) => Err(format!("the C compiler cannot be run ({error})")),
    }
}
