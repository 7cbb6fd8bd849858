//! Every peer, one a line: its language here, whether it is built, how many lanes it adds.

use crate::{
    commands::peers::build::size,
    lanes::{
        Lanes,
        peers::{KnownPeer, known_peer::Built},
    },
};
use std::fmt::Write;

/// The list, for a person.
pub(super) fn text(lanes: &Lanes) -> String {
    let listed = lanes.listed();
    let mut text = String::new();
    for peer in lanes.peers().entries() {
        let known = KnownPeer::ask(peer);
        let language = &peer.language;
        let of_peer = listed
            .iter()
            .filter(|lane| lane.caller == *language || lane.callee == *language)
            .count();
        let _ = writeln!(text, "{language:14} {}; {of_peer} lanes", in_words(&known));
    }
    text
}

/// Whether it can run here.
pub(crate) fn in_words(known: &KnownPeer) -> String {
    match (&known.version, &known.built) {
        (Err(missing), _) => format!("missing: {missing}"),
        (Ok(version), Built::NotNeeded) => version.clone(),
        (Ok(version), Built::Here(folder)) => format!("{version}, built, {}", size(folder)),
        (Ok(version), Built::Missing) => {
            format!("{version}, not built: tollgate peers build {}", known.peer.language)
        }
        (Ok(version), Built::Unknown(why)) => format!("{version}; {why}"),
    }
}
