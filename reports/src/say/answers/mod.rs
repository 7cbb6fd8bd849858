//! The questions that a user comes with, each with its answer.

use crate::judge::Judged;

/// A question with its answer.
pub(crate) struct Answer {
    /// As `gRPC or REST?`.
    pub(crate) question: String,
    /// As `REST`.
    pub(crate) short: String,
    /// What stands behind it.
    pub(crate) text: String,
}

/// What this run answers.
pub(crate) fn answers(_judged: &Judged) -> Vec<Answer> {
    Vec::new()
}
