//! The `inproc` lane: the engine is called directly, statically dispatched, in the caller's process and language.
//! Nothing is serialised. The toll of every other lane is measured from here.

mod client;

pub use client::{Inproc, InprocConnection};

use api::{Mode, Profile, Properties, Registrar, Spec, Topology};

/// Registers the lane.
pub fn lanes(registrar: &mut impl Registrar) {
    registrar.lane(spec(), || Inproc);
}

fn spec() -> Spec {
    Spec {
        transport: "inproc",
        callee: "rust",
        summary: "a direct function call in the same process and language",
        made_of: &[],
        looseness: 2,
        profile: Profile::Equal,
        variant_of: None,
        topology: Topology::InProcess,
        codec: None,
        carrier: None,
        modes: &[Mode::Batched],
        properties: Properties {
            typed_contract: true,
            deadline: false,
            multiplexing: false,
            survives_callee_crash: false,
            readable_with_curl: false,
        },
        answers: true,
        default: true,
        library: None,
        fairness: &[("dispatch", "static"), ("serialisation", "none")],
    }
}
