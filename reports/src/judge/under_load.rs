//! Why loads keep a record from being graded ok: each cause is one reason.

use crate::{
    figures::{load::sweep, withdrawn},
    judge::grade::Grade,
    record::Record,
};

/// Most lateness of the generator of a load, p99, as a share of the median latency at half of the
/// capacity.
pub(crate) const LATE_SHARE: f64 = 0.1;

/// Loads whose calls failed, or whose books do not agree. A wrong answer has withdrawn its lane.
pub(crate) fn reasons(record: &Record, say: &mut impl FnMut(Grade, String)) {
    let withdrawn = withdrawn::of(record);
    let mut missed = sweep::missed(record);
    missed.retain(|name| !withdrawn.iter().any(|one| one.name == *name));
    let missed = missed.join(", ");
    let failed = sweep::failed(record).join(", ");
    let late = sweep::late(record, LATE_SHARE).join(", ");
    if !missed.is_empty() {
        let text = format!(
            "Under load Little's law was missed: {missed}. Calls were lost or counted twice, and \
            its figures are void."
        );
        say(Grade::DoNotUse, text);
    }
    if !failed.is_empty() {
        let text =
            format!("Calls failed under load: {failed}. What is shown there leaves them out.");
        say(Grade::Caution, text);
    }
    if !late.is_empty() {
        let text = format!(
            "At half of its capacity the generator of the load was late (p99) by over a tenth of \
            the latency (p50): {late}. Repeat on a quieter machine, or with more cores."
        );
        say(Grade::Caution, text);
    }
}
