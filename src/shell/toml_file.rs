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
        let before = error.span().map_or("", |span| &text[..span.start.min(text.len())]);
        let line = before.matches('\n').count() + 1;
        let what = error.message().replace('\n', " ");
        Failure::usage(format!("{} line {line}: {what}", path.display()))
    })
}
