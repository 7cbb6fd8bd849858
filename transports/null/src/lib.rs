//! The `null` lane: calls that do nothing. What it takes is what the harness itself adds to every
//! other figure. It answers nothing, so its replies are not checked.

mod client;

pub use client::{Null, NullConnection};

use api::{Mode, Profile, Properties, Registrar, Spec, Topology, Waiting};

/// Registers the lane.
pub fn lanes(registrar: &mut impl Registrar) {
    registrar.lane(spec(), || Null);
}

fn spec() -> Spec {
    Spec {
        transport: "null",
        callee: "rust",
        summary: "nothing crosses: what the harness itself adds",
        made_of: &[],
        looseness: 0,
        profile: Profile::Equal,
        variant_of: None,
        waiting: Waiting::Never,
        topology: Topology::InProcess,
        codec: None,
        carrier: None,
        modes: &[Mode::Batched],
        properties: Properties {
            typed_contract: false,
            deadline: false,
            multiplexing: false,
            survives_callee_crash: false,
            readable_with_curl: false,
        },
        answers: false,
        default: true,
        library: None,
        fairness: &[("answers", "none, by design: replies are not checked")],
    }
}
