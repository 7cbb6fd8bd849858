//! Lanes of the registry, as their crates describe them.

use crate::lanes::{
    described::{RUST, parts, properties},
    full_name,
    peers::program::Program,
    roster::known::{Known, declared, names},
};
use api::{Mode, Spec, Topology};
use reports::record;

/// A lane of the registry: both of its sides are this program, so that it can run here, as far as
/// they go.
pub(crate) fn known(spec: &Spec) -> Known {
    let modes: Vec<Mode> = [Mode::Chatty].into_iter().chain(spec.modes.iter().copied()).collect();
    Known {
        about: about(spec, &modes),
        modes,
        caller_transport: spec.transport.into(),
        callee_transport: spec.transport.into(),
        is_translated: false,
        takes_load: true,
        library: None,
        drive: Program::Own,
        serve: Program::Own,
        server: None,
    }
}

/// What it says of itself.
fn about(spec: &Spec, modes: &[Mode]) -> record::Lane {
    record::Lane {
        name: full_name(spec),
        short: spec.transport.into(),
        caller: RUST.into(),
        transport: spec.transport.into(),
        callee: spec.callee.into(),
        role: spec.role.name().into(),
        sets: spec.sets.iter().map(|set| set.name().into()).collect(),
        summary: spec.summary.into(),
        implementation: parts(spec).join(", "),
        looseness: spec.looseness,
        profile: spec.profile.name().into(),
        variant_of: spec.variant_of.map(String::from),
        class: spec.waiting.name().into(),
        in_process: spec.topology == Topology::InProcess,
        codec: spec.codec.map(String::from),
        carrier: spec.carrier.map(String::from),
        modes: names(modes),
        properties: properties(&spec.properties),
        answers: spec.answers,
        given_endpoint: false,
        available: true,
        reason: None,
        planned: false,
        server: spec.topology.server().map(String::from),
        fairness: spec.fairness.iter().map(|(what, value)| declared(what, value)).collect(),
    }
}
