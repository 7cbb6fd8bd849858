//! One side of a lane that follows from what languages speak.

use crate::lanes::{
    described,
    listed_lanes::ListedSide,
    peers::{Peer, Side, SpokenTransport},
};
use api::{Mode, Profile, Spec, Waiting};

/// One side of a lane: a language that speaks a transport.
#[derive(Clone, Copy)]
pub(super) enum Speaker<'a> {
    Rust(&'a Spec),
    Peer(&'a Peer, &'a SpokenTransport),
}

impl Speaker<'_> {
    pub(super) fn transport(&self) -> &str {
        match self {
            Self::Rust(spec) => spec.transport,
            Self::Peer(_, spoken) => &spoken.transport,
        }
    }

    /// With versions, beyond its language.
    pub(super) fn made_of(&self) -> Vec<String> {
        match self {
            Self::Rust(spec) => described::parts(spec),
            Self::Peer(_, spoken) => spoken.made_of.clone(),
        }
    }

    pub(super) fn can(&self, mode: Mode) -> bool {
        match self {
            Self::Rust(spec) => spec.can(mode),
            Self::Peer(_, spoken) => spoken.modes.iter().any(|name| name == mode.name()),
        }
    }

    pub(super) fn waiting(&self) -> &str {
        match self {
            Self::Rust(spec) => spec.waiting.name(),
            Self::Peer(_, spoken) => spoken.waiting.as_deref().unwrap_or(Waiting::Blocking.name()),
        }
    }

    pub(super) fn profile(&self) -> &str {
        match self {
            Self::Rust(spec) => spec.profile.name(),
            Self::Peer(_, spoken) => spoken.profile.as_deref().unwrap_or(Profile::Equal.name()),
        }
    }

    /// As the lane keeps it, whose transport may be another.
    pub(super) fn listed(&self, lane: &SpokenTransport, side: Side) -> ListedSide {
        let own = |(what, value): &(&str, &str)| ((*what).into(), (*value).into());
        let (without_build, fairness) = match self {
            Self::Rust(spec) => (false, spec.fairness.iter().map(own).collect()),
            Self::Peer(_, spoken) if side == Side::Caller => {
                (spoken.without_build, spoken.as_caller.clone())
            }
            Self::Peer(_, spoken) => (spoken.without_build, spoken.as_callee.clone()),
        };
        let differs = self.transport() != lane.transport;
        let transport = differs.then(|| self.transport().to_owned());
        ListedSide { transport, without_build, fairness }
    }
}

/// As `a Go caller`; what is not said is Rust.
pub(super) fn who(calls: Speaker<'_>, answers: Speaker<'_>) -> String {
    match (calls, answers) {
        (Speaker::Peer(caller, _), Speaker::Peer(callee, _))
            if caller.language == callee.language =>
        {
            format!("{} on both sides", caller.title())
        }
        (Speaker::Peer(caller, _), Speaker::Peer(callee, _)) => {
            format!("{} calls {}", caller.title(), callee.title())
        }
        (Speaker::Peer(caller, _), Speaker::Rust(_)) => format!("{} calls Rust", caller.title()),
        (Speaker::Rust(_), Speaker::Peer(callee, _)) => format!("Rust calls {}", callee.title()),
        (Speaker::Rust(_), Speaker::Rust(_)) => "Rust on both sides".into(),
    }
}

/// That of the side which is not as the others are.
pub(super) fn profile_of(calls: Speaker<'_>, answers: Speaker<'_>) -> String {
    let equal = Profile::Equal.name();
    let sides = [calls, answers].map(|side| side.profile().to_owned());
    sides.into_iter().find(|profile| profile != equal).unwrap_or(equal.into())
}

/// What both sides can do.
pub(super) fn modes_of(calls: Speaker<'_>, answers: Speaker<'_>) -> Vec<String> {
    let of_both = Mode::ALL.into_iter().filter(|mode| calls.can(*mode) && answers.can(*mode));
    of_both.map(|mode| mode.name().into()).collect()
}
