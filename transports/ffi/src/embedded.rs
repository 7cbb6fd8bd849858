//! The libraries that are part of this program. How one is loaded is not here.

use crate::library::Embedded;

/// The C library of this build, as the bytes of a shared object: to be written to a file for a
/// caller that loads by path, such as Python's ctypes. Empty where there is no such library
/// (Windows).
pub const LIBRARY: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/libtollgate.so"));

/// The same in Rust.
pub(crate) const RUST_LIBRARY: &[u8] =
    include_bytes!(concat!(env!("OUT_DIR"), "/libtollgate-rust.so"));

pub(crate) static C: Embedded = Embedded::new(LIBRARY);
pub(crate) static RUST: Embedded = Embedded::new(RUST_LIBRARY);
