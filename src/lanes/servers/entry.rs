//! What one entry of `servers/servers.toml`, or of a user's file, says of a server: how it is
//! found, built, started, and known to be there.

use crate::{
    lanes::{peers::Peers, tool_version},
    machine::linux::ending_signal::EndingSignal,
    shell::cache,
};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, path::PathBuf};

/// Stands for the endpoint of the callee in an entry's words.
pub(crate) const CALLEE: &str = "{callee}";
/// Stands for the folder that the server was built in.
pub(crate) const BUILD: &str = "{build}";

/// One server. In the words of `start`, in `files`, `env` and `url`, `{port}` stands for a free
/// port, `{folder}` for a fresh folder, `{callee}` for the endpoint of the callee, `{build}` for
/// the folder that it was built in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ServerEntry {
    /// By which lanes and `--server` name it.
    pub(crate) name: String,
    /// Proves that it is there; its output is the version.
    pub(crate) version_command: Vec<String>,
    /// The oldest version that will do.
    pub(crate) minimum_version: String,
    /// What to do where it is not there.
    pub(crate) install: String,
    /// Commands that build it, one after another, in a folder that is kept; none where it is
    /// installed.
    #[serde(default)]
    pub(crate) build: Vec<Vec<String>>,
    /// The language of the peer that its program comes with: it is built with that peer, and
    /// nowhere else.
    #[serde(default)]
    pub(crate) peer: Option<String>,
    /// Starts it in the foreground.
    pub(crate) start: Vec<String>,
    /// Files that are written into its folder first, by name.
    #[serde(default)]
    pub(crate) files: BTreeMap<String, String>,
    /// Variables of its environment.
    #[serde(default)]
    pub(crate) env: BTreeMap<String, String>,
    /// Where it answers.
    pub(crate) url: String,
    /// How one sees that it answers.
    pub(crate) ready: Readiness,
    /// The signal that ends it; what does not end then is killed.
    #[serde(default)]
    pub(crate) stop: EndingSignal,
    /// What a reader should know of its settings, as (what, value): lines of the card of each lane
    /// that goes through it.
    #[serde(default)]
    pub(crate) settings: Vec<(String, String)>,
    /// What a user should know, in one line: its memory, how long it takes to start.
    #[serde(default)]
    pub(crate) notes: String,
}

/// How one sees that a server answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub(crate) enum Readiness {
    /// These bytes are sent, and among those that come back are these.
    Bytes { send: String, awaited: String },
    /// A GET of this path is answered with a status of 2xx.
    Http { get: String },
}

impl ServerEntry {
    /// The version that is here, in short.
    ///
    /// # Errors
    /// Why there is none, with the cure.
    pub(crate) fn version(&self) -> Result<String, String> {
        let built_in = match self.build_folder()? {
            Some(folder) if !folder.is_dir() => {
                return Err(match &self.peer {
                    Some(language) => format!("not built yet; tollgate peers build {language}"),
                    None => format!("not built yet; tollgate servers build {}", self.name),
                });
            }
            Some(folder) => folder.display().to_string(),
            None => String::new(),
        };
        let words: Vec<String> =
            self.version_command.iter().map(|word| word.replace(BUILD, &built_in)).collect();
        let said = tool_version::at_least(&self.minimum_version, &words, &self.install)?;
        let dotted = tool_version::dotted(&said);
        Ok(if dotted.is_empty() { said } else { dotted.to_owned() })
    }

    /// Where it is built: another folder whenever its entry, or its peer, is another. None where it
    /// is installed.
    ///
    /// # Errors
    /// The user has no folder for what can be made again, or the language of its peer is not here.
    pub(crate) fn build_folder(&self) -> Result<Option<PathBuf>, String> {
        if let Some(language) = &self.peer {
            let peers = Peers::embedded();
            let peer = peers.entries().iter().find(|peer| peer.language == *language);
            let peer = peer.ok_or_else(|| format!("there is no peer of {language}"))?;
            return peer.build_folder(&peer.version()?);
        }
        if self.build.is_empty() {
            return Ok(None);
        }
        let text = serde_json::to_string(self).expect("texts and lists of them");
        cache::folder_of("servers", &self.name, &text).map(Some)
    }

    /// The same of a user's file in this folder: `{here}` stands for it in the commands.
    pub(crate) fn of_folder(mut self, folder: &str) -> Self {
        let built = self.build.iter_mut().flatten();
        for word in self.version_command.iter_mut().chain(&mut self.start).chain(built) {
            *word = word.replace("{here}", folder);
        }
        self
    }

    /// True where it is started after the callee, which it is told.
    pub(crate) fn is_told_callee(&self) -> bool {
        let words = self.start.iter().chain(self.files.values()).chain(self.env.values());
        words.into_iter().any(|word| word.contains(CALLEE))
    }

    /// The variable of the environment that holds what this is, `USER` or `PASSWORD`, for a server
    /// of the user's: in `peers/PROTOCOL.md`.
    pub(crate) fn credential(&self, what: &str) -> String {
        let name: String = self.name.chars().map(in_variable).collect();
        format!("TOLLGATE_SERVER_{name}_{what}")
    }

    /// Both of them.
    pub(crate) fn credentials(&self) -> [String; 2] {
        ["USER", "PASSWORD"].map(|what| self.credential(what))
    }
}

/// As it stands in the name of a variable.
fn in_variable(c: char) -> char {
    if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' }
}
