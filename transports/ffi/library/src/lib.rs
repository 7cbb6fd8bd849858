//! The callee of the lanes `ffi-rust` and `ffi-protobuf`: the contract of
//! `fixtures/contract/tollgate.h` as a shared library in Rust, with the engines of the in-process
//! lanes behind it.
//!
//! No panic crosses the boundary, and nothing is printed. It reads no file and starts no thread. A
//! caller is not here: `transports/ffi` embeds this library and loads it as any program would.

mod config;
mod exports;
mod failure;
mod messages;
mod open_engine;
