//! Contrasts in the record.

use crate::{
    measure::contrasts::pair::{Broken, Started},
    recorder::Recorder,
};
use reports::record::{Build, Contrast, ContrastStart};

impl Recorder {
    /// Contrasts to come; they are known by their place in this list.
    pub(crate) fn plan_contrasts(&mut self, contrasts: Vec<Contrast>) {
        self.record.contrasts = contrasts;
    }

    /// The other build of a run that sets two against each other.
    pub(crate) fn other_build(&mut self, build: Option<Build>) {
        self.record.against = build;
    }

    /// One fresh start of a contrast.
    pub(crate) fn contrast(&mut self, at: usize, started: &Started) {
        let Started { log_ratio, p50_ns: [first_p50_ns, second_p50_ns] } = *started;
        let start = ContrastStart { start: self.start, log_ratio, first_p50_ns, second_p50_ns };
        self.record.contrasts[at].starts.push(start);
    }

    /// A contrast gives nothing more.
    pub(crate) fn without_contrast(&mut self, at: usize, broken: &Broken) {
        let reason = self.public(&broken.reason);
        let contrast = &mut self.record.contrasts[at];
        contrast.reason = Some(reason);
        contrast.wrong = broken.wrong;
        if broken.wrong {
            contrast.starts.clear();
        }
    }
}
