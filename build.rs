//! Tells the program which compiler made it: part of every record. Refuses a handicap that could
//! not be read later. Builds the small library that counts allocations
//! (src/machine/allocations/mod.rs), and embeds what the files peers/*.toml say, with
//! the files that they list, and no others.

#[path = "src/lanes/peers/source_files.rs"]
mod source_files;

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

/// See src/machine/handicap.rs.
const HANDICAP: &str = "TOLLGATE_HANDICAP_NS";
const COUNT: &str = "src/machine/allocations/count.c";
const PEERS: &str = "peers";

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
    embed_peers(&out);
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

/// The manifests of all peers in the order of their names, and the files that they list, as the
/// Rust expressions that embed them: pairs of a path below `peers/` and of its content.
fn embed_peers(out: &Path) {
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR").expect("cargo sets it")).join(PEERS);
    let (mut manifests, mut files) = (String::new(), String::new());
    for manifest in manifests_in(&root) {
        let path = root.join(&manifest);
        manifests += &format!("({manifest:?}, include_str!({path:?})),\n");
        let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{manifest}: {error}"));
        let table: toml::Table = text.parse().unwrap_or_else(|error| panic!("{manifest}: {error}"));
        for peer in table.get("peer").and_then(toml::Value::as_array).into_iter().flatten() {
            for file in files_of(&root, &manifest, peer) {
                files += &embedded_file(&root, &file);
            }
        }
    }
    for (name, embedded) in [("peer_manifests.rs", manifests), ("peer_files.rs", files)] {
        fs::write(out.join(name), format!("&[\n{embedded}]\n")).expect("OUT_DIR can be written");
    }
}

fn manifests_in(root: &Path) -> Vec<String> {
    let entries = fs::read_dir(root).expect("peers/ is there").flatten();
    let names = entries.map(|entry| entry.file_name().to_string_lossy().into_owned());
    let mut manifests: Vec<String> = names.filter(|name| name.ends_with(".toml")).collect();
    manifests.sort();
    manifests
}

/// The files that one entry lists, below `peers/`.
fn files_of(root: &Path, manifest: &str, peer: &toml::Value) -> Vec<String> {
    let folder = peer.get("folder").and_then(toml::Value::as_str);
    let folder = folder.unwrap_or_else(|| panic!("{manifest}: a [[peer]] has no folder"));
    let mut files = Vec::new();
    for entry in peer.get("files").and_then(toml::Value::as_array).into_iter().flatten() {
        let entry = entry.as_str().unwrap_or_else(|| panic!("{manifest}: files are names"));
        println!("cargo::rerun-if-changed={PEERS}/{folder}/{entry}");
        let names = source_files::of_entry(&root.join(folder), entry);
        let names = names.unwrap_or_else(|error| panic!("{manifest}, {folder}/{entry}: {error}"));
        files.extend(names.iter().map(|name| format!("{folder}/{name}")));
    }
    files
}

fn embedded_file(root: &Path, name: &str) -> String {
    let path = root.join(name);
    assert!(path.is_file(), "a file in {PEERS}/ lists {name}, and there is no such file");
    format!("({name:?}, include_bytes!({path:?}) as &[u8]),\n")
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
