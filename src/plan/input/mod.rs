//! From what a user wrote, on the command line and in a plan file, to a plan whose values fit.

pub(crate) mod effort;
pub(crate) mod file;
pub(crate) mod flags;
pub(crate) mod load;
pub(crate) mod merge;
pub(crate) mod parse;
#[cfg(test)]
mod tests;
