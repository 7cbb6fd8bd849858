//! Plan keys. `table/` has one row for each: its flag, its name in the plan file, its default, what
//! it means, how a repeating command writes it, and its field of the record. The other files know
//! no key by name (but those of `effort.rs`, which depend on each other): they make flags of the
//! rows, read the plan file by them, and put a plan together, flags over file over defaults.

pub(crate) mod effort;
pub(crate) mod file;
pub(crate) mod file_safety;
pub(crate) mod flags;
pub(crate) mod form;
pub(crate) mod key;
pub(crate) mod merge;
pub(crate) mod parse;
pub(crate) mod table;
#[cfg(test)]
mod tests;
pub(crate) mod written;
