//! Sentences that hold numbers. They know no layout.

pub(crate) mod chart_sentences;
pub mod cost_model;
pub mod findings;
pub mod folklore;
pub mod prediction;
pub mod two_records;
