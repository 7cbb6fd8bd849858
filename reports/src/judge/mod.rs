//! What may be believed: the grade, the warnings, what was not measured, and the gates. Its only
//! prose is reasons.

pub(crate) mod clipped;
pub mod comparison;
pub mod gate;
pub mod grade;
pub(crate) mod judged;
pub(crate) mod not_measured;
pub(crate) mod reasons;
pub mod since_last_run;
pub mod trust;
pub(crate) mod under_load;
pub mod warnings;

pub use crate::judge::{judged::Judged, since_last_run::SinceLastRun};
