//! Stages and floors as a record holds them before anything is measured.

use crate::{
    lanes::roster::Known, machine::floors, measure::stages::stage::MissingStage, plan::Plan,
    protocol::Endpoint,
};
use api::{Role, Waiting};
use reports::record::{Floor, Ladder, Lane, MissingRung};

/// Every floor.
pub(crate) fn floors() -> Vec<Floor> {
    let floor = |name: &&str| Floor { name: (*name).into(), starts: Vec::new(), reason: None };
    floors::NAMES.iter().map(floor).collect()
}

/// The stages of a lane.
pub(crate) fn lane(
    plan: &Plan,
    about: &Lane,
    bare: Option<&Known>,
    missing: &[MissingStage],
) -> Ladder {
    let recorded = |missing: &MissingStage| MissingRung {
        rung: missing.stage.name().into(),
        reason: missing.failure.reason.clone(),
    };
    Ladder {
        lane: about.name.clone(),
        engine: plan.main_engine_name().into(),
        workload: plan.workload.name().into(),
        size: plan.sizes[0],
        placement: plan.main_placement().name().into(),
        carrier: bare.map(|bare| bare.about.name.clone()),
        floor: None,
        starts: Vec::new(),
        missing: missing.iter().map(recorded).collect(),
    }
}

/// The floor below which a lane cannot come, by its role, how its caller waits and, between two
/// processes, the kind of socket: a function call has none; memory that two processes share is at
/// least a cache line that changes cores. None where none is known.
pub(crate) fn floor_of(about: &Lane, at: &Endpoint) -> Option<&'static str> {
    match Role::from_name(&about.role)? {
        Role::Function | Role::Ffi => {
            let waits = about.class != Waiting::Never.name();
            waits.then_some("futex")
        }
        Role::Shm => Some("cache_line"),
        Role::Pipe => Some("pipe"),
        Role::Socket | Role::Rpc | Role::Http | Role::Queue => match at {
            Endpoint::Unix(_) => Some("pipe"),
            Endpoint::Http(_) | Endpoint::Tcp(_) => Some("loopback"),
            // Whatever a server does between, each side waits for it at least once.
            Endpoint::Server(_) => {
                at.tcp_address().filter(|at| at.ip().is_loopback()).map(|_| "loopback")
            }
            Endpoint::None | Endpoint::Library(_) | Endpoint::Other(_) => None,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lanes::roster::Roster;

    /// The floor of the base of one role, as if it were a lane of another at this endpoint.
    fn floor(role: Role, class: Waiting, endpoint: &str) -> Option<&'static str> {
        let roster = Roster::new(&crate::lanes());
        let mut about = roster.base_of(Role::Socket).expect("it has one").about.clone();
        (about.role, about.class) = (role.name().into(), class.name().into());
        floor_of(&about, &Endpoint::parse(endpoint))
    }

    #[test]
    fn a_floor_follows_from_the_role_and_between_processes_from_the_socket() {
        use Waiting::{Async, Blocking, Never};
        for (role, class, endpoint, expected) in [
            (Role::Function, Never, "", None),
            (Role::Function, Blocking, "", Some("futex")),
            (Role::Ffi, Never, "lib:/x", None),
            (Role::Shm, Blocking, "shm:/x", Some("cache_line")),
            (Role::Pipe, Blocking, "pipe:3", Some("pipe")),
            (Role::Socket, Blocking, "unix:/x", Some("pipe")),
            (Role::Rpc, Async, "http://127.0.0.1:1", Some("loopback")),
            (Role::Http, Async, "unix:/x", Some("pipe")),
            (Role::Queue, Async, "tcp:127.0.0.1:1", Some("loopback")),
            (Role::Queue, Async, "redis://127.0.0.1:1/q", Some("loopback")),
            // A server elsewhere, and whoever calls through something else, have no known floor.
            (Role::Queue, Async, "redis://queue.internal:1/q", None),
            (Role::Rpc, Async, "carrier-pigeon:1", None),
        ] {
            assert_eq!(floor(role, class, endpoint), expected, "{role:?} at {endpoint}");
        }
    }

    #[test]
    fn every_floor_that_is_named_is_one_that_is_measured() {
        for role in Role::ALL {
            for endpoint in ["unix:/x", "tcp:127.0.0.1:1"] {
                let floor = floor(role, Waiting::Blocking, endpoint).expect("each has one");
                assert!(floors::NAMES.contains(&floor), "{floor}");
            }
        }
    }
}
