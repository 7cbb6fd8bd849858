//! The peers: small programs in other languages, listed in `peers/peers.toml`. They travel inside
//! the binary, and are written to a folder when a lane needs them.

use crate::{
    lanes::{listed_lanes::ListedLane, tool_version},
    shell::failure::Failure,
};
use serde::Deserialize;
use std::{
    collections::HashMap,
    fs, io,
    path::{Path, PathBuf},
};

/// The manifest, and every file that it lists: path below `peers/`, and bytes. Made by build.rs,
/// which refuses a file that is not there.
const MANIFEST: &str = include_str!("../../peers/peers.toml");
static FILES: &[(&str, &[u8])] = include!(concat!(env!("OUT_DIR"), "/peer_files.rs"));

/// `peers.toml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Manifest {
    #[serde(rename = "peer")]
    pub(crate) peers: Vec<Peer>,
    #[serde(rename = "lane")]
    pub(crate) lanes: Vec<ListedLane>,
}

/// A program in another language.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Peer {
    /// The language: first or last part of a lane's name.
    pub(crate) language: String,
    /// Its folder below `peers/`.
    pub(crate) folder: String,
    /// What it is made of, in the folder.
    pub(crate) files: Vec<String>,
    /// Proves that the language is there; its output is the version.
    pub(crate) version_command: Vec<String>,
    /// The oldest version that will do.
    pub(crate) minimum_version: String,
    /// What to do where it is not there.
    pub(crate) install: String,
    /// Starts it as a caller.
    pub(crate) drive: Vec<String>,
    /// Starts it as a callee; the transport's name and options follow.
    pub(crate) serve: Vec<String>,
}

impl Manifest {
    /// The manifest inside the binary.
    pub(crate) fn embedded() -> Self {
        toml::from_str(MANIFEST).expect("a test of this module reads the embedded manifest")
    }

    pub(crate) fn peer(&self, language: &str) -> Option<&Peer> {
        self.peers.iter().find(|peer| peer.language == language)
    }

    /// The version of each peer's language, or why there is none. Each is asked once.
    pub(crate) fn versions(&self) -> HashMap<String, Result<String, String>> {
        self.peers.iter().map(|peer| (peer.language.clone(), peer.version())).collect()
    }
}

impl Peer {
    fn version(&self) -> Result<String, String> {
        tool_version::at_least(&self.minimum_version, &self.version_command, &self.install)
    }
}

/// Writes the peers' files below `folder`.
pub(crate) fn write(folder: &Path) -> Result<(), Failure> {
    for peer in Manifest::embedded().peers {
        for name in &peer.files {
            let name = format!("{}/{name}", peer.folder);
            write_file(&folder.join(&name), bytes_of(&name)).map_err(|error| {
                Failure::failed(format!("cannot write the peers' programs: {error}"))
            })?;
        }
    }
    Ok(())
}

/// Every file of the peer in this folder of those that were written.
pub(crate) fn files_below(folder: &Path) -> Vec<PathBuf> {
    let peers = Manifest::embedded().peers;
    let peer = peers.into_iter().find(|peer| folder.ends_with(&peer.folder));
    let files = peer.into_iter().flat_map(|peer| peer.files);
    files.map(|file| folder.join(file)).collect()
}

/// The bytes of a listed file; build.rs has embedded each.
fn bytes_of(name: &str) -> &'static [u8] {
    FILES.iter().find(|(listed, _)| *listed == name).map_or(&[], |(_, bytes)| bytes)
}

fn write_file(path: &Path, bytes: &[u8]) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(path, bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn the_embedded_manifest_is_whole() {
        let manifest = Manifest::embedded();
        assert!(!manifest.lanes.is_empty() && !manifest.peers.is_empty(), "nothing is in it");
        for lane in &manifest.lanes {
            let known = |language: &str| {
                ["rust", "c"].contains(&language) || manifest.peer(language).is_some()
            };
            assert!(known(&lane.caller) && known(&lane.callee), "{}/{}", lane.caller, lane.callee);
            assert_eq!(lane.check_names(), Ok(()), "{}", lane.name());
        }
        let listed = manifest
            .peers
            .iter()
            .flat_map(|peer| peer.files.iter().map(|name| format!("{}/{name}", peer.folder)));
        let embedded: Vec<String> = FILES.iter().map(|(name, _)| (*name).to_string()).collect();
        assert_eq!(listed.collect::<Vec<_>>(), embedded);
    }

    fn ending_of(file: &Path) -> Option<&str> {
        file.extension()?.to_str()
    }

    /// Source files below a folder, by their paths below it: those that end as a listed file does.
    /// Tests of a peer, `test_*`, stay in the repository.
    fn sources(root: &Path, folder: &Path, endings: &BTreeSet<&str>) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        for entry in fs::read_dir(folder).expect("a folder").filter_map(Result::ok) {
            let path = entry.path();
            let name = entry.file_name().to_string_lossy().into_owned();
            if path.is_dir() {
                found.extend(sources(root, &path, endings));
            } else if ending_of(&path).is_some_and(|ending| endings.contains(ending))
                && !name.starts_with("test_")
            {
                let below = path.strip_prefix(root).expect("it was found below it");
                found.insert(below.display().to_string());
            }
        }
        found
    }

    #[test]
    fn every_source_file_of_a_peer_is_listed() {
        for peer in Manifest::embedded().peers {
            let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("peers").join(&peer.folder);
            let endings = peer.files.iter().filter_map(|name| ending_of(Path::new(name)));
            let found = sources(&folder, &folder, &endings.collect());
            assert_eq!(found, peer.files.iter().cloned().collect(), "{}", peer.language);
        }
    }

    /// A peer whose language says so of itself.
    fn that_says(script: &str) -> Peer {
        Peer {
            version_command: ["sh", "-c", script].map(Into::into).into(),
            minimum_version: "3.9".into(),
            install: "install what is missing".into(),
            ..Manifest::embedded().peers.remove(0)
        }
    }

    #[test]
    fn a_language_that_is_there_and_lacks_something_says_what() {
        assert_eq!(that_says("echo Snake 3.11.7").version(), Ok("Snake 3.11.7".into()));
        let lacks = that_says("echo 'No module named _ctypes' >&2; exit 1").version();
        let said = lacks.expect_err("it fails");
        assert!(said.contains("No module named _ctypes; install what is missing"), "{said}");
        assert!(!said.contains('\n'), "{said}");
        let old = that_says("echo Snake 3.8.1").version().expect_err("too old");
        assert_eq!(old, "Snake 3.8.1 is here, 3.9 is needed; install what is missing");
    }
}
