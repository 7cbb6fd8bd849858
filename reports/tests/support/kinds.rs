//! The invented lanes of the synthetic record. Their numbers only have plausible sizes.

use reports::record::{Lane, Properties, Setting};

/// A lane and the numbers its figures are made from.
pub(super) struct Kind {
    pub(super) name: &'static str,
    pub(super) short: &'static str,
    pub(super) implementation: &'static str,
    pub(super) role: &'static str,
    pub(super) looseness: u8,
    pub(super) codec: Option<&'static str>,
    pub(super) modes: &'static [&'static str],
    /// Cost of a call, and of an item with 10 ids, ns.
    pub(super) call_ns: f64,
    pub(super) item_ns: f64,
    pub(super) reason: Option<&'static str>,
}

const BATCHED: &[&str] = &["batched", "chatty"];
pub(super) const ALL: &[&str] = &["batched", "chatty", "pipelined", "streamed"];

pub(super) const KINDS: &[Kind] = &[
    Kind {
        name: "rust/rest/rust",
        short: "rest",
        implementation: "hyper 1.11.0, serde_json 1.0.150",
        role: "http",
        looseness: 65,
        codec: Some("json"),
        modes: BATCHED,
        call_ns: 83_000.0,
        item_ns: 2_300.0,
        reason: None,
    },
    Kind {
        name: "rust/rest/python",
        short: "rust/rest/python",
        implementation: "http.server of Python 3.11",
        role: "http",
        looseness: 65,
        codec: Some("json"),
        modes: BATCHED,
        call_ns: 0.0,
        item_ns: 0.0,
        reason: Some("not part of this run; add it with --lanes rust/rest/python"),
    },
    Kind {
        name: "rust/grpc/rust",
        short: "grpc",
        implementation: "tonic 0.14.9, prost 0.14.4",
        role: "rpc",
        looseness: 45,
        codec: Some("protobuf"),
        modes: ALL,
        call_ns: 101_000.0,
        item_ns: 900.0,
        reason: None,
    },
    Kind {
        name: "rust/grpc/python",
        short: "rust/grpc/python",
        implementation: "grpcio",
        role: "rpc",
        looseness: 45,
        codec: Some("protobuf"),
        modes: ALL,
        call_ns: 0.0,
        item_ns: 0.0,
        reason: Some("python3 has no module grpc; enable it with: pip install grpcio"),
    },
    Kind {
        name: "rust/uds/rust",
        short: "uds",
        implementation: "std::os::unix::net, prost 0.14.4",
        role: "socket",
        looseness: 25,
        codec: Some("protobuf"),
        modes: &["batched", "chatty", "pipelined"],
        call_ns: 26_000.0,
        item_ns: 850.0,
        reason: None,
    },
    Kind {
        name: "python/ffi-c/c",
        short: "python/ffi-c/c",
        implementation: "ctypes of Python 3.11",
        role: "ffi",
        looseness: 15,
        codec: None,
        modes: BATCHED,
        call_ns: 0.0,
        item_ns: 0.0,
        reason: Some("python3 was not found; enable it with: apt-get install python3"),
    },
    Kind {
        name: "rust/ffi-c/c",
        short: "ffi-c",
        implementation: "C ABI, gcc 12.2",
        role: "ffi",
        looseness: 15,
        codec: None,
        modes: BATCHED,
        call_ns: 30.0,
        item_ns: 310.0,
        reason: None,
    },
    Kind {
        name: "rust/inproc/rust",
        short: "inproc",
        implementation: "a Rust function call",
        role: "function",
        looseness: 2,
        codec: None,
        modes: BATCHED,
        call_ns: 4.0,
        item_ns: 240.0,
        reason: None,
    },
    Kind {
        name: "rust/null/rust",
        short: "null",
        implementation: "nothing: the harness itself",
        role: "function",
        looseness: 0,
        codec: None,
        modes: BATCHED,
        call_ns: 1.0,
        item_ns: 1.3,
        reason: None,
    },
];

/// The lane as a record describes it.
pub(super) fn lane(kind: &Kind) -> Lane {
    let part = |at: usize| kind.name.split('/').nth(at).unwrap_or_default().to_owned();
    let remote = kind.codec.is_some();
    Lane {
        name: kind.name.into(),
        short: kind.short.into(),
        caller: part(0),
        transport: part(1),
        callee: part(2),
        role: kind.role.into(),
        sets: kind.reason.is_none().then(|| "default".to_owned()).into_iter().collect(),
        summary: "An invented lane.".into(),
        implementation: kind.implementation.into(),
        looseness: kind.looseness,
        profile: reports::record::equal(),
        variant_of: None,
        server: None,
        class: if remote { "async" } else { "direct" }.into(),
        in_process: !remote,
        codec: kind.codec.map(str::to_owned),
        carrier: if remote { Some("uds".to_owned()) } else { None },
        modes: kind.modes.iter().map(|m| (*m).to_owned()).collect(),
        properties: properties(kind),
        answers: kind.looseness > 0,
        given_endpoint: false,
        available: !kind.reason.is_some_and(|r| r.contains("python3")),
        reason: kind.reason.map(str::to_owned),
        planned: kind.reason.is_none(),
        fairness: fairness(remote),
    }
}

fn properties(kind: &Kind) -> Properties {
    let remote = kind.codec.is_some();
    Properties {
        typed_contract: kind.codec != Some("json"),
        deadline: remote,
        multiplexing: kind.modes.contains(&"pipelined"),
        survives_callee_crash: remote,
        readable_with_curl: kind.codec == Some("json"),
    }
}

fn fairness(remote: bool) -> Vec<Setting> {
    if remote {
        vec![setting("TCP_NODELAY", "on", true), setting("compression", "none", false)]
    } else {
        vec![setting("allocator", "the system's", false)]
    }
}

fn setting(what: &str, value: &str, read_back: bool) -> Setting {
    Setting {
        what: what.into(),
        value: value.into(),
        side: "both".into(),
        read_back,
    }
}
