//! Lanes whose call is a function call into a shared library in the caller's own process.
//!
//! `ffi-c` and `ffi-rust` differ by the language of the library, `ffi-rust` and `ffi-protobuf` by
//! what crosses: pointers, or encoded bytes. The libraries are `c/` and `library/`, both embedded;
//! any other that keeps `fixtures/contract/tollgate.h` can be named instead (`lib:/path`). Callers
//! in other languages are not here: they get [`LIBRARY`].

mod client;
mod form;
mod library;
#[cfg(test)]
mod tests;

use api::{Mode, Profile, Properties, Registrar, Spec, Topology, Waiting};
use client::Ffi;
use codec::{Format, Protobuf};
use form::{Encoded, Structs};
use library::Embedded;

/// The C library of this build, as the bytes of a shared object: to be written to a file for a
/// caller that loads by path, such as Python's ctypes. Empty where there is no such library
/// (Windows).
pub const LIBRARY: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/libtollgate.so"));

static C: Embedded = Embedded::new(LIBRARY);
static RUST: Embedded =
    Embedded::new(include_bytes!(concat!(env!("OUT_DIR"), "/libtollgate-rust.so")));

/// Registers the lanes of this crate.
pub fn lanes(registrar: &mut impl Registrar) {
    registrar.lane(ffi_c(), || Ffi::<Structs>::new(&C));
    registrar.lane(ffi_rust(), || Ffi::<Structs>::new(&RUST));
    registrar.lane(ffi_protobuf(), || Ffi::<Encoded>::new(&RUST));
}

fn ffi_c() -> Spec {
    Spec {
        transport: "ffi-c",
        callee: "c",
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
        default: true,
        library: Some(LIBRARY),
        fairness: &[
            LINKAGE,
            ("callee built by", env!("TG_COMPILER")),
            ("memory", "caller-owned buffers, reused"),
        ],
    }
}

const LINKAGE: (&str, &str) = ("linkage", "dlopen, function pointers resolved once");
const BUILT: (&str, &str) = ("callee built by", env!("TG_RUST_COMPILER"));
const PANICS: (&str, &str) = ("panics", "caught at every exported function");

fn ffi_rust() -> Spec {
    Spec {
        transport: "ffi-rust",
        callee: "rust",
        summary: "a C function call into a Rust library in one process: pointers cross, Rust \
        writes into the caller's buffers",
        looseness: 6,
        variant_of: Some("ffi-c"),
        carrier: Some("ffi-rust"),
        default: false,
        library: None,
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

fn ffi_protobuf() -> Spec {
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
