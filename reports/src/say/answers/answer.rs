//! A question with its answer, as every rendering lays it out.

/// A question and what this run says of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    /// As a reader asks it: `grpc or rest?`
    pub(crate) question: String,
    /// In a word or two: `rest`, `yes`, `cannot tell`.
    pub(crate) short: String,
    /// What it rests on, in a sentence or two that begin small: ` a call over grpc takes 2.0×`.
    pub(crate) text: String,
    /// True of the one that depends on the work of the reader's own service.
    pub(crate) is_of_work: bool,
}
