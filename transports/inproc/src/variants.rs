//! What each lane says of itself, its fairness card included. They differ in how the engine is
//! called; nothing is called here.

use api::{Mode, Profile, Properties, Role, Set, Spec, Topology, Waiting};

/// `inproc`: a function call.
pub(crate) fn inproc() -> Spec {
    Spec {
        transport: "inproc",
        callee: "rust",
        role: Role::Function,
        sets: &[Set::Default, Set::Interop],
        summary: "a direct function call in the same process and language",
        made_of: &[],
        looseness: 2,
        profile: Profile::Equal,
        variant_of: None,
        waiting: Waiting::Never,
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
        library: None,
        fairness: &[("dispatch", "static"), ("serialisation", "none")],
    }
}

/// `inproc-dyn`: through a trait object.
pub(crate) fn inproc_dyn() -> Spec {
    Spec {
        transport: "inproc-dyn",
        sets: &[],
        summary: "a function call through a trait object in the same process and language",
        looseness: 3,
        variant_of: Some("inproc"),
        fairness: &[
            ("dispatch", "dynamic: a trait object whose type the optimiser does not see"),
            ("serialisation", "none"),
        ],
        ..inproc()
    }
}

/// `inproc-thread`: the engine in a thread of its own.
pub(crate) fn inproc_thread() -> Spec {
    let inproc = inproc();
    Spec {
        transport: "inproc-thread",
        sets: &[],
        summary: "a channel to another thread of the same process: buffers are moved there and \
        back",
        made_of: &["std::sync::mpsc"],
        looseness: 10,
        waiting: Waiting::Blocking,
        variant_of: Some("inproc"),
        modes: &[Mode::Batched, Mode::Pipelined],
        properties: Properties { deadline: true, ..inproc.properties },
        fairness: &[
            ("dispatch", "static, in a thread for each connection"),
            (
                "serialisation",
                "none; a user id is copied, since a question may outlive the call that gave up on \
                it",
            ),
            (
                "waiting",
                "std::sync::mpsc, bounded; whoever has nothing to do sleeps, on both sides",
            ),
            ("in flight when pipelined", "64 calls at most"),
        ],
        ..inproc
    }
}
