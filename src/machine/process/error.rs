//! What went wrong with a child.

use std::fmt;

/// What went wrong with a child; says what it was, what it did, and the last of its own words.
#[derive(Debug)]
pub(crate) struct ProcessError {
    text: String,
    /// It said nothing for as long as it was given.
    pub(crate) hung: bool,
}

impl ProcessError {
    pub(crate) fn new(text: String) -> Self {
        Self { text, hung: false }
    }

    /// The same, of one that said nothing.
    pub(crate) fn that_hung(self) -> Self {
        Self { hung: true, ..self }
    }
}

impl fmt::Display for ProcessError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}
