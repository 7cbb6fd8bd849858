//! Tells the program which compiler made it: part of every record. Refuses a handicap that could
//! not be read later. Builds the small library that counts allocations
//! (src/machine/allocations/mod.rs), and embeds the files that peers/peers.toml lists, and no
//! others.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

/// See src/machine/handicap.rs.
const HANDICAP: &str = "TOLLGATE_HANDICAP_NS";
const COUNT: &str = "src/machine/allocations/count.c";
const PEERS: &str = "peers/peers.toml";

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rustc-env=TOLLGATE_COMPILER={}", compiler());
    check_handicap();
    let out = PathBuf::from(env::var("OUT_DIR").expect("cargo sets it"));
    println!("cargo::rerun-if-changed={COUNT}");
    let library = out.join("libcount.so");
    if let Err(why) = counting(&library) {
        // A run says that allocations are not measured.
        println!("cargo::warning=allocations will not be counted: {why}");
        fs::write(&library, []).expect("OUT_DIR can be written");
    }
    println!("cargo::rerun-if-changed={PEERS}");
    fs::write(out.join("peer_files.rs"), peer_files()).expect("OUT_DIR can be written");
}

/// Name and version.
fn compiler() -> String {
    let rustc = env::var("RUSTC").unwrap_or_else(|_| "rustc".into());
    let output = Command::new(rustc).arg("--version").output();
    let version = output.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_string());
    let version = version.unwrap_or_else(|_| "rustc unknown".into());
    version.split(' ').take(2).collect::<Vec<_>>().join(" ")
}

fn check_handicap() {
    println!("cargo::rerun-if-env-changed={HANDICAP}");
    let Ok(given) = env::var(HANDICAP) else { return };
    let readable = given.is_empty() || given.split(',').all(is_handicap_of_lane);
    assert!(readable, "{HANDICAP}: write LANE=NS,.. as in uds=200,grpc=900, not {given:?}");
}

fn is_handicap_of_lane(text: &str) -> bool {
    text.split_once('=').is_some_and(|(_, ns)| ns.parse::<u64>().is_ok())
}

/// The files of all peers, as the Rust expression that embeds them: pairs of a path below `peers/`
/// and of bytes.
fn peer_files() -> String {
    let manifest = fs::read_to_string(PEERS).unwrap_or_else(|error| panic!("{PEERS}: {error}"));
    let manifest: toml::Table = manifest.parse().unwrap_or_else(|error| panic!("{PEERS}: {error}"));
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR").expect("cargo sets it"));
    let mut embedded = String::new();
    for peer in manifest.get("peer").and_then(toml::Value::as_array).into_iter().flatten() {
        let folder = peer.get("folder").and_then(toml::Value::as_str);
        let folder = folder.unwrap_or_else(|| panic!("{PEERS}: a [[peer]] has no folder"));
        for file in peer.get("files").and_then(toml::Value::as_array).into_iter().flatten() {
            let file = file.as_str().unwrap_or_else(|| panic!("{PEERS}: files are names"));
            let name = format!("{folder}/{file}");
            let path = root.join("peers").join(&name);
            assert!(path.is_file(), "{PEERS} lists {name}, and there is no such file");
            println!("cargo::rerun-if-changed=peers/{name}");
            embedded += &format!("({name:?}, include_bytes!({path:?}) as &[u8]),\n");
        }
    }
    format!("&[\n{embedded}]\n")
}

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
