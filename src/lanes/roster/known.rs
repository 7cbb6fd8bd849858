//! One lane as this machine knows it: its description, whether it can run here, and what starts its
//! two sides.

use crate::{
    lanes::{peers::program::Program, roster::library::Library, servers::KnownServer},
    shell::failure::Failure,
};
use api::{Mode, Waiting};
use reports::record;
use std::process::Command;

/// One lane, wherever it comes from.
#[derive(Clone, Debug)]
pub(crate) struct Known {
    /// As the record shows it.
    pub(crate) about: record::Lane,
    pub(crate) modes: Vec<Mode>,
    /// The transport that each side is asked for: the lane's, but where the other side varies it.
    pub(crate) caller_transport: String,
    pub(crate) callee_transport: String,
    /// A server between the sides speaks another transport to the callee: what the callee says of
    /// itself beside its answer does not come back.
    pub(crate) is_translated: bool,
    /// Its driver sends calls by a schedule.
    pub(crate) takes_load: bool,
    /// The shared library that an in-process lane of a peer loads.
    pub(crate) library: Option<Library>,
    /// What calls.
    pub(crate) drive: Program,
    /// What answers, where that is a process.
    pub(crate) serve: Program,
    /// What stands between the two, where something does.
    pub(crate) server: Option<KnownServer>,
}

impl Known {
    /// Takes from the environment of a process of this lane what opens a server of the user's,
    /// where the lane does not go through it: one of ours asks for nothing.
    pub(crate) fn hide_credentials(&self, command: &mut Command) {
        let ours = self.server.iter().filter(|server| server.given.is_none());
        for variable in ours.flat_map(|server| server.entry.credentials()) {
            command.env_remove(variable);
        }
    }

    /// True when both sides are this program.
    pub(crate) fn is_own(&self) -> bool {
        matches!((&self.drive, &self.serve), (Program::Own, Program::Own))
    }

    /// Refuses an endpoint that the user named for a lane which has none: its caller answers
    /// itself.
    pub(crate) fn check_endpoint(&self, endpoint: Option<&str>) -> Result<(), Failure> {
        let about = &self.about;
        match endpoint {
            Some(_) if about.in_process && about.caller == about.callee => {
                Err(Failure::usage(format!(
                    "--endpoint: {} has none, its caller answers itself; leave it out, or name \
                    a lane with a callee",
                    about.short
                )))
            }
            _ => Ok(()),
        }
    }

    /// True where two things that run take turns, so that it matters how far apart they are: two
    /// processes, or within one a caller that waits for another thread.
    pub(crate) fn has_two_sides(&self) -> bool {
        !self.about.in_process || self.has_threads_that_talk()
    }

    /// True for a lane within one process whose caller waits for another thread.
    pub(crate) fn has_threads_that_talk(&self) -> bool {
        let waits = [Waiting::Blocking, Waiting::Async].map(Waiting::name);
        self.about.in_process && waits.contains(&self.about.class.as_str())
    }
}

/// The names of modes, as the record has them.
pub(crate) fn names(modes: &[Mode]) -> Vec<String> {
    modes.iter().map(|mode| mode.name().into()).collect()
}

/// The lane as a whole.
const BOTH: &str = "both";

/// A line of the fairness card, as a lane says it of itself.
pub(crate) fn declared(what: &str, value: &str) -> record::Setting {
    record::Setting {
        what: what.into(),
        value: value.into(),
        side: BOTH.into(),
        read_back: false,
    }
}

/// Lines of the fairness card that each side says of itself; what both say is said once.
pub(crate) fn declared_by_sides(
    caller: &[(String, String)],
    callee: &[(String, String)],
) -> Vec<record::Setting> {
    let of_side = |(what, value): &(String, String), side: &str| record::Setting {
        side: side.into(),
        ..declared(what, value)
    };
    let mut lines: Vec<record::Setting> = Vec::new();
    for line in caller {
        lines.push(of_side(line, if callee.contains(line) { BOTH } else { "caller" }));
    }
    let of_callee = callee.iter().filter(|line| !caller.contains(line));
    lines.extend(of_callee.map(|line| of_side(line, "callee")));
    lines
}
