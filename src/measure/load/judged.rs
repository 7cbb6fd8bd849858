//! What a load says of its run.

use crate::{
    lanes::roster::Known,
    measure::{load::request::LoadAnswer, session::Session},
};
use reports::record::Verdict;

/// What the run's exit code says of a load.
pub(crate) fn judge(
    session: &mut Session<'_>,
    known: &Known,
    LoadAnswer { load, .. }: &LoadAnswer,
) {
    let missed = load.little.is_some_and(|little| little.is_missed());
    session.outcome.wrong |= load.wrong_answers > 0 || missed;
    if load.verdict == Verdict::Untrustworthy {
        session.outcome.failed |= load.errors > 0;
        let (name, reasons) = (&known.about.name, load.reasons.join("; "));
        session.progress.say(&format!("tollgate: {name} under load: {reasons}"));
        session.recorder.note(Some(name), &format!("under load: {reasons}"));
    }
}
