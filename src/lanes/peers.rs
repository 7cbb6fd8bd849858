//! The peers: small programs in other languages, listed in `peers/peers.toml`. They travel inside
//! the binary, and are written to a folder when a lane needs them.

use crate::{machine::process::Process, shell::failure::Failure};
use api::{Mode, Profile, Waiting};
use include_dir::{Dir, include_dir};
use serde::Deserialize;
use std::{collections::HashMap, fs, path::Path, process::Command, time::Duration};

static FILES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/peers");

/// `peers.toml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Manifest {
    #[serde(rename = "peer")]
    pub(crate) peers: Vec<Peer>,
    #[serde(rename = "lane")]
    pub(crate) lanes: Vec<ListedLane>,
}

/// A program in another language.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Peer {
    /// The language: first or last part of a lane's name.
    pub(crate) language: String,
    /// Its folder below `peers/`.
    pub(crate) folder: String,
    /// What it is made of, in the folder.
    pub(crate) files: Vec<String>,
    /// Proves that the language is there; its output is the version.
    pub(crate) version_command: Vec<String>,
    /// The oldest version that will do.
    pub(crate) minimum_version: String,
    /// What to do where it is not there.
    pub(crate) install: String,
    /// Starts it as a caller.
    pub(crate) drive: Vec<String>,
    /// Starts it as a callee; the transport's name and options follow.
    pub(crate) serve: Vec<String>,
}

/// A lane that is listed in a file: in `peers.toml`, or in a file of the user's.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ListedLane {
    pub(crate) caller: String,
    pub(crate) transport: String,
    pub(crate) callee: String,
    pub(crate) summary: String,
    pub(crate) looseness: u8,
    #[serde(default)]
    pub(crate) in_process: bool,
    /// How its caller waits; a function call in one process, else blocking, if not said.
    #[serde(default)]
    pub(crate) waiting: Option<String>,
    /// Under which settings it runs; `equal` if not said.
    #[serde(default)]
    pub(crate) profile: Option<String>,
    /// The transport of the lane from which it differs in one thing; that lane has the same caller.
    #[serde(default)]
    pub(crate) variant_of: Option<String>,
    /// The command of its driver; that of the caller's language if none.
    #[serde(default)]
    pub(crate) drive: Vec<String>,
    /// The command of its callee, to which transport and options are added; that of the callee's
    /// language if none.
    #[serde(default)]
    pub(crate) serve: Vec<String>,
    /// What it is made of, with versions, beyond the languages.
    #[serde(default)]
    pub(crate) made_of: Vec<String>,
    #[serde(default)]
    pub(crate) codec: Option<String>,
    /// The transport whose echo is the lane's bare carrier.
    #[serde(default)]
    pub(crate) carrier: Option<String>,
    #[serde(default)]
    pub(crate) modes: Vec<String>,
    #[serde(default)]
    pub(crate) default: bool,
    pub(crate) properties: reports::record::Properties,
    #[serde(default)]
    pub(crate) fairness: Vec<(String, String)>,
}

impl ListedLane {
    /// The lane's full name.
    pub(crate) fn name(&self) -> String {
        format!("{}/{}/{}", self.caller, self.transport, self.callee)
    }

    /// How its caller waits.
    pub(crate) fn class(&self) -> &str {
        let usual = if self.in_process { Waiting::Never } else { Waiting::Blocking };
        self.waiting.as_deref().unwrap_or(usual.name())
    }

    /// Refuses names that stand for nothing.
    pub(crate) fn check_names(&self) -> Result<(), String> {
        let modes = self.modes.iter().map(|mode| known("mode", mode, &Mode::ALL.map(Mode::name)));
        let waiting = self
            .waiting
            .iter()
            .map(|name| known("waiting", name, &Waiting::ALL.map(Waiting::name)));
        let profile = self
            .profile
            .iter()
            .map(|name| known("profile", name, &Profile::ALL.map(Profile::name)));
        modes.chain(waiting).chain(profile).collect::<Result<(), String>>()?;
        if self.class() == Waiting::Never.name() && !self.in_process {
            return Err(format!("waiting = {:?} needs in_process = true", self.class()));
        }
        Ok(())
    }
}

fn known(what: &str, name: &str, names: &[&str]) -> Result<(), String> {
    let wanted = || format!("there is no {what} {name:?}; known are {}", names.join(", "));
    if names.contains(&name) { Ok(()) } else { Err(wanted()) }
}

impl Manifest {
    /// The manifest inside the binary.
    pub(crate) fn embedded() -> Self {
        let text = FILES
            .get_file("peers.toml")
            .and_then(|file| file.contents_utf8())
            .unwrap_or_default();
        toml::from_str(text).expect("a test of this module reads the embedded manifest")
    }

    pub(crate) fn peer(&self, language: &str) -> Option<&Peer> {
        self.peers.iter().find(|peer| peer.language == language)
    }

    /// The version of each peer's language, or why there is none. Each is asked once.
    pub(crate) fn versions(&self) -> HashMap<String, Result<String, String>> {
        self.peers.iter().map(|peer| (peer.language.clone(), peer.version())).collect()
    }
}

impl Peer {
    fn version(&self) -> Result<String, String> {
        let [program, arguments @ ..] = self.version_command.as_slice() else {
            return Err("its version_command in peers.toml is empty".into());
        };
        let missing = |what: String| format!("{what}; {}", self.install);
        let mut process = Process::start(program.clone(), Command::new(program).args(arguments))
            .map_err(|_| missing(format!("{program} is not installed")))?;
        let line = process
            .hear(Duration::from_secs(10))
            .map_err(|error| missing(error.to_string()))?;
        let version = line.trim().to_string();
        if !process.stop().is_some_and(|status| status.success()) {
            return Err(missing(format!("`{program}` fails")));
        }
        if numbers_in(&version) < numbers_in(&self.minimum_version) {
            return Err(missing(format!("{version} is here, {} is needed", self.minimum_version)));
        }
        Ok(version)
    }
}

/// The first run of numbers with dots: 3, 11, 7 in `Python 3.11.7`. Compared number by number.
fn numbers_in(text: &str) -> Vec<u32> {
    let digits = text
        .split(|c: char| !c.is_ascii_digit() && c != '.')
        .find(|part| part.contains('.'));
    digits
        .unwrap_or_default()
        .split('.')
        .filter_map(|number| number.parse().ok())
        .collect()
}

/// Writes the peers' files below `folder`.
pub(crate) fn write(folder: &Path) -> Result<(), Failure> {
    let failed = |error| Failure::failed(format!("cannot write the peers' programs: {error}"));
    for peer in Manifest::embedded().peers {
        let folder = folder.join(&peer.folder);
        fs::create_dir_all(&folder).map_err(failed)?;
        for name in &peer.files {
            let file = FILES.get_file(format!("{}/{name}", peer.folder));
            fs::write(folder.join(name), file.map_or(&[][..], |file| file.contents()))
                .map_err(failed)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_embedded_manifest_is_whole() {
        let manifest = Manifest::embedded();
        assert!(!manifest.lanes.is_empty() && !manifest.peers.is_empty(), "nothing is in it");
        for lane in &manifest.lanes {
            let known = |language: &str| {
                ["rust", "c"].contains(&language) || manifest.peer(language).is_some()
            };
            assert!(known(&lane.caller) && known(&lane.callee), "{}/{}", lane.caller, lane.callee);
            assert_eq!(lane.check_names(), Ok(()), "{}", lane.name());
        }
        for peer in &manifest.peers {
            let embedded =
                |name: &String| FILES.get_file(format!("{}/{name}", peer.folder)).is_some();
            let whole = !peer.files.is_empty() && peer.files.iter().all(embedded);
            assert!(whole, "{:?}", peer.files);
        }
    }

    #[test]
    fn compares_versions_number_by_number() {
        assert_eq!(numbers_in("Python 3.11.7"), [3, 11, 7]);
        assert!(numbers_in("Python 3.11.7") > numbers_in("3.9"));
        assert!(numbers_in("go version go1.9 linux/amd64") < numbers_in("1.22"));
    }
}
