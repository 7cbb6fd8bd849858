//! What the lane says of itself, its fairness card included. It has no variants.

use api::{Mode, Profile, Properties, Role, Set, Spec, Topology, Waiting};

/// `null`: nothing crosses.
pub(crate) fn null() -> Spec {
    Spec {
        transport: "null",
        callee: "rust",
        role: Role::Function,
        sets: &[Set::Default],
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
        library: None,
        fairness: &[("answers", "none, by design: replies are not checked")],
    }
}
