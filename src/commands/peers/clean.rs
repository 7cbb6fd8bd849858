//! `tollgate peers clean`: removes what was built.

use crate::{
    lanes::peers::{
        Peer,
        built::{remove, size_of},
    },
    shell::{failure::Failure, output::print},
};
use reports::stats::units;

/// Removes all that was built of each, also of earlier versions of its files.
pub(super) fn clean(peers: &[&Peer]) -> Result<(), Failure> {
    for peer in peers {
        let mut freed = 0;
        let folders = peer.build_folders();
        for folder in &folders {
            freed += size_of(folder);
            remove(folder).map_err(|error| {
                Failure::failed(format!("cannot remove {}: {error}", folder.display()))
            })?;
        }
        let line = if folders.is_empty() {
            "nothing was built".to_owned()
        } else {
            format!("removed, {}", units::bytes(freed as f64))
        };
        print(&format!("{}: {line}\n", peer.language))?;
    }
    Ok(())
}
