//! Lanes that are listed in a file: what they are made of on this machine, and why one cannot run
//! here.

use crate::{
    lanes::{
        Lanes,
        described::RUST,
        listed_lanes::ListedLane,
        peers::{KnownPeer, program::Program},
        roster::known::{Known, declared, declared_by_sides, names},
    },
    shell::program::file_of,
};
use api::Mode;
use reports::record;
use std::{
    collections::{HashMap, HashSet},
    path::Path,
};

/// What a listed lane is looked up in.
pub(crate) struct Surroundings<'a> {
    pub(crate) lanes: &'a Lanes,
    /// Each peer, by its language.
    pub(crate) peers: HashMap<String, KnownPeer>,
}

/// The programs of a lane's two sides, and the library that its caller loads.
struct Sides {
    drive: Program,
    serve: Program,
    library: Option<&'static [u8]>,
}

impl Sides {
    fn of(lane: &ListedLane, around: &Surroundings<'_>) -> Self {
        let peer = |language: &str| around.peers.get(language);
        let mut specs = around.lanes.specs();
        Self {
            drive: Program::of(&lane.drive, peer(&lane.caller), |peer| &peer.drive),
            serve: Program::of(&lane.serve, peer(&lane.callee), |peer| &peer.serve),
            library: specs.find(|spec| spec.callee == lane.callee).and_then(|spec| spec.library),
        }
    }
}

/// A listed lane, and whether it can run here.
pub(crate) fn known(lane: &ListedLane, around: &Surroundings<'_>) -> Known {
    let sides = Sides::of(lane, around);
    let (implementation, reason) = made_of(lane, &sides, around);
    let modes = modes_of(lane);
    Known {
        about: record::Lane {
            implementation: implementation.join(", "),
            modes: names(&modes),
            available: reason.is_none(),
            reason,
            ..about(lane)
        },
        modes,
        caller_transport: lane.caller_side.transport_in(lane),
        callee_transport: (lane.callee_transport.clone())
            .unwrap_or_else(|| lane.callee_side.transport_in(lane)),
        is_translated: lane.callee_transport.is_some(),
        library: sides.library,
        drive: sides.drive,
        serve: sides.serve,
        server: None,
    }
}

/// What is listed of a lane, whatever is here.
fn about(lane: &ListedLane) -> record::Lane {
    record::Lane {
        short: lane.name(),
        name: lane.name(),
        caller: lane.caller.clone(),
        transport: lane.transport.clone(),
        callee: lane.callee.clone(),
        role: lane.role().into(),
        sets: lane.sets(),
        summary: lane.summary.clone(),
        implementation: String::new(),
        looseness: lane.looseness,
        profile: lane.profile.clone().unwrap_or_else(record::equal),
        variant_of: lane.variant_of.clone(),
        class: lane.class().into(),
        in_process: lane.in_process,
        codec: lane.codec.clone(),
        carrier: lane.carrier.clone(),
        modes: Vec::new(),
        properties: lane.properties,
        answers: true,
        given_endpoint: false,
        available: false,
        reason: None,
        planned: false,
        server: lane.server.clone(),
        fairness: fairness(lane),
    }
}

/// What each side says of itself, and then what is said of the lane.
fn fairness(lane: &ListedLane) -> Vec<record::Setting> {
    let mut lines = declared_by_sides(&lane.caller_side.fairness, &lane.callee_side.fairness);
    lines.extend(lane.fairness.iter().map(|(what, value)| declared(what, value)));
    lines
}

/// Every lane has single calls, whether it says so or not.
fn modes_of(lane: &ListedLane) -> Vec<Mode> {
    let mut modes = vec![Mode::Chatty];
    for name in &lane.modes {
        modes.extend(Mode::from_name(name).filter(|mode| *mode != Mode::Chatty));
    }
    modes
}

/// What a listed lane is made of, and why it cannot run here, if so.
fn made_of(
    lane: &ListedLane,
    sides: &Sides,
    around: &Surroundings<'_>,
) -> (Vec<String>, Option<String>) {
    let mut implementation = lane.made_of.clone();
    let mut reason = None;
    let of_sides = [
        (&lane.caller, &sides.drive, &lane.caller_side),
        (&lane.callee, &sides.serve, &lane.callee_side),
    ];
    for (language, program, side) in of_sides {
        match program {
            Program::Given(words) => reason = reason.or(not_found(words)),
            Program::Peer { .. } => {
                let Some(known) = around.peers.get(language) else { continue };
                reason = reason.or(known.missing(side.without_build || lane.without_build));
                implementation.extend(known.version.clone().ok());
            }
            Program::Own if language == RUST => {
                let transport = side.transport_in(lane);
                if around.lanes.find(&transport).is_none() {
                    reason = Some(format!("this build has no transport `{transport}`"));
                }
            }
            Program::Own => {}
        }
    }
    let mut seen = HashSet::new();
    implementation.retain(|part| seen.insert(part.clone()));
    if lane.in_process && sides.library.is_none() && lane.drive.is_empty() {
        reason = Some(format!("this build embeds no library of `{}`", lane.callee));
    }
    (implementation, reason)
}

/// Why the program of these words cannot be started, if so.
fn not_found(words: &[String]) -> Option<String> {
    let program = Path::new(words.first()?);
    match file_of(program) {
        Some(_) => None,
        None => Some(format!("`{}` is not found; the lanes file names it", program.display())),
    }
}
