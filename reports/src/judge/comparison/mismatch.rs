//! Why two records are not compared.

use crate::record::Record;
use std::borrow::Cow;

/// Why two records are not compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mismatch {
    /// They are from different machines.
    Machine,
    /// They asked different questions, or other data answered them.
    Workload,
    /// One is of a debug build.
    Profile,
    /// What both planned has fewer than two whole restarts in one of them.
    TooFewRestarts,
    /// They asked different things.
    Question,
    /// They were measured in different placements: those of the earlier and of the later record.
    Placement([String; 2]),
    /// All that both have was measured in visits of different length: how long both are.
    Visits(String),
    /// No combination of lane, engine, question, mode and items is in both.
    NothingInCommon,
}

impl Mismatch {
    /// One sentence that names the cure.
    pub fn text(&self) -> Cow<'static, str> {
        let text = match self {
            Self::Placement([old, new]) => return Cow::Owned(different_placements(old, new)),
            Self::Visits(lengths) => return Cow::Owned(lengths.clone()),
            Self::Machine => {
                "the records are from different machines, or from different parts of one (cores \
                that the run may use, CPU quota), which may make the difference: repeat both \
                alike, or take --force"
            }
            Self::Workload => {
                "the records are over different data: measure both with the same files, or take \
                --force"
            }
            Self::Profile => {
                "the records are of different build profiles (debug, release): measure both with \
                the same, or take --force"
            }
            Self::TooFewRestarts => {
                "too few restarts: a comparison needs two whole ones in each record, an interval \
                three, and five are advised (--starts)"
            }
            Self::Question => {
                "the records asked different workloads, so that no figure is in both: measure both \
                with the same --workload"
            }
            Self::NothingInCommon => {
                "the records have no figure in common: no lane was asked the same (engine, size, \
                mode, items) in both"
            }
        };
        Cow::Borrowed(text)
    }
}

fn different_placements(old: &str, new: &str) -> String {
    format!(
        "the records were measured in different placements ({old}; {new}), so that no figure is in \
        both: measure both with the same --placement"
    )
}

/// Placements of both records, where no cell of the one was measured in a placement of the other.
fn placed_differently(old: &Record, new: &Record) -> Option<Mismatch> {
    let placed = |record: &Record, placement: &str| {
        record.cells.iter().any(|cell| cell.placement == placement)
    };
    let both = !old.cells.is_empty() && !new.cells.is_empty();
    if !both || old.cells.iter().any(|cell| placed(new, &cell.placement)) {
        return None;
    }
    Some(Mismatch::Placement([old, new].map(|record| record.plan.placement_titles())))
}

/// Why no figure can be in both, whatever was measured.
pub(crate) fn nothing_in_both(old: &Record, new: &Record) -> Option<Mismatch> {
    if asked_differently(old, new) {
        return Some(Mismatch::Question);
    }
    placed_differently(old, new)
}

/// True where no workload was asked in both.
fn asked_differently(old: &Record, new: &Record) -> bool {
    let asked =
        |record: &Record, workload: &str| record.cells.iter().any(|cell| cell.workload == workload);
    let both_asked = !old.cells.is_empty() && !new.cells.is_empty();
    both_asked && !old.cells.iter().any(|cell| asked(new, &cell.workload))
}

/// What makes a difference between two records one of something else than the lanes.
pub(crate) fn foreign(old: &Record, new: &Record) -> Option<Mismatch> {
    let differs = [
        (old.environment.fingerprint != new.environment.fingerprint, Mismatch::Machine),
        (old.data.digest != new.data.digest, Mismatch::Workload),
        (old.tollgate.profile != new.tollgate.profile, Mismatch::Profile),
    ];
    differs.into_iter().find_map(|(differs, mismatch)| differs.then_some(mismatch))
}
