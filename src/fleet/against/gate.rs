//! The gate of a run of two builds: its words and its exit code. The rule is in `reports`.

use crate::shell::failure::Code;
use reports::{
    judge::gate::{
        builds::{self, Gated},
        records::Gate,
    },
    record::Record,
};

/// How much slower than the other this build may be.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limit {
    /// As a share: 0.05 for 5 %.
    pub(crate) slowdown: f64,
    /// An open gate is a failure too.
    pub(crate) strict: bool,
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
                (
                    format!("Gate failed: slower by more than {limit} %: {lanes}."),
                    Some(Code::GateFailed),
                )
            }
            Gate::CannotTell => {
                let lanes = if open.is_empty() {
                    "no lane was measured".into()
                } else {
                    open.join(", ")
                };
                let cure = "run longer (--budget), or with --placement same";
                let said =
                    format!("Cannot tell whether a lane is slower by {limit} % ({lanes}): {cure}.");
                (said, self.strict.then_some(Code::Untrustworthy))
            }
            Gate::Untrustworthy => (
                "The gate says nothing: the record must not be used.".into(),
                Some(Code::Untrustworthy),
            ),
        }
    }
}
