//! Contrasts in the record: pairs that were asked in turns, and why one gives nothing more.

use reports::record::{Build, Contrast, ContrastStart};

/// The contrasts of a run, known by their place in the list, and the other build of a run that sets
/// two against each other.
#[derive(Default)]
pub(crate) struct ContrastsRecord {
    pub(crate) contrasts: Vec<Contrast>,
    pub(crate) other_build: Option<Build>,
}

impl ContrastsRecord {
    /// One fresh start of a contrast.
    pub(crate) fn started(&mut self, at: usize, start: ContrastStart) {
        self.contrasts[at].starts.push(start);
    }

    /// A contrast gives nothing more; where an answer was wrong, what it gave is void.
    pub(crate) fn failed(&mut self, at: usize, wrong: bool, reason: String) {
        let contrast = &mut self.contrasts[at];
        contrast.reason = Some(reason);
        contrast.wrong = wrong;
        if wrong {
            contrast.starts.clear();
        }
    }
}
