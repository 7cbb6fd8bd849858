//! Why a lane, or a part of what is measured of it, gives nothing.

use crate::{fleet::driver::DriverError, shell::failure::Failure};
use api::ErrorKind;

/// Why a lane, or a part of it, gives nothing.
#[derive(Debug)]
pub(crate) struct LaneFailure {
    pub(crate) kind: FailureKind,
    pub(crate) reason: String,
}

/// What a failure means for everything else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FailureKind {
    /// The lane has no such part, or this program cannot measure it: nothing went wrong.
    Unsupported,
    /// Something that should work did not.
    Failed,
    /// The driver's process failed: nothing more comes from its lane.
    DriverLost,
    /// An answer was wrong, or the callee failed inside: the figures are void.
    WrongAnswer,
    /// A file that the lane is made of changed during the run: the figures are of two programs, and
    /// void.
    FileChanged,
}

impl LaneFailure {
    pub(crate) fn new(kind: FailureKind, reason: impl Into<String>) -> Self {
        Self { kind, reason: reason.into() }
    }

    /// What was measured must not be used.
    pub(crate) fn is_void(&self) -> bool {
        matches!(self.kind, FailureKind::WrongAnswer | FailureKind::FileChanged)
    }

    /// The same failure, its reason with the lane's name in front.
    pub(crate) fn of_lane(self, lane: &str) -> Self {
        Self { reason: format!("{lane}: {}", self.reason), ..self }
    }
}

impl From<Failure> for LaneFailure {
    fn from(failure: Failure) -> Self {
        let kind = if failure.is_untrustworthy() {
            FailureKind::FileChanged
        } else {
            FailureKind::Failed
        };
        Self::new(kind, failure.to_string())
    }
}

impl From<DriverError> for LaneFailure {
    /// A driver that says no to an open lane was given a wrong answer, or failed inside; one that
    /// dies did not answer.
    fn from(error: DriverError) -> Self {
        let kind = match &error {
            DriverError::Process(_) => FailureKind::DriverLost,
            DriverError::Refused(refused) if refused.kind() == ErrorKind::Internal => {
                FailureKind::WrongAnswer
            }
            DriverError::Refused(_) => FailureKind::Failed,
        };
        Self::new(kind, error.to_string())
    }
}
