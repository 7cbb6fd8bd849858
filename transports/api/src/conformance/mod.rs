//! The conformance suite: what every lane must do, written once. It speaks to a lane through
//! [`Subject`], which a harness implements over driver processes, so that lanes of every language
//! get the same cases. It starts nothing itself.

mod answers;
mod bytes;
mod expect;
mod faults;
mod limits;
mod rig;

pub use rig::{Case, Checked, Failed, Rig, Setup, Sides, StartSubject, Subject, Traits};

/// Every case, plain to hostile.
pub fn cases() -> Vec<Case> {
    [answers::CASES, bytes::CASES, limits::CASES, faults::CASES].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sides_that_other_cases_used_are_given_to_all_but_those_that_kill_or_look_at_an_end() {
        let fresh = cases().into_iter().filter(|case| case.sides == Sides::Fresh);
        let fresh: Vec<&str> = fresh.map(|case| case.name).collect();
        assert_eq!(fresh, ["survives_a_callee_killed_in_mid_call", "leaves_nothing_behind"]);
    }
}
