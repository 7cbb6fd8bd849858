//! What every command needs of its surroundings: failures and exit codes, output, progress, Ctrl-C.

pub(crate) mod failure;
pub(crate) mod interrupt;
pub(crate) mod output;
pub(crate) mod progress;
