//! The libraries that peers are said to be made of are those that their lock files name.

use crate::lanes::peers::Peers;
use std::{collections::BTreeSet, fs, path::Path};

/// The versions that a file which locks a language's libraries names.
fn locked_versions(file: &Path) -> BTreeSet<String> {
    let text = fs::read_to_string(file).expect("a lock file");
    let between = |c: char| c.is_whitespace() || c == '=';
    text.split(between)
        .map(|word| word.trim_start_matches('v').to_owned())
        .collect()
}

#[test]
fn the_libraries_that_lanes_are_made_of_are_those_that_are_locked() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("peers");
    for (peer, lock) in [("python", "requirements.txt"), ("go", "go.mod")] {
        let locked = locked_versions(&folder.join(peer).join(lock));
        let peers = Peers::embedded();
        let entry = peers.entries.iter().find(|entry| entry.language == peer).expect("a peer");
        let spoken = entry.speaks.iter().flat_map(|spoken| &spoken.made_of);
        let of_lanes =
            peers.lanes.iter().filter(|lane| lane.caller == peer && lane.library.is_none());
        let named = spoken.chain(of_lanes.flat_map(|lane| &lane.made_of));
        let versions: Vec<&str> =
            named.filter_map(|library| library.split_whitespace().nth(1)).collect();
        assert!(!versions.is_empty(), "{peer}");
        for version in versions {
            assert!(locked.contains(version), "{peer}: {version} is not in {lock}");
        }
    }
}
