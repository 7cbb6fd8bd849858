//! A file of the user's (`--lanes-file`): lanes of two commands each, languages, servers.

use crate::{
    lanes::{listed_lanes::ListedLane, peers::Peer, servers::ServerEntry},
    shell::{failure::Failure, toml_file},
};
use serde::Deserialize;
use std::{
    fs, io,
    path::{Path, PathBuf},
};

/// A file of the user's.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LanesFile {
    #[serde(default, rename = "lane")]
    lanes: Vec<ListedLane>,
    #[serde(default, rename = "peer")]
    peers: Vec<Peer>,
    #[serde(default, rename = "server")]
    servers: Vec<ServerEntry>,
}

fn unreadable(path: &Path, error: &io::Error) -> Failure {
    let what = format!("cannot be read: {error}; peers/peers.toml tells the form");
    Failure::usage_at(format!("--lanes-file {}", path.display()), what)
}

/// What a file of the user's lists.
pub(crate) struct Listed {
    pub(crate) lanes: Vec<ListedLane>,
    pub(crate) peers: Vec<Peer>,
    pub(crate) servers: Vec<ServerEntry>,
}

/// The lanes, peers and servers in the file. In the commands of lanes `{folder}` stands for the
/// folder that the file is in, in those of servers `{here}`.
pub(crate) fn read(path: &Path) -> Result<Listed, Failure> {
    let shown = path.display();
    let text = fs::read_to_string(path).map_err(|error| unreadable(path, &error))?;
    let file: LanesFile = toml_file::from_text(&text, path)?;
    if file.lanes.is_empty() && file.peers.is_empty() {
        return Err(Failure::usage_at(shown, "it has no [[lane]] and no [[peer]]"));
    }
    let home = home_of(path);
    let folder = home.display().to_string();
    let mut lanes: Vec<ListedLane> = Vec::new();
    for mut lane in file.lanes {
        let name = lane.name();
        check(&lane).map_err(|what| Failure::usage_at(&shown, format!("lane {name}: {what}")))?;
        if lanes.iter().any(|other| other.name() == name) {
            return Err(Failure::usage_at(&shown, format!("lane {name} is there twice")));
        }
        for word in lane.drive.iter_mut().chain(&mut lane.serve) {
            *word = word.replace("{folder}", &folder);
        }
        lanes.push(lane);
    }
    let mut peers = Vec::new();
    for peer in file.peers {
        let of_peer = |what| Failure::usage_at(&shown, format!("peer {}: {what}", peer.language));
        peer.check_names().map_err(of_peer)?;
        peers.push(Peer { home: Some(home.clone()), ..peer });
    }
    let servers = file.servers.into_iter().map(|server| server.of_folder(&folder)).collect();
    Ok(Listed { lanes, peers, servers })
}

/// The whole path of the folder that the file is in.
fn home_of(path: &Path) -> PathBuf {
    let path = fs::canonicalize(path).ok();
    path.as_deref().and_then(Path::parent).unwrap_or(Path::new(".")).to_path_buf()
}

fn check(lane: &ListedLane) -> Result<(), String> {
    for (what, part) in [
        ("caller", &lane.caller),
        ("transport", &lane.transport),
        ("callee", &lane.callee),
    ] {
        let is_strange = |c: char| "/*, ".contains(c) || c.is_control();
        if part.is_empty() || part.contains(is_strange) {
            return Err(format!(
                "{what} = {part:?}: a part of a name has no /, *, comma, space or control character"
            ));
        }
    }
    if lane.drive.is_empty() {
        return Err(
            "it needs a `drive` command, which speaks the driver protocol of peers/PROTOCOL.md; \
            Rust's is [\"tollgate\", \"drive\"]"
                .into(),
        );
    }
    if lane.in_process && lane.server.is_some() {
        let what = "in_process = true: no server stands between two sides of one process";
        return Err(what.into());
    }
    if lane.serve.is_empty() && !lane.in_process {
        return Err(
            "it needs a `serve` command, which prints `ready ENDPOINT`; Rust's is [\"tollgate\", \
            \"serve\"]; or say in_process = true"
                .into(),
        );
    }
    lane.check_names()
}
