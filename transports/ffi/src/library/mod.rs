//! The unsafe boundary: loads a library, holds it to the contract, and calls it.
//!
//! The only module of this crate with `unsafe`, those below it included. What it trusts: a library
//! that claims the magic, version and sizes of `fixtures/contract/tollgate.h` keeps its promises.
//! What it checks all the same: every length that comes back.
#![allow(unsafe_code)]

mod encoded;
mod engine;
mod functions;
mod image;
mod structs;
#[cfg(test)]
mod tests;

pub(crate) use engine::Engine;
pub(crate) use functions::Library;
pub(crate) use image::Embedded;
pub(crate) use structs::Batch;
