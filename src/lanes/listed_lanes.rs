//! Lanes that are listed in a file: in a peer's `peers/LANGUAGE.toml`, or in a file of the user's,
//! where each is made of two commands that speak `peers/PROTOCOL.md`. Both have one form.

use api::{Mode, Profile, Role, Set, Waiting};
use reports::record;
use serde::Deserialize;

/// A lane that is listed in a file: in a peer's, or in a file of the user's.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ListedLane {
    pub(crate) caller: String,
    pub(crate) transport: String,
    pub(crate) callee: String,
    /// What kind of boundary it is. Files from before there were roles say none.
    #[serde(default)]
    pub(crate) role: Option<String>,
    /// The choices of lanes that it belongs to.
    #[serde(default)]
    pub(crate) sets: Vec<String>,
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
    /// True where its driver sends calls by a schedule, whatever its language's own does.
    #[serde(default)]
    pub(crate) load: bool,
    /// What its driver is asked to open, where that is another transport than the lane's.
    #[serde(default)]
    pub(crate) caller_transport: Option<String>,
    /// What its callee is asked to serve, where that is another transport than the lane's: a server
    /// between them speaks both.
    #[serde(default)]
    pub(crate) callee_transport: Option<String>,
    /// The server that stands between its sides, as `servers/servers.toml` or this file names it.
    #[serde(default)]
    pub(crate) server: Option<String>,
    /// What it is made of, with versions, beyond the languages.
    #[serde(default)]
    pub(crate) made_of: Vec<String>,
    /// True where its sides run as their peers' files are, whether or not these were built.
    #[serde(default)]
    pub(crate) without_build: bool,
    /// The library of this program that its caller loads, where that is not the one which has the
    /// name of the callee's language.
    #[serde(default)]
    pub(crate) library: Option<String>,
    /// A file that the build of a peer makes where it can.
    #[serde(default)]
    pub(crate) needs: Option<BuiltFile>,
    #[serde(default)]
    pub(crate) codec: Option<String>,
    /// The transport whose echo is the lane's bare carrier.
    #[serde(default)]
    pub(crate) carrier: Option<String>,
    #[serde(default)]
    pub(crate) modes: Vec<String>,
    /// In the place of `sets = ["default"]`, in files from before there were sets.
    #[serde(default)]
    pub(crate) default: bool,
    pub(crate) properties: reports::record::Properties,
    #[serde(default)]
    pub(crate) fairness: Vec<(String, String)>,
    /// What its sides say of themselves, where it follows from what two languages speak.
    #[serde(skip)]
    pub(crate) caller_side: ListedSide,
    #[serde(skip)]
    pub(crate) callee_side: ListedSide,
}

/// A file that a lane needs, and that the build of a peer leaves out where something is missing.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct BuiltFile {
    /// The language of the peer whose build makes it.
    pub(crate) peer: String,
    /// Below the folder that the peer was built in.
    pub(crate) file: String,
    /// What to install, for a person.
    pub(crate) cure: String,
    /// True where it is the library that the lane's caller loads.
    #[serde(default)]
    pub(crate) is_loaded: bool,
}

/// One side of a lane that follows from what two languages speak.
#[derive(Clone, Debug, Default)]
pub(crate) struct ListedSide {
    /// The transport that it is asked for, where that is not the lane's: the other side varies it.
    pub(crate) transport: Option<String>,
    /// It runs as its files are, whether or not its peer was built.
    pub(crate) without_build: bool,
    /// Its lines of the fairness card.
    pub(crate) fairness: Vec<(String, String)>,
}

impl ListedSide {
    /// The transport that this side of the lane is asked for.
    pub(crate) fn transport_in(&self, lane: &ListedLane) -> String {
        self.transport.as_ref().unwrap_or(&lane.transport).clone()
    }
}

impl ListedLane {
    /// The lane's full name.
    pub(crate) fn name(&self) -> String {
        format!("{}/{}/{}", self.caller, self.transport, self.callee)
    }

    /// The transport that its driver is asked to open.
    pub(crate) fn asked_of_caller(&self) -> String {
        self.caller_transport
            .clone()
            .unwrap_or_else(|| self.caller_side.transport_in(self))
    }

    /// The transport that its callee is asked to serve.
    pub(crate) fn asked_of_callee(&self) -> String {
        self.callee_transport
            .clone()
            .unwrap_or_else(|| self.callee_side.transport_in(self))
    }

    /// The transport that a callee is started for, where one is.
    pub(crate) fn served(&self) -> Option<String> {
        (!self.in_process).then(|| self.asked_of_callee())
    }

    /// What kind of boundary it is: as it says, or else as records from before there were roles
    /// are read, so that older files of lanes keep working.
    pub(crate) fn role(&self) -> &str {
        let codec = self.codec.as_deref();
        self.role.as_deref().unwrap_or_else(|| {
            record::role_of_version_1(
                &self.transport,
                self.in_process,
                self.class(),
                codec,
                self.looseness,
            )
        })
    }

    /// The choices of lanes that it belongs to.
    pub(crate) fn sets(&self) -> Vec<String> {
        let mut sets = self.sets.clone();
        if self.default && !sets.iter().any(|set| set == Set::Default.name()) {
            sets.push(Set::Default.name().into());
        }
        sets
    }

    /// How its caller waits.
    pub(crate) fn class(&self) -> &str {
        let usual = if self.in_process { Waiting::Never } else { Waiting::Blocking };
        self.waiting.as_deref().unwrap_or(usual.name())
    }

    /// Refuses names that stand for nothing.
    pub(crate) fn check_names(&self) -> Result<(), String> {
        for mode in &self.modes {
            check_known("mode", mode, &Mode::ALL.map(Mode::name))?;
        }
        for set in &self.sets {
            check_known("set", set, &Set::ALL.map(Set::name))?;
        }
        check_optional("role", self.role.as_deref(), &Role::ALL.map(Role::name))?;
        check_optional("waiting", self.waiting.as_deref(), &Waiting::ALL.map(Waiting::name))?;
        check_optional("profile", self.profile.as_deref(), &Profile::ALL.map(Profile::name))?;
        if self.class() == Waiting::Never.name() && !self.in_process {
            return Err(format!("waiting = {:?} needs in_process = true", self.class()));
        }
        Ok(())
    }
}

/// Refuses a name that is none of these, where there is one.
pub(crate) fn check_optional(what: &str, name: Option<&str>, names: &[&str]) -> Result<(), String> {
    name.map_or(Ok(()), |name| check_known(what, name, names))
}

/// Refuses a name that is none of these.
pub(crate) fn check_known(what: &str, name: &str, names: &[&str]) -> Result<(), String> {
    if names.contains(&name) {
        return Ok(());
    }
    Err(format!("there is no {what} {name:?}; known are {}", names.join(", ")))
}
