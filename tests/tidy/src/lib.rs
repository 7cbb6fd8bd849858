//! The project's own sources as data: modules, imports, lengths. The rules themselves are the tests
//! of this crate; `cargo run -p tollgate-tidy --example rooms` prints what the rules look at.
//!
//! It reads text and runs nothing. Code that is compiled for tests alone is left out: a test may
//! look into any room.

pub mod arrows;
pub mod functions;
mod imports;
pub mod lane_names;
pub mod modules;
pub mod plan;
pub mod sources;
