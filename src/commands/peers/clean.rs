//! `tollgate peers clean`: removes what was built.

use crate::{
    lanes::peers::{Peer, built::size_of},
    shell::{failure::Failure, output::print},
};
use reports::stats::units;
use std::fs;

/// Removes all that was built of each, also of earlier versions of its files.
pub(super) fn clean(peers: &[&Peer]) -> Result<(), Failure> {
    for peer in peers {
        let mut freed = 0;
        for folder in peer.build_folders() {
            freed += size_of(&folder);
            fs::remove_dir_all(&folder).map_err(|error| {
                Failure::failed(format!("cannot remove {}: {error}", folder.display()))
            })?;
        }
        let line = match freed {
            0 => "nothing was built".into(),
            bytes => format!("removed, {}", units::bytes(bytes as f64)),
        };
        print(&format!("{}: {line}\n", peer.language))?;
    }
    Ok(())
}
