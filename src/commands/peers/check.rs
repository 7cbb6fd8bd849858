//! `tollgate peers check`: whether each peer can run here, and whether what was built works.

use crate::{
    lanes::peers::{KnownPeer, Peer, known_peer::Built},
    shell::{
        building::command_in,
        failure::{Code, Failure},
        output::print,
    },
};
use std::{path::Path, process::ExitCode};

/// Says it of each, one a line. Fails when one cannot run here.
pub(super) fn check(peers: &[&Peer]) -> Result<ExitCode, Failure> {
    let mut code = ExitCode::SUCCESS;
    for peer in peers {
        let known = KnownPeer::ask(peer);
        let state = match known.missing(false) {
            Some(missing) => Err(missing),
            None => works(&known),
        };
        let line = match state {
            Ok(line) => line,
            Err(line) => {
                code = Code::Failed.into();
                format!("does not work: {line}")
            }
        };
        print(&format!("{}: {line}\n", peer.language))?;
    }
    Ok(code)
}

/// Runs the check of its entry.
fn works(known: &KnownPeer) -> Result<String, String> {
    let version = known.version.clone()?;
    let Built::Here(folder) = &known.built else {
        return Ok(format!("{version}, runs as it is"));
    };
    if known.peer.check.is_empty() {
        return Ok(format!("{version}, built"));
    }
    run(&known.peer.check, folder).map(|()| format!("{version}, built, works"))
}

fn run(words: &[String], folder: &Path) -> Result<(), String> {
    let Some(mut command) = command_in(words, folder) else { return Ok(()) };
    let shown = words.join(" ");
    let output = command.output().map_err(|error| format!("cannot start `{shown}`: {error}"))?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    let last = said.lines().rfind(|line| !line.trim().is_empty()).unwrap_or("it says nothing");
    Err(format!("`{shown}` stopped with {}: {last}", output.status))
}
