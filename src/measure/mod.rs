//! What a run does: visits, pairs in turns, stages, loads, the self-test. It starts processes and
//! keeps their answers; it calls no engine.

pub(crate) mod addition;
pub(crate) mod contrasts;
pub(crate) mod disturbed;
pub mod fuzzing;
pub(crate) mod load;
pub(crate) mod run;
pub(crate) mod running_lane;
pub(crate) mod selftest;
pub(crate) mod session;
pub(crate) mod stages;
pub(crate) mod visit;
