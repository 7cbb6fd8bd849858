//! The conformance suite: what every lane must do, written once. It speaks to a lane through
//! [`Subject`], which a harness implements over driver processes, so that lanes of every language
//! get the same cases. It starts nothing itself.

mod answers;
mod bytes;
mod expect;
mod faults;
mod limits;
mod rig;

pub use rig::{Case, Failed, Rig, Setup, StartSubject, Subject, Traits};

/// Every case, plain to hostile.
pub fn cases() -> Vec<Case> {
    [answers::CASES, bytes::CASES, limits::CASES, faults::CASES].concat()
}
