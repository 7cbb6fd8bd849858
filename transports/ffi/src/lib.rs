//! Lane `ffi-c`: the call is a C function call into a shared library in the caller's own process.
//!
//! Pointers cross, no bytes do. The library is `c/`, embedded; any other that keeps `fixtures/contract/tollgate.h`
//! can be named instead (`lib:/path`). Callers in other languages are not here: they get [`LIBRARY`].

mod abi;
mod client;
mod library;
#[cfg(test)]
mod tests;

use api::{Mode, Profile, Properties, Registrar, Spec, Topology};

/// The C library of this build, as the bytes of a shared object: to be written to a file for a caller that loads by
/// path, such as Python's ctypes. Empty where there is no such library (Windows).
pub const LIBRARY: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/libtollgate.so"));

/// Registers the lanes of this crate.
pub fn lanes(registrar: &mut impl Registrar) {
    registrar.lane(ffi_c(), || client::FfiC);
}

fn ffi_c() -> Spec {
    Spec {
        transport: "ffi-c",
        callee: "c",
        summary: "a C function call in one process: pointers cross, C writes into the caller's buffers",
        made_of: &["libloading"],
        looseness: 5,
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
        library: Some(LIBRARY),
        fairness: &[
            ("linkage", "dlopen, function pointers resolved once"),
            ("callee built by", env!("TG_COMPILER")),
            ("memory", "caller-owned buffers, reused"),
        ],
    }
}
