//! What `cargo bench` needs of this program: the words behind `cargo bench --`, which every bench
//! gets, sorted by whom they are for; what the benches in one process measure; and the command
//! that the bench `lanes` runs.

pub(crate) mod command;
pub(crate) mod grid;
pub(crate) mod words;

pub(crate) use crate::commands::bench::command::{Arguments, bench};
pub use crate::commands::bench::{grid::Grid, words::Words};
use crate::{fleet::file_identity::FileIdentity, lanes};
use api::Spec;
use std::path::Path;

/// What tells this program of `tollgate` from that of another build; none where there is none.
pub fn build_stamp(program: &Path) -> Option<String> {
    FileIdentity::of(program).map(|file| file.stamp())
}

/// The full name of a lane, as a record has it.
pub fn full_name(spec: &Spec) -> String {
    lanes::full_name(spec)
}
