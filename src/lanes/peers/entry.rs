//! What one entry of `peers/LANGUAGE.toml`, or of a user's file, says of a language: how it is
//! found, built and started, and which transports it speaks.

use crate::lanes::{
    listed_lanes::{check_known, check_optional},
    tool_version,
};
use api::{Mode, Profile, Role, Waiting};
use reports::record;
use serde::Deserialize;
use std::path::{Component, Path, PathBuf};

/// Of bytes, in a part of the name of a lane.
const LONGEST_PART: usize = 40;

/// A program in another language.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Peer {
    /// The language: first or last part of a lane's name.
    pub(crate) language: String,
    /// The language as people write it; its name with a capital letter if none.
    #[serde(default)]
    pub(crate) title: Option<String>,
    /// Its folder, beside the file of its entry.
    pub(crate) folder: String,
    /// What it is made of, in the folder.
    pub(crate) files: Vec<String>,
    /// Proves that the language is there; its output is the version.
    pub(crate) version_command: Vec<String>,
    /// The oldest version that will do.
    pub(crate) minimum_version: String,
    /// What to do where it is not there.
    pub(crate) install: String,
    /// Commands that build it, one after another; none where it runs as it is.
    #[serde(default)]
    pub(crate) build: Vec<Vec<String>>,
    /// Proves that what was built works: exit code 0.
    #[serde(default)]
    pub(crate) check: Vec<String>,
    /// What is downloaded to build it: (what, size, licence).
    #[serde(default)]
    pub(crate) downloads: Vec<(String, String, String)>,
    /// Starts it as a caller.
    pub(crate) drive: Vec<String>,
    /// True where its driver sends calls by a schedule.
    #[serde(default)]
    pub(crate) load: bool,
    /// Starts it as a callee; the transport's name and options follow.
    pub(crate) serve: Vec<String>,
    /// The transports that it speaks, from which its lanes follow.
    #[serde(default)]
    pub(crate) speaks: Vec<SpokenTransport>,
    /// Where a user's file lies; none for the peers inside the binary.
    #[serde(skip)]
    pub(crate) home: Option<PathBuf>,
}

/// A side of a lane.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Side {
    Caller,
    Callee,
}

/// What a language says of one transport. What it leaves out is as the lane of Rust with this
/// transport, or with the one that it varies, says it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SpokenTransport {
    pub(crate) transport: String,
    pub(crate) sides: Vec<Side>,
    /// The transport that it is a variant of: it meets that one's other side.
    #[serde(default)]
    pub(crate) variant_of: Option<String>,
    /// True where the peer speaks it as its files are, whether or not it was built.
    #[serde(default)]
    pub(crate) without_build: bool,
    /// Of its caller and of its callee, beyond `chatty`.
    #[serde(default)]
    pub(crate) modes: Vec<String>,
    #[serde(default)]
    pub(crate) waiting: Option<String>,
    #[serde(default)]
    pub(crate) profile: Option<String>,
    #[serde(default)]
    pub(crate) made_of: Vec<String>,
    /// Lines of the fairness card where it calls.
    #[serde(default)]
    pub(crate) as_caller: Vec<(String, String)>,
    /// Lines of the fairness card where it answers.
    #[serde(default)]
    pub(crate) as_callee: Vec<(String, String)>,
    #[serde(default)]
    pub(crate) role: Option<String>,
    #[serde(default)]
    pub(crate) summary: Option<String>,
    #[serde(default)]
    pub(crate) looseness: Option<u8>,
    #[serde(default)]
    pub(crate) codec: Option<String>,
    #[serde(default)]
    pub(crate) carrier: Option<String>,
    #[serde(default)]
    pub(crate) properties: Option<record::Properties>,
}

impl Peer {
    /// The version of its language.
    ///
    /// # Errors
    /// It is not there or too old; with the cure.
    pub(crate) fn version(&self) -> Result<String, String> {
        tool_version::at_least(&self.minimum_version, &self.version_command, &self.install)
    }

    /// The language as people write it.
    pub(crate) fn title(&self) -> String {
        let mut letters = self.language.chars();
        let first = letters.next().map(|first| first.to_ascii_uppercase());
        let capital = || first.into_iter().chain(letters).collect();
        self.title.clone().unwrap_or_else(capital)
    }

    /// What it says of a transport, where it speaks it on this side.
    pub(crate) fn speaks(&self, transport: &str, side: Side) -> Option<&SpokenTransport> {
        let mut spoken = self.speaks.iter();
        spoken.find(|spoken| spoken.transport == transport && spoken.sides.contains(&side))
    }

    /// Refuses what stands for nothing.
    pub(crate) fn check_names(&self) -> Result<(), String> {
        check_part("language", &self.language)?;
        if ["rust", "c"].contains(&self.language.as_str()) {
            return Err("rust and c are Tollgate's own: give the language another name".into());
        }
        for name in self.files.iter().chain([&self.folder]) {
            let parts = Path::new(name).components();
            if name.is_empty()
                || !parts.into_iter().all(|part| matches!(part, Component::Normal(_)))
            {
                return Err(format!(
                    "folder or files, {name:?}: a path inside of the file's folder is needed, \
                    without .."
                ));
            }
        }
        for (what, words) in [("drive", &self.drive), ("serve", &self.serve)] {
            if words.is_empty() {
                return Err(format!("it needs a `{what}` command, as peers/PROTOCOL.md has it"));
            }
        }
        if self.build.iter().any(|words| words.first().is_none_or(String::is_empty)) {
            return Err("a command of `build` has no words".into());
        }
        for (at, spoken) in self.speaks.iter().enumerate() {
            let is_same_side = |other: &SpokenTransport| {
                other.transport == spoken.transport
                    && other.sides.iter().any(|side| spoken.sides.contains(side))
            };
            if self.speaks[..at].iter().any(is_same_side) {
                return Err(format!("transport {} is there twice", spoken.transport));
            }
        }
        self.speaks.iter().try_for_each(SpokenTransport::check_names)
    }
}

/// A part of the name of a lane, and of a folder.
fn check_part(what: &str, name: &str) -> Result<(), String> {
    let is_letter = |c: char| c.is_ascii_alphanumeric();
    let begins = name.chars().next().is_some_and(is_letter) && name.len() <= LONGEST_PART;
    if begins && name.chars().all(|c| is_letter(c) || "-_+.".contains(c)) {
        return Ok(());
    }
    Err(format!(
        "{what} = {name:?}: letters, digits, - _ + and . are needed, a letter or digit first, at \
        most {LONGEST_PART} of them"
    ))
}

impl SpokenTransport {
    fn check_names(&self) -> Result<(), String> {
        check_part("transport", &self.transport)?;
        let at = |what: String| format!("transport {}: {what}", self.transport);
        if self.sides.is_empty() {
            return Err(at("sides is empty: \"caller\", \"callee\" or both".into()));
        }
        check_optional("role", self.role.as_deref(), &Role::ALL.map(Role::name)).map_err(at)?;
        let waiting = Waiting::ALL.map(Waiting::name);
        check_optional("waiting", self.waiting.as_deref(), &waiting).map_err(at)?;
        let profiles = Profile::ALL.map(Profile::name);
        check_optional("profile", self.profile.as_deref(), &profiles).map_err(at)?;
        let modes = Mode::ALL.map(Mode::name);
        self.modes
            .iter()
            .try_for_each(|mode| check_known("mode", mode, &modes))
            .map_err(at)
    }
}
