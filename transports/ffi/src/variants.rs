//! What each lane says of itself, its fairness card included. They differ in the library, or in
//! what crosses; nothing is called here.

use crate::embedded::{LIBRARY, RUST_LIBRARY};
use api::{Mode, Profile, Properties, Role, Set, Spec, Topology, Waiting};
use codec::{Format, Protobuf};

/// One line of a fairness card: what, and its value.
type Line = (&'static str, &'static str);

const LINKAGE: Line = ("linkage", "dlopen, function pointers resolved once");
const BUILT: Line = ("callee built by", env!("TG_RUST_COMPILER"));
const PANICS: Line = ("panics", "caught at every exported function");

/// `ffi-c`: pointers into a C library.
pub(crate) fn ffi_c() -> Spec {
    Spec {
        transport: "ffi-c",
        callee: "c",
        role: Role::Ffi,
        sets: &[Set::Default],
        summary: "a C function call in one process: pointers cross, C writes into the caller's \
        buffers",
        made_of: &["libloading"],
        looseness: 5,
        profile: Profile::Equal,
        variant_of: None,
        waiting: Waiting::Never,
        topology: Topology::InProcess,
        codec: None,
        // `tg_echo`: the function call and the copying, without question and answer.
        carrier: Some("ffi-c"),
        modes: &[Mode::Batched],
        properties: Properties {
            typed_contract: true,
            deadline: false,
            multiplexing: false,
            survives_callee_crash: false,
            readable_with_curl: false,
        },
        answers: true,
        library: Some(LIBRARY),
        fairness: &[
            LINKAGE,
            ("callee built by", env!("TG_COMPILER")),
            ("memory", "caller-owned buffers, reused"),
        ],
    }
}

/// `ffi-rust`: a library in another language.
pub(crate) fn ffi_rust() -> Spec {
    Spec {
        transport: "ffi-rust",
        callee: "rust",
        sets: &[],
        summary: "a C function call into a Rust library in one process: pointers cross, Rust \
        writes into the caller's buffers",
        looseness: 6,
        variant_of: Some("ffi-c"),
        carrier: Some("ffi-rust"),
        library: Some(RUST_LIBRARY),
        fairness: &[
            LINKAGE,
            BUILT,
            (
                "memory",
                "caller-owned buffers, reused; the library copies ids from the engine's memory \
                into them",
            ),
            PANICS,
        ],
        ..ffi_c()
    }
}

/// `ffi-protobuf`: encoded bytes in the place of pointers.
pub(crate) fn ffi_protobuf() -> Spec {
    Spec {
        transport: "ffi-protobuf",
        summary: "a C function call into a Rust library in one process: encoded protobuf crosses",
        made_of: &["libloading", "prost"],
        looseness: 7,
        variant_of: Some("ffi-rust"),
        codec: Some(Protobuf::NAME),
        carrier: Some("ffi-protobuf"),
        fairness: &[
            LINKAGE,
            BUILT,
            ("memory", "caller-owned buffers for the encoded bytes, reused"),
            PANICS,
        ],
        ..ffi_rust()
    }
}
