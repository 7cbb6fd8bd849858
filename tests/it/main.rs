//! The integration tests: the binary as a person or a script uses it. What each lane must do is in
//! `tests/conformance.rs`.
//!
//! - `input`: what is refused, and how
//! - `runs`: small runs and their records
//! - `benches`: what `cargo bench` needs of the binary
//! - `planning`: what a run makes of its plan
//! - `comparing`: two records; `against`: two builds
//! - `rerun`: a plan once more, and two runs side by side
//! - `faults`: processes that die or lie; `hangs`: those that hang, fork, or say too much
//! - `fuzzed`: what fuzzing kept
//! - `ending`: what a run says and does beside its table
//! - `keeping`: nothing that was measured is lost
//! - `leaving`: nothing is left behind, and nothing else is removed
//! - `limits`: what the system keeps from a run
//! - `servers`: what stands between two sides; `brokers`: the same with real ones
//! - `serving`: callees by themselves
//! - `given_callee`: callees that a user names
//! - `replaced`: files that change meanwhile
//! - `loads`: many calls by a schedule; `under_load`: the same in a run
//! - `stages`: parts of a call, resources, floors
//! - `own`: lanes that a user brings; `peers`: languages that are built, and those of a user's file
//! - `conforming`: what the suite finds where cases share sides
//! - `privacy`: what no record holds
//! - `browser`: the report in Chromium
//! - `tidy`: rules about the source itself
//! - `support`: how tests start the binary

mod against;
mod benches;
#[cfg(feature = "queue-redis")]
mod brokers;
mod browser;
mod changing;
mod comparing;
mod conforming;
mod ending;
mod faults;
mod fuzzed;
mod given_callee;
mod hangs;
mod input;
mod keeping;
mod leaving;
mod limits;
mod loads;
mod old_drivers;
mod own;
mod peers;
mod planning;
mod privacy;
mod replaced;
mod rerun;
mod runs;
mod servers;
mod serving;
mod stages;
mod support;
mod tidy;
mod under_load;
