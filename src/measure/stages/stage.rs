//! The stages of a call as the record names them, and why one gives nothing.

use crate::{
    drive::Stage as DriverStage,
    fleet::lane_failure::{FailureKind, LaneFailure},
    lanes::roster::Known,
    measure::session::Session,
};

/// A stage of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    /// R0.
    Compute,
    /// R1.
    Codec,
    /// R2.
    Carrier,
    /// R3.
    Framework,
    /// Not a stage of its own: the cross-check of the others.
    Stamped,
}

impl Stage {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Compute => "compute",
            Self::Codec => "codec",
            Self::Carrier => "carrier",
            Self::Framework => "framework",
            Self::Stamped => "stamped",
        }
    }

    /// The mode of its visits.
    pub(crate) fn mode(self) -> &'static str {
        let part = match self {
            Self::Compute => DriverStage::Compute,
            Self::Codec => DriverStage::Codec,
            Self::Carrier | Self::Framework => DriverStage::Echo,
            Self::Stamped => DriverStage::Stamped,
        };
        part.name()
    }
}

/// A stage that gives nothing, and why.
#[derive(Debug)]
pub(crate) struct MissingStage {
    pub(crate) stage: Stage,
    pub(crate) failure: LaneFailure,
}

/// What a visit cost that gave nothing.
#[derive(Debug)]
pub(crate) enum Lost {
    /// The lane is gone.
    Lane(LaneFailure),
    /// This stage is not to be had.
    Stage(LaneFailure),
}

impl MissingStage {
    /// The stage gives nothing more: in the record, and said aloud where something failed.
    pub(crate) fn give_up(&self, session: &mut Session<'_>, known: &Known) {
        let (name, stage) = (&known.about.name, self.stage.name());
        session.recorder.without_stage(name, stage, &self.failure.reason);
        if self.failure.kind == FailureKind::Unsupported {
            return;
        }
        let what = format!("stages: no {stage}: {}", self.failure.reason);
        session.recorder.note(Some(name), &what);
        if !session.stop_requested() {
            session.outcome.add(self.failure.kind);
            session.progress.say(&format!("tollgate: {name}: {what}; the rest goes on"));
        }
    }
}
