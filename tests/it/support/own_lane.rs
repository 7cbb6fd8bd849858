//! A file with one lane of the user's over a Unix socket.

use std::{fs, path::Path};

/// The lane: what starts each side, and what else it says.
pub(crate) struct OwnLane<'a> {
    pub(crate) caller: &'a str,
    pub(crate) drive: &'a [&'a str],
    pub(crate) serve: &'a [&'a str],
    /// Further lines of TOML.
    pub(crate) more: &'a str,
}

impl OwnLane<'_> {
    /// Writes `lanes.toml` into the folder; gives its path.
    pub(crate) fn write(&self, folder: &Path) -> String {
        let Self { caller, drive, serve, more } = self;
        let text = format!(
            r#"[[lane]]
caller = "{caller}"
transport = "uds"
callee = "mine"
summary = "frames over a Unix socket, by two commands"
looseness = 28
drive = {drive:?}
serve = {serve:?}
{more}
[lane.properties]
typed_contract = true
deadline = true
multiplexing = false
survives_callee_crash = true
readable_with_curl = false
"#
        );
        let file = folder.join("lanes.toml");
        fs::write(&file, text).expect("written");
        file.display().to_string()
    }
}
