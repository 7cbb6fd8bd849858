//! The questions that people come with, answered for this run: which of two lanes, FFI or a socket,
//! whether to batch, whether it matters beside one's own work, what two cores change, what many
//! small calls cost; those that matter most first. Questions are written over roles: the base lane
//! of each stands for it. What this run cannot tell is said so.

mod answer;
mod bases;
mod batches;
mod choice;
mod cores;
mod languages;
mod many_calls;
pub(crate) mod matters;
pub(crate) mod on_request;

pub(crate) use crate::say::answers::{answer::Answer, matters::Matters};
use crate::{
    judge::Judged,
    record::{FFI, HTTP, RPC, SOCKET},
};

/// What is answered, in this order; none where the figures must not be used. A question whose lanes
/// were not measured is left out.
pub(crate) fn answers(judged: &Judged) -> Vec<Answer> {
    if !judged.usable() {
        return Vec::new();
    }
    let summary = &judged.summary;
    let answers = [
        choice::between(summary, [RPC, HTTP]),
        languages::answer(summary),
        choice::between(summary, [FFI, SOCKET]),
        batches::answer(summary),
        Matters::of(summary).map(|matters| matters.answer()),
        cores::answer(summary),
        many_calls::answer(summary),
    ];
    answers.into_iter().flatten().collect()
}
