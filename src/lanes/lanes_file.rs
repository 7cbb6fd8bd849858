//! A file of the user's with lanes of their own, each made of two commands that speak
//! `peers/PROTOCOL.md`. The form is that of the lanes in `peers/peers.toml`, with the commands
//! beside them.

use crate::{lanes::peers::ListedLane, plan::from_toml, shell::failure::Failure};
use serde::Deserialize;
use std::{fs, path::Path};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LanesFile {
    #[serde(rename = "lane")]
    lanes: Vec<ListedLane>,
}

/// The lanes in the file. In their commands `{folder}` stands for the folder that the file is in.
pub(crate) fn read(path: &Path) -> Result<Vec<ListedLane>, Failure> {
    let wrong = |what: String| Failure::usage(format!("{}: {what}", path.display()));
    let text =
        fs::read_to_string(path).map_err(|error| wrong(format!("cannot be read: {error}")))?;
    let file: LanesFile = from_toml(&text, path)?;
    let folder = fs::canonicalize(path)
        .ok()
        .and_then(|path| path.parent().map(|at| at.display().to_string()));
    let folder = folder.unwrap_or_else(|| ".".into());
    let mut lanes: Vec<ListedLane> = Vec::new();
    for mut lane in file.lanes {
        check(&lane).map_err(|what| wrong(format!("lane {}: {what}", lane.name())))?;
        if lanes.iter().any(|other| other.name() == lane.name()) {
            return Err(wrong(format!("lane {} is there twice", lane.name())));
        }
        for word in lane.drive.iter_mut().chain(&mut lane.serve) {
            *word = word.replace("{folder}", &folder);
        }
        lanes.push(lane);
    }
    Ok(lanes)
}

fn check(lane: &ListedLane) -> Result<(), String> {
    for (what, part) in [
        ("caller", &lane.caller),
        ("transport", &lane.transport),
        ("callee", &lane.callee),
    ] {
        if part.is_empty() || part.contains(['/', '*', ',', ' ']) {
            return Err(format!(
                "{what} = {part:?}: a part of a name has no /, *, comma or space in it"
            ));
        }
    }
    if lane.drive.is_empty() {
        return Err(
            "it needs a `drive` command, which speaks the driver protocol of peers/PROTOCOL.md"
                .into(),
        );
    }
    if lane.serve.is_empty() && !lane.in_process {
        return Err(
            "it needs a `serve` command, which prints `ready ENDPOINT`; or say in_process = true"
                .into(),
        );
    }
    lane.check_names()
}
