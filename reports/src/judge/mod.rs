//! What may be believed: the grade, the warnings, what was not measured, and the gates. Its only prose is reasons.

pub mod comparison;
pub mod gate;
pub mod grade;
pub(crate) mod not_measured;
pub mod warnings;
