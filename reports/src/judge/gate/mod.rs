//! Whether a difference lets a change pass: of two records, and of two builds in one run.

pub mod builds;
pub mod records;
