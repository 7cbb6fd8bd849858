//! Lanes without a boundary that anything has to cross: caller and engine share process and
//! language.
//!
//! `inproc` calls the engine directly, `inproc-dyn` through a trait object, `inproc-thread` hands
//! the question to another thread. Nothing is serialised. The toll of every other lane is measured
//! from `inproc`.

mod answer;
mod client;
#[cfg(test)]
mod tests;
mod thread;

pub use answer::{Answer, Dynamic};
pub use client::{Inproc, InprocConnection};
pub use thread::{InprocThread, ThreadConnection};

use api::{Engine, Mode, Profile, Properties, Registrar, Spec, Topology, Waiting};

/// Registers the lanes.
pub fn lanes(registrar: &mut impl Registrar) {
    registrar.lane(direct(), Inproc::<Engine>::default);
    registrar.lane(dynamic(), Inproc::<Dynamic>::default);
    registrar.lane(threaded(), || InprocThread);
}

fn direct() -> Spec {
    Spec {
        transport: "inproc",
        callee: "rust",
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
        default: true,
        library: None,
        fairness: &[("dispatch", "static"), ("serialisation", "none")],
    }
}

fn dynamic() -> Spec {
    Spec {
        transport: "inproc-dyn",
        summary: "a function call through a trait object in the same process and language",
        looseness: 3,
        variant_of: Some("inproc"),
        default: false,
        fairness: &[
            ("dispatch", "dynamic: a trait object whose type the optimiser does not see"),
            ("serialisation", "none"),
        ],
        ..direct()
    }
}

fn threaded() -> Spec {
    let direct = direct();
    Spec {
        transport: "inproc-thread",
        summary: "a channel to another thread of the same process: buffers are moved there and \
        back",
        made_of: &["std::sync::mpsc"],
        looseness: 10,
        waiting: Waiting::Blocking,
        variant_of: Some("inproc"),
        modes: &[Mode::Batched, Mode::Pipelined],
        properties: Properties { deadline: true, ..direct.properties },
        default: false,
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
        ..direct
    }
}
