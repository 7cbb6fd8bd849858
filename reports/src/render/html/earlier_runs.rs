//! The list of earlier runs: when each was, what its user calls the machine, and how its plan led
//! to that of the run after it.

use crate::{
    record::RecordHead,
    render::options::EarlierRun,
    say::two_records::{last_run::begun, plan_difference},
};

/// One run.
pub(crate) struct EarlierLine {
    /// To its page where it has one, else to its record.
    pub(crate) link: String,
    /// To its record where its page has the link.
    pub(crate) record: Option<String>,
    /// As `2026-11-28 09:12 UTC`.
    pub(crate) began: String,
    /// What stands behind it, as ` (laptop, batch +32 added); then batch -256`.
    pub(crate) said: String,
}

/// The runs in their order, newest first; `of` is the run that the page shows, which came after
/// them.
pub(crate) fn lines(runs: &[EarlierRun], of: &RecordHead) -> Vec<EarlierLine> {
    let mut lines = Vec::new();
    let mut next = of;
    for run in runs {
        lines.push(EarlierLine {
            link: run.page.as_ref().unwrap_or(&run.record).clone(),
            record: run.page.as_ref().map(|_| run.record.clone()),
            began: begun(&run.head.started_at),
            said: said(&run.head, next),
        });
        next = &run.head;
    }
    lines
}

fn said(head: &RecordHead, next: &RecordHead) -> String {
    let added = (!head.added.is_empty()).then(|| format!("{} added", head.added.join(", ")));
    let about: Vec<String> = head.label.clone().into_iter().chain(added).collect();
    let about = if about.is_empty() {
        String::new()
    } else {
        format!(" ({})", about.join("; "))
    };
    let difference = plan_difference::text(head, next);
    if difference.is_empty() {
        format!("{about}; the next run had the same plan")
    } else {
        format!("{about}; then {difference}")
    }
}
