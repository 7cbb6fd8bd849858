//! The gate of a run of two builds: its words and its exit code. The rule is in `reports`.

use crate::shell::failure::Code;
use reports::{
    judge::gate::{
        builds::{self, Gated},
        records::Gate,
    },
    record::{ON_ONE_CORE, Record},
};

/// How much slower than the other this build may be.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limit {
    /// As a share: 0.05 for 5 %.
    pub(crate) slowdown: f64,
    /// An open gate is no failure.
    pub(crate) lenient: bool,
}

impl Limit {
    /// What the gate says of a record, and the exit code if it is not to pass.
    pub(crate) fn applied(self, record: &Record) -> (String, Option<Code>) {
        let Gated { outcome, slower, open } = builds::gate(record, self.slowdown);
        let limit = self.slowdown * 100.0;
        match outcome {
            Gate::Passed => (format!("Gate passed: no lane is slower by {limit} % or more."), None),
            Gate::Failed => {
                let lanes = slower.join(", ");
                let said = format!("Gate failed: slower by more than {limit} %: {lanes}.");
                (said, Some(Code::GateFailed))
            }
            Gate::CannotTell => {
                let mut lanes = open.join(", ");
                if open.is_empty() {
                    lanes = "no lane was measured".into();
                }
                let on_one = record.plan.placements.iter().any(|one| one == ON_ONE_CORE);
                let placed = if on_one { "" } else { ", or with --placement one" };
                let said = format!(
                    "Cannot tell whether a lane is slower by {limit} % ({lanes}): run longer \
                    (--budget){placed}."
                );
                (said, (!self.lenient).then_some(Code::Untrustworthy))
            }
            Gate::Untrustworthy => {
                let said = "The gate says nothing: the record must not be used.";
                (said.into(), Some(Code::Untrustworthy))
            }
        }
    }
}
