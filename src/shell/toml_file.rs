//! TOML that a user wrote: read as a whole, with the line in every error.

use crate::shell::failure::Failure;
use serde::de::DeserializeOwned;
use std::path::Path;

/// What the text of this file says.
///
/// # Errors
/// Usage, naming file, line and what is wrong there.
pub(crate) fn from_text<T: DeserializeOwned>(text: &str, path: &Path) -> Result<T, Failure> {
    toml::from_str(text).map_err(|error| {
        let at = error.span().map_or(0, |span| span.start);
        refused_at(text, path, at, error.message())
    })
}

/// What is wrong at this byte of the text.
pub(crate) fn refused_at(text: &str, path: &Path, at: usize, what: &str) -> Failure {
    let line = line_at(text, at);
    let what = what.replace('\n', " ");
    Failure::usage(format!("{} line {line}: {what}", path.display()))
}

/// The line of this byte of the text, from 1.
pub(crate) fn line_at(text: &str, at: usize) -> usize {
    text.bytes().take(at).filter(|byte| *byte == b'\n').count() + 1
}
