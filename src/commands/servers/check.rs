//! Every server, one a line: its version, or what is missing.

use crate::lanes::servers::{KnownServer, ServerEntry, Servers};
use std::fmt::Write;

/// The list, for a person.
pub(super) fn text(servers: &Servers) -> String {
    let mut text = String::new();
    for entry in servers.entries() {
        if let Some(known) = servers.known(&entry.name) {
            add(&mut text, entry, &known);
        }
    }
    if text.is_empty() {
        text.push_str("this build knows no server\n");
    }
    text
}

fn add(text: &mut String, entry: &ServerEntry, known: &KnownServer) {
    let name = &entry.name;
    let here = match (&known.given, &known.version) {
        (Some(url), _) => format!("yours, at {url}"),
        (None, Ok(version)) => format!("{version} is here"),
        (None, Err(missing)) => format!("missing: {missing}"),
    };
    let _ = writeln!(text, "{name:14} {here}");
    if !entry.notes.is_empty() {
        let _ = writeln!(text, "{:14} {}", "", entry.notes);
    }
}
