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
            "Little's law does not hold under load: {missed}. Calls were lost or counted twice, so \
            these figures are void."
        );
        say(Grade::DoNotUse, text);
    }
    if !failed.is_empty() {
        let text =
            format!("Calls failed under load: {failed}. The figures under load leave them out.");
        say(Grade::Caution, text);
    }
    if !late.is_empty() {
        let text = format!(
            "At half of the capacity calls were sent late, by over a tenth of the latency (p99 of \
            the delay, p50 of the latency): {late}. Repeat on a quieter machine, or with more \
            cores."
        );
        say(Grade::Caution, text);
    }
}
