//! `tollgate peers check`: whether each peer can run here, and whether what was built works.

use crate::{
    lanes::peers::{KnownPeer, Peer, known_peer::Built},
    machine::process::build_steps::{Ended, command_in, last_line_of, to_its_end},
    shell::{
        failure::{Code, Failure},
        files, interrupt,
        output::print,
    },
};
use std::{
    fs::{self, File},
    path::Path,
    process::ExitCode,
    time::Duration,
};

/// A check has this long.
const PATIENCE: Duration = Duration::from_secs(60);

/// Says it of each, one a line. Fails when one cannot run here.
pub(super) fn check(peers: &[&Peer]) -> Result<ExitCode, Failure> {
    interrupt::watch()?;
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
                format!("cannot run: {line}")
            }
        };
        print(&format!("{}: {line}\n", peer.language))?;
    }
    Ok(code)
}

/// Looks at its files, and runs the check of its entry.
fn works(known: &KnownPeer) -> Result<String, String> {
    let version = known.version.clone()?;
    let peer = &known.peer;
    peer.contents()?;
    match &known.built {
        Built::Here(folder) if !peer.check.is_empty() => run(&peer.check, folder)
            .map(|()| format!("{version}, built, works"))
            .map_err(|what| format!("{what}; {}", again(peer))),
        Built::Here(_) => Ok(format!("{version}, built")),
        _ => Ok(format!("{version}, runs as it is")),
    }
}

/// What mends a build that does not work.
fn again(peer: &Peer) -> String {
    let language = &peer.language;
    format!("tollgate peers clean {language}, then tollgate peers build {language}")
}

fn run(words: &[String], folder: &Path) -> Result<(), String> {
    let Some(mut command) = command_in(words, folder) else { return Ok(()) };
    let shown = words.join(" ");
    let kept = files::private_folder().map_err(|error| error.to_string())?;
    let printed = kept.path().join("printed");
    let file = File::create(&printed).map_err(|error| error.to_string())?;
    let copy = file.try_clone().map_err(|error| error.to_string())?;
    let ended = to_its_end(command.stdout(copy).stderr(file), Some(PATIENCE))
        .map_err(|error| format!("cannot start `{shown}`: {error}"))?;
    match ended {
        Ended::ByItself(status) if status.success() => Ok(()),
        Ended::ByItself(status) => {
            let last = fs::read(&printed).ok().and_then(|printed| last_line_of(&printed));
            let said = last.unwrap_or_else(|| "it says nothing".into());
            Err(format!("`{shown}` stopped with {status}: {said}"))
        }
        Ended::Interrupted => Err(format!("`{shown}` was interrupted")),
        Ended::TooLong => Err(format!("`{shown}` had not ended after {} s", PATIENCE.as_secs())),
    }
}
