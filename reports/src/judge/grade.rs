//! The grade of a record, and a reason for it.

use std::fmt;

/// The grade.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Grade {
    /// Nothing speaks against it.
    Ok,
    /// Read with care.
    Caution,
    /// The figures must not be used.
    DoNotUse,
}

impl fmt::Display for Grade {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Ok => "ok",
            Self::Caution => "caution",
            Self::DoNotUse => "do not use",
        })
    }
}

/// One reason and the grade it leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    /// The grade it leads to.
    pub grade: Grade,
    /// One sentence, with what to do next.
    pub text: String,
}
