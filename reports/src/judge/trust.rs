//! How far a record can be trusted: the worst of all reasons and warnings. It grades; it hides no
//! figure.

use crate::{
    figures::withdrawn,
    judge::{
        grade::{Grade, Reason},
        reasons,
        warnings::{self, Warning},
    },
    record::Record,
};

/// Grade and reasons.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trust {
    /// The worst of the reasons.
    pub grade: Grade,
    /// Worst first.
    pub reasons: Vec<Reason>,
}

impl Trust {
    /// Of a record with these warnings.
    pub(crate) fn of(record: &Record, warnings: &[Warning]) -> Self {
        let mut reasons = reasons::of(record);
        reasons.extend(
            warnings
                .iter()
                .map(|warning| Reason { grade: Grade::Caution, text: warning.text.clone() }),
        );
        reasons.sort_by_key(|reason| std::cmp::Reverse(reason.grade));
        Self {
            grade: reasons.first().map_or(Grade::Ok, |reason| reason.grade),
            reasons,
        }
    }

    /// The first reason why the figures must not be used; none where they may be.
    pub fn forbids(&self) -> Option<&Reason> {
        self.reasons.first().filter(|_| self.grade == Grade::DoNotUse)
    }
}

/// Grades a record.
pub fn grade(record: &Record) -> Trust {
    let shown = withdrawn::without(record);
    Trust::of(&shown, &warnings::of(&shown))
}
