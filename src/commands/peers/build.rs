//! `tollgate peers build`: the commands of an entry, in a folder that is kept, and then its check.

use crate::{
    lanes::peers::{KnownPeer, Peer, built::size_of, known_peer::Built},
    machine::process::build_steps::BuildSteps,
    shell::{
        failure::{Code, Failure},
        interrupt,
        output::print,
        stderr,
    },
};
use reports::stats::units;
use std::{fmt::Write, fs, io, path::Path, process::ExitCode, time::Instant};

const NOTHING_TO_BUILD: &str = "runs as it is, nothing is to be built";

/// Builds each that has to be built. One that fails keeps no other from being built; a language
/// that is not here is a failure only where it was named.
pub(super) fn build(peers: &[&Peer], named: bool) -> Result<ExitCode, Failure> {
    interrupt::watch()?;
    let mut code = ExitCode::SUCCESS;
    for peer in peers {
        let known = KnownPeer::ask(peer);
        if let Err(missing) = &known.version {
            let line = format!("{}: {missing}", peer.language);
            if named {
                return Err(Failure::new(Code::Unavailable, line));
            }
            print(&format!("{line}\n"))?;
            continue;
        }
        match build_one(&known) {
            Ok(line) => print(&format!("{}: {line}\n", peer.language))?,
            Err(failure) if interrupt::requested() => return Err(failure),
            Err(failure) => {
                stderr::say(format_args!("tollgate: {failure}"));
                code = Code::Failed.into();
            }
        }
    }
    Ok(code)
}

/// Builds it, unless it was built already; says which.
fn build_one(known: &KnownPeer) -> Result<String, Failure> {
    let peer = &known.peer;
    let version = known.version.as_ref().map_or("", String::as_str);
    if let Built::Here(folder) = &known.built {
        return Ok(format!("is built already, {}", size(folder)));
    }
    let Some(folder) = peer.build_folder(version).map_err(Failure::failed)? else {
        return Ok(NOTHING_TO_BUILD.into());
    };
    if folder.is_dir() {
        // Something of it is no longer there.
        fs::remove_dir_all(&folder).map_err(|error| cannot_tidy_up(peer, &error))?;
    }
    let began = Instant::now();
    let mut commands: Vec<&[String]> = peer.build.iter().map(Vec::as_slice).collect();
    commands.push(&peer.check);
    let steps = BuildSteps { name: &peer.language, commands, folder: &folder };
    steps.build(|folder| peer.write(folder))?;
    peer.prune(&folder).map_err(|error| cannot_tidy_up(peer, &error))?;
    Ok(format!("built in {:.1} s, {}", began.elapsed().as_secs_f64(), size(&folder)))
}

fn cannot_tidy_up(peer: &Peer, error: &io::Error) -> Failure {
    Failure::failed(format!("{}: cannot remove an earlier build: {error}", peer.language))
}

pub(super) fn size(folder: &Path) -> String {
    units::bytes(size_of(folder) as f64)
}

/// What `build` would run and download, for a person.
pub(super) fn would_be_done(peers: &[&Peer]) -> String {
    let mut text = String::new();
    for peer in peers {
        let known = KnownPeer::ask(peer);
        let language = &peer.language;
        let state = match (&known.version, &known.built) {
            (Err(missing), _) => missing.clone(),
            (Ok(_), Built::NotNeeded) => NOTHING_TO_BUILD.into(),
            (Ok(_), Built::Here(_)) => "is built already".into(),
            (Ok(version), Built::Missing) => format!("is to be built, {version}"),
            (Ok(_), Built::Unknown(why)) => why.clone(),
        };
        let _ = writeln!(text, "{language}: {state}");
        if known.built != Built::Missing || known.version.is_err() {
            continue;
        }
        for words in peer.build.iter().chain([&peer.check]).filter(|words| !words.is_empty()) {
            let _ = writeln!(text, "  runs       {}", words.join(" "));
        }
        for (what, size, licence) in &peer.downloads {
            let _ = writeln!(text, "  downloads  {what}, {size}, {licence}");
        }
        if peer.downloads.is_empty() {
            text.push_str("  downloads  nothing that its entry names\n");
        }
    }
    text
}
