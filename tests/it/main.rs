//! The integration tests: the binary as a person or a script uses it. What each lane must do is in
//! `tests/conformance.rs`.
//!
//! `input`: what is refused, and how. `runs`: small runs and their records. `planning`: what a run
//! makes of its plan. `comparing`: two records. `against`: two builds. `faults`: processes that
//! die or lie. `hangs`: those that hang, fork, or say too much. `fuzzed`: what fuzzing kept.
//! `serving`: callees by themselves. `loads`: many calls by a schedule. `under_load`: the same in a
//! run. `stages`: parts of a call, resources, floors. `own`: lanes that a user brings. `rerun`: a
//! plan once more, and two runs side by side. `privacy`: what no record holds. `browser`: the
//! report in Chromium. `tidy`: rules about the source itself. `support`: how tests start the
//! binary.

mod against;
mod browser;
mod comparing;
mod faults;
mod fuzzed;
mod hangs;
mod input;
mod loads;
mod own;
mod planning;
mod privacy;
mod rerun;
mod runs;
mod serving;
mod stages;
mod support;
mod tidy;
mod under_load;
