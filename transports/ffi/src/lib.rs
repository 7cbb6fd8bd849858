//! Lanes whose call is a function call into a shared library in the caller's own process.
//!
//! `ffi-c` and `ffi-rust` differ by the language of the library, `ffi-rust` and `ffi-protobuf` by
//! what crosses: pointers, or encoded bytes. The libraries are `c/` and `library/`, both embedded;
//! any other that keeps `fixtures/contract/tollgate.h` can be named instead (`lib:/path`). Callers
//! in other languages are not here: they get [`LIBRARY`].

mod client;
mod embedded;
mod library;
mod marshalling;
#[cfg(test)]
mod tests;
mod variants;

pub use embedded::LIBRARY;

use api::Registrar;
use client::Ffi;
use embedded::{C, RUST};
use marshalling::{Encoded, Structs};

/// Registers the lanes of this crate.
pub fn lanes(registrar: &mut impl Registrar) {
    registrar.lane(variants::ffi_c(), || Ffi::<Structs>::new(&C));
    registrar.lane(variants::ffi_rust(), || Ffi::<Structs>::new(&RUST));
    registrar.lane(variants::ffi_protobuf(), || Ffi::<Encoded>::new(&RUST));
}
