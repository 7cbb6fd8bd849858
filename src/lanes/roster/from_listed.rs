//! Lanes that are listed in a file: what they are made of on this machine, and why one cannot run
//! here.

use crate::{
    lanes::{
        Lanes,
        described::RUST,
        listed_lanes::{BuiltFile, ListedLane},
        peers::{KnownPeer, program::Program},
        roster::{
            known::{Known, declared, declared_by_sides, names},
            library::Library,
        },
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
    library: Option<Library>,
}

impl Sides {
    fn of(lane: &ListedLane, around: &Surroundings<'_>) -> Self {
        let peer = |language: &str| around.peers.get(language);
        Self {
            drive: Program::of(&lane.drive, peer(&lane.caller), |peer| &peer.drive),
            serve: Program::of(&lane.serve, peer(&lane.callee), |peer| &peer.serve),
            library: library(lane, around),
        }
    }
}

/// What its caller loads: what a build made for it, or what this program has of its callee.
fn library(lane: &ListedLane, around: &Surroundings<'_>) -> Option<Library> {
    if let Some(needs) = lane.needs.as_ref().filter(|needs| needs.is_loaded) {
        return around.peers.get(&needs.peer)?.built_file(&needs.file).map(Library::Built);
    }
    let name = lane.library.as_ref().unwrap_or(&lane.callee);
    let bytes = around.lanes.library(name).filter(|_| lane.in_process)?;
    Some(Library::Embedded(name.clone(), bytes))
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
        caller_transport: lane.asked_of_caller(),
        callee_transport: lane.asked_of_callee(),
        is_translated: lane.callee_transport.is_some(),
        takes_load: takes_load(lane, &sides, around),
        library: sides.library,
        drive: sides.drive,
        serve: sides.serve,
        server: None,
    }
}

/// True where what calls sends calls by a schedule: this program, or one that says so.
fn takes_load(lane: &ListedLane, sides: &Sides, around: &Surroundings<'_>) -> bool {
    let peer = around
        .peers
        .get(&lane.caller)
        .filter(|_| matches!(sides.drive, Program::Peer { .. }));
    lane.load || matches!(sides.drive, Program::Own) || peer.is_some_and(|known| known.peer.load)
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
        (&lane.caller, &sides.drive, &lane.caller_side, Some(lane.asked_of_caller())),
        // A library that its caller loads is asked for no transport.
        (&lane.callee, &sides.serve, &lane.callee_side, lane.served()),
    ];
    for (language, program, side, transport) in of_sides {
        match program {
            Program::Given(words) => reason = reason.or(not_found(words)),
            Program::Peer { .. } => {
                let Some(known) = around.peers.get(language) else { continue };
                reason = reason.or(known.missing(side.without_build || lane.without_build));
                implementation.extend(known.version.clone().ok());
            }
            Program::Own => {
                let asked = transport.filter(|_| language == RUST);
                let missing = asked.filter(|asked| around.lanes.find(asked).is_none());
                reason = reason.or(missing.map(|it| format!("this build has no transport `{it}`")));
            }
        }
    }
    let mut seen = HashSet::new();
    implementation.retain(|part| seen.insert(part.clone()));
    (implementation, reason.or_else(|| without_file(lane, sides, around)))
}

/// What a lane loads and is not there, if so.
fn without_file(lane: &ListedLane, sides: &Sides, around: &Surroundings<'_>) -> Option<String> {
    if let Some(BuiltFile { peer, file, cure, .. }) = &lane.needs {
        let Some(known) = around.peers.get(peer) else {
            return Some(format!("it needs a file of the peer `{peer}`, and there is none"));
        };
        let path = known.built_file(file)?;
        return (!path.exists()).then(|| {
            format!(
                "its {file} was left out when the peer was built: {cure}, then tollgate peers \
                clean {peer}, tollgate peers build {peer}"
            )
        });
    }
    let brings_it = lane.caller == lane.callee || !lane.drive.is_empty();
    (lane.in_process && sides.library.is_none() && !brings_it).then(|| match &lane.library {
        Some(name) => format!(
            "this build has no library `{name}`: install it with cargo install --path . \
            --features {name}"
        ),
        None => format!("this build embeds no library of `{}`", lane.callee),
    })
}

/// Why the program of these words cannot be started, if so.
fn not_found(words: &[String]) -> Option<String> {
    let program = Path::new(words.first()?);
    match file_of(program) {
        Some(_) => None,
        None => Some(format!("`{}` is not found; the lanes file names it", program.display())),
    }
}
