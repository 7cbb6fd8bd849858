//! What the exported functions have in common: one call on an open engine, and what a failure
//! leaves in the memory of the caller. Which functions there are is not here.

use super::pointers::{bytes, room};
use crate::{
    failure::guard,
    open_engine::{OpenEngine, Question, invalid, lap},
};
use abi::{BUFFER_TOO_SMALL, Handle, OK, RawReply, RawRequest, RawStamps};
use api::CallError;
use std::{mem::MaybeUninit, time::Instant};

/// Runs the body of a function on its engine. `None` of the body stands for a NULL among its
/// arguments.
///
/// # Safety
/// `engine` is NULL or open, and nobody else uses it meanwhile.
#[inline]
pub(super) unsafe fn with(
    name: &str,
    engine: *mut Handle,
    act: impl FnOnce(&mut OpenEngine) -> Option<Result<i32, CallError>>,
) -> i32 {
    // SAFETY: an open engine is an `OpenEngine`, made by `tg_open`.
    match unsafe { engine.cast::<OpenEngine>().as_mut() } {
        Some(open) => open.run(|open| act(open).unwrap_or_else(|| Err(null(name)))),
        None => either(guard(|| Err(null(name)))),
    }
}

/// Whatever failed, a panic and a NULL beside it too: the lengths of an answer are 0 then.
///
/// # Safety
/// `replies` is NULL or has `items` entries.
#[inline]
pub(super) unsafe fn blank_after_failure(code: i32, replies: *mut RawReply, items: usize) -> i32 {
    if code < OK && !replies.is_null() {
        for at in 0..items {
            // SAFETY: as the caller says.
            let reply = unsafe { &mut *replies.add(at) };
            (reply.text_len, reply.ends_len) = (0, 0);
        }
    }
    code
}

/// The same for the length of encoded bytes.
///
/// # Safety
/// `length` is NULL or good.
pub(super) unsafe fn zero_after_failure(code: i32, length: *mut usize) -> i32 {
    // SAFETY: as the caller says.
    if code < OK
        && let Some(length) = unsafe { length.as_mut() }
    {
        *length = 0;
    }
    code
}

/// Answers one question, and says how large the answer is.
///
/// # Safety
/// The pointers within `asked` and `reply` are good for the lengths beside them.
#[inline]
pub(super) unsafe fn answer(
    open: &mut OpenEngine,
    asked: &RawRequest,
    reply: &mut RawReply,
    stamps: Option<&mut RawStamps>,
) -> Result<i32, CallError> {
    // SAFETY: as the caller says.
    let user_id = unsafe { bytes(asked.user_id, asked.user_id_len) };
    let user_id = user_id.ok_or_else(|| invalid("user_id is NULL and has a length".into()))?;
    let mut clock = stamps.is_some().then(Instant::now);
    let found = open.ask(user_id, asked.max_results)?;
    (reply.text_len, reply.ends_len) = (found.text.len(), found.ends.len());
    // SAFETY: as the caller says.
    let places = unsafe { room(reply.text, reply.text_cap).zip(room(reply.ends, reply.ends_cap)) };
    let code = places.map_or(BUFFER_TOO_SMALL, |(text, ends)| found.write(text, ends));
    if let Some(stamps) = stamps.filter(|_| code == OK) {
        *stamps = RawStamps { compute_ns: lap(&mut clock), ..RawStamps::default() };
    }
    Ok(code)
}

/// Answers a batch, question by question; one that fails ends it.
///
/// # Safety
/// Both arrays have `items` entries, and the pointers within them are good for the lengths beside
/// them.
#[inline]
pub(super) unsafe fn answer_all(
    open: &mut OpenEngine,
    requests: *const RawRequest,
    replies: *mut RawReply,
    items: usize,
) -> Result<i32, CallError> {
    open.check_items(items)?;
    let mut all = OK;
    for at in 0..items {
        // SAFETY: as the caller says. Each code is OK or BUFFER_TOO_SMALL.
        all |= unsafe { answer(open, &*requests.add(at), &mut *replies.add(at), None) }?;
    }
    Ok(all)
}

/// Answers encoded bytes by encoded bytes, and says how many those are.
pub(super) fn encoded<Q: Question>(
    open: &mut OpenEngine,
    question: &[u8],
    room: &mut [MaybeUninit<u8>],
    length: &mut usize,
    stamps: Option<&mut RawStamps>,
) -> Result<i32, CallError> {
    let exchanged = open.exchange::<Q>(question, room, stamps)?;
    *length = exchanged.length;
    Ok(exchanged.code)
}

#[cold]
pub(super) fn null(name: &str) -> CallError {
    invalid(format!("{name} was given NULL"))
}

pub(super) fn either(code: Result<i32, i32>) -> i32 {
    code.unwrap_or_else(|code| code)
}
