//! Which lanes a self-test compares with themselves.

use crate::{
    lanes::roster::{Known, Roster},
    shell::failure::Failure,
};
use api::{EngineKind, Role, Waiting};

/// The lanes of these names. The first carries the handicaps: it must be able to, and leave the
/// process or compute, since a handicap is right to within two clock reads only.
pub(crate) fn chosen<'a>(
    roster: &'a Roster,
    names: &[String],
    engine: EngineKind,
) -> Result<Vec<&'a Known>, Failure> {
    let lanes: Vec<&Known> = if names.is_empty() {
        let classes = [Waiting::Async, Waiting::Blocking];
        classes.into_iter().filter_map(|class| tightest(roster, class)).collect()
    } else {
        names.iter().map(|name| roster.available(name)).collect::<Result<_, _>>()?
    };
    match lanes.first() {
        Some(first) if carries_handicaps(first) || computes(first, engine) => Ok(lanes),
        Some(first) => Err(Failure::usage(format!(
            "{} cannot carry a handicap: the first of --lanes must leave the process, or compute \
            (--engine catalog), and have both of its sides in this program",
            first.about.short
        ))),
        None => Err(Failure::usage(
            "no lane here can carry a handicap: name one that leaves the process with --lanes",
        )),
    }
}

/// The tightest base of a role that waits in this way and can carry handicaps.
fn tightest(roster: &Roster, class: Waiting) -> Option<&Known> {
    // Roles, too, stand tight to loose.
    let mut bases = Role::ALL.into_iter().filter_map(|role| roster.base_of(role));
    bases.find(|base| {
        base.about.available && base.about.class == class.name() && carries_handicaps(base)
    })
}

fn carries_handicaps(lane: &Known) -> bool {
    lane.is_own() && lane.about.answers && !lane.about.in_process
}

/// A call that waits for nobody: what is put in is what it takes more.
fn computes(lane: &Known, engine: EngineKind) -> bool {
    lane.is_own() && lane.about.answers && engine == EngineKind::Catalog
}
