//! Lanes that nobody serves: what a roster says of them is made here, and only here.

use crate::lanes::roster::{Known, Program};
use api::{Mode, Waiting};
use reports::record::{self, Lane, Properties};

/// A lane between two processes. `looseness` is its place among the others.
pub(super) fn between_processes(name: &str, looseness: u8) -> Known {
    let transport = name.to_owned();
    known(Lane {
        class: Waiting::Blocking.name().into(),
        codec: Some("protobuf".into()),
        carrier: Some(transport),
        ..plain(name, looseness)
    })
}

/// A lane inside one process.
pub(super) fn in_process(name: &str, looseness: u8) -> Known {
    known(Lane {
        class: Waiting::Never.name().into(),
        in_process: true,
        role: record::FUNCTION.into(),
        ..plain(name, looseness)
    })
}

/// A lane inside one process whose caller waits for another thread.
pub(super) fn between_threads(name: &str, looseness: u8) -> Known {
    let mut known = in_process(name, looseness);
    known.about.class = Waiting::Blocking.name().into();
    known
}

fn known(about: Lane) -> Known {
    Known {
        caller_transport: about.transport.clone(),
        callee_transport: about.transport.clone(),
        is_translated: false,
        takes_load: true,
        about,
        modes: vec![Mode::Chatty, Mode::Batched],
        library: None,
        drive: Program::Own,
        serve: Program::Own,
        server: None,
    }
}

fn plain(name: &str, looseness: u8) -> Lane {
    Lane {
        name: name.into(),
        short: name.into(),
        caller: "rust".into(),
        transport: name.into(),
        callee: "rust".into(),
        summary: "a lane of a script".into(),
        implementation: "a script 1.0".into(),
        looseness,
        profile: record::equal(),
        variant_of: None,
        class: Waiting::Blocking.name().into(),
        in_process: false,
        codec: None,
        carrier: None,
        modes: vec!["chatty".into(), "batched".into()],
        properties: Properties {
            typed_contract: true,
            deadline: true,
            multiplexing: true,
            survives_callee_crash: true,
            readable_with_curl: false,
        },
        answers: true,
        given_endpoint: false,
        available: true,
        reason: None,
        planned: false,
        server: None,
        role: record::SOCKET.into(),
        sets: vec![record::DEFAULT_SET.into()],
        fairness: Vec::new(),
    }
}
