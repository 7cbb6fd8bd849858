//! What every command needs of its surroundings: failures and exit codes, output, progress, Ctrl-C,
//! files that are written, files and words that a user wrote, names of baselines.

pub(crate) mod baselines;
pub(crate) mod cache;
pub(crate) mod failure;
pub(crate) mod files;
pub(crate) mod interrupt;
pub(crate) mod output;
pub(crate) mod percent;
pub(crate) mod program;
pub(crate) mod progress;
pub(crate) mod stderr;
pub(crate) mod toml_file;
