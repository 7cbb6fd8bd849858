//! What cases expect, and for which lanes a case makes no sense.

use super::rig::{Checked, Failed, Subject, Traits};
use crate::spec::Mode;
use fixtures::{CallError, ErrorKind, Limits, Reply, Request};

pub(super) fn silent(traits: &Traits) -> Option<&'static str> {
    (!traits.answers).then_some("it answers nothing, by design")
}

pub(super) fn has_no_stamps(traits: &Traits) -> Option<&'static str> {
    let translated = (!traits.stamps).then_some("a server answers in the place of the callee");
    silent(traits).or(translated)
}

pub(super) fn encodes_nothing(traits: &Traits) -> Option<&'static str> {
    (!traits.encodes).then_some("nothing is encoded: the lane names no codec")
}

pub(super) fn carries_nothing(traits: &Traits) -> Option<&'static str> {
    (!traits.carries).then_some("nothing carries bytes: the lane names no carrier")
}

/// True when the outcome is an error of this kind.
pub(super) fn expect_kind<T>(
    outcome: Result<T, CallError>,
    kind: ErrorKind,
    when: &str,
) -> Checked {
    match outcome {
        Err(error) if error.kind() == kind => Ok(()),
        Err(error) => Err(Failed(format!("{when}: {kind} was due, not {error}"))),
        Ok(_) => Err(Failed(format!("{when}: {kind} was due, not an answer"))),
    }
}

pub(super) fn expect_replies(found: &[Reply], wanted: &[Reply], when: &str) -> Checked {
    if found.len() != wanted.len() {
        return Err(Failed(format!(
            "{when}: {} answers to {} questions",
            found.len(),
            wanted.len()
        )));
    }
    match found.iter().zip(wanted).position(|(found, wanted)| found != wanted) {
        None => Ok(()),
        Some(at) => {
            let found: Vec<_> = found[at].iter().take(3).collect();
            let wanted: Vec<_> = wanted[at].iter().take(3).collect();
            Err(Failed(format!("{when}: answer {at} begins {found:?}, not {wanted:?}")))
        }
    }
}

/// The stub's answer.
pub(super) fn numbered(count: i32) -> Reply {
    (0..count).map(|at| format!("product_{at}")).collect()
}

/// The most that one call may carry: items, and ids for each.
pub(super) fn largest_batch() -> Vec<Request> {
    let limits = Limits::DEFAULT;
    (0..limits.max_items)
        .map(|at| Request::new(format!("user_{at}"), limits.max_results))
        .collect()
}

pub(super) fn no_batch(traits: &Traits) -> Option<&'static str> {
    silent(traits)
        .or_else(|| (!traits.modes.contains(&Mode::Batched)).then_some("it has no batched calls"))
}

/// A refused question leaves the connection as good as before.
pub(super) fn still_answers(subject: &mut dyn Subject) -> Checked {
    let replies = subject.ask(0, Mode::Chatty, &[Request::new("user_1", 2)])?;
    expect_replies(&replies, &[numbered(2)], "after a refusal")
}
