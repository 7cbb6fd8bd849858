//! The functions of `fixtures/contract/tollgate.h`: the unsafe boundary, where pointers become
//! references.
//!
//! The only module of this crate with `unsafe`, `lent` below it included. What it trusts is what
//! the header asks of a caller: pointers are good for the lengths beside them, buffers do not
//! overlap, an engine is used by one thread at a time and not after `tg_close`. What it checks all
//! the same: NULL, the size of the settings, and that text is UTF-8.
#![allow(unsafe_code)]

mod lent;

use crate::{
    desk::{Desk, Question, invalid, lap, put},
    failure::{guard, silence_panics, with_last},
    messages::{RecommendationBatchRequest, RecommendationRequest},
    open,
};
use abi::{AbiInfo, BUFFER_TOO_SMALL, Handle, OK, RawConfig, RawReply, RawRequest, RawStamps};
use api::{CallError, ErrorKind};
use lent::{bytes, matrix, room};
use std::{mem::MaybeUninit, ptr::null_mut, time::Instant};

/// `tg_abi`. Runs nothing that could panic.
#[unsafe(no_mangle)]
extern "C" fn tg_abi() -> *const AbiInfo {
    static INFO: AbiInfo = AbiInfo::OURS;
    &INFO
}

/// # Safety
/// As the header says of `tg_open`.
#[unsafe(no_mangle)]
unsafe extern "C" fn tg_open(config: *const RawConfig, engine: *mut *mut Handle) -> i32 {
    silence_panics();
    either(guard(|| {
        // SAFETY: a caller's pointer to a place for the handle, or NULL.
        let place = unsafe { engine.as_mut() }.ok_or_else(|| null("tg_open"))?;
        *place = null_mut();
        // SAFETY: settings of any version begin with their size; they are looked at no further if
        // it is another.
        let config = unsafe {
            (!config.is_null() && (*config).struct_size == size_of::<RawConfig>()).then(|| &*config)
        };
        let config = config.ok_or_else(|| {
            let detail = format!("tg_config is missing or not of {} bytes", size_of::<RawConfig>());
            CallError::new(ErrorKind::Unsupported, detail)
        })?;
        // SAFETY: the caller's matrices have as many values as they say.
        let source = open::source(config, || unsafe {
            matrix(&config.products).zip(matrix(&config.users))
        })?;
        *place = Box::into_raw(Box::new(Desk::new(&source))).cast();
        Ok(OK)
    }))
}

/// # Safety
/// As the header says of `tg_close`.
#[unsafe(no_mangle)]
unsafe extern "C" fn tg_close(engine: *mut Handle) {
    // There is nobody to tell of a panic; the words are kept.
    let _ = guard(|| {
        if !engine.is_null() {
            // SAFETY: it came from `tg_open`, and nobody uses it any more.
            drop(unsafe { Box::from_raw(engine.cast::<Desk>()) });
        }
        Ok(OK)
    });
}

/// # Safety
/// As the header says of `tg_call`.
#[unsafe(no_mangle)]
unsafe extern "C" fn tg_call(
    engine: *mut Handle,
    request: *const RawRequest,
    reply: *mut RawReply,
) -> i32 {
    // SAFETY: as the caller says.
    unsafe {
        let code = with("tg_call", engine, |desk| {
            Some(answer(desk, request.as_ref()?, reply.as_mut()?, None))
        });
        blank_after_failure(code, reply, 1)
    }
}

/// # Safety
/// As the header says of `tg_call_stamped`.
#[unsafe(no_mangle)]
unsafe extern "C" fn tg_call_stamped(
    engine: *mut Handle,
    request: *const RawRequest,
    reply: *mut RawReply,
    stamps: *mut RawStamps,
) -> i32 {
    // SAFETY: as the caller says.
    unsafe {
        let code = with("tg_call_stamped", engine, |desk| {
            Some(answer(desk, request.as_ref()?, reply.as_mut()?, Some(stamps.as_mut()?)))
        });
        blank_after_failure(code, reply, 1)
    }
}

/// # Safety
/// As the header says of `tg_batch`.
#[unsafe(no_mangle)]
unsafe extern "C" fn tg_batch(
    engine: *mut Handle,
    requests: *const RawRequest,
    replies: *mut RawReply,
    items: usize,
) -> i32 {
    let missing = items > 0 && (requests.is_null() || replies.is_null());
    let all = |desk: &mut Desk| {
        desk.check_items(items)?;
        (0..items).try_fold(OK, |all, at| {
            // SAFETY: both arrays have `items` entries, as the caller says.
            let code = unsafe { answer(desk, &*requests.add(at), &mut *replies.add(at), None) }?;
            // Either is OK or BUFFER_TOO_SMALL.
            Ok(all | code)
        })
    };
    // SAFETY: as the caller says.
    unsafe {
        let code = with("tg_batch", engine, |desk| (!missing).then(|| all(desk)));
        blank_after_failure(code, replies, items)
    }
}

/// # Safety
/// As the header says of `tg_call_protobuf`.
#[unsafe(no_mangle)]
unsafe extern "C" fn tg_call_protobuf(
    engine: *mut Handle,
    request: *const u8,
    request_len: usize,
    reply: *mut u8,
    reply_cap: usize,
    reply_len: *mut usize,
    stamps: *mut RawStamps,
) -> i32 {
    // SAFETY: as the caller says.
    unsafe {
        let code = with("tg_call_protobuf", engine, |desk| {
            let (from, to) = (bytes(request, request_len)?, room(reply, reply_cap)?);
            Some(encoded::<RecommendationRequest>(
                desk,
                from,
                to,
                reply_len.as_mut()?,
                stamps.as_mut(),
            ))
        });
        zero_after_failure(code, reply_len)
    }
}

/// # Safety
/// As the header says of `tg_batch_protobuf`.
#[unsafe(no_mangle)]
unsafe extern "C" fn tg_batch_protobuf(
    engine: *mut Handle,
    requests: *const u8,
    requests_len: usize,
    replies: *mut u8,
    replies_cap: usize,
    replies_len: *mut usize,
    stamps: *mut RawStamps,
) -> i32 {
    // SAFETY: as the caller says.
    unsafe {
        let code = with("tg_batch_protobuf", engine, |desk| {
            let (from, to) = (bytes(requests, requests_len)?, room(replies, replies_cap)?);
            Some(encoded::<RecommendationBatchRequest>(
                desk,
                from,
                to,
                replies_len.as_mut()?,
                stamps.as_mut(),
            ))
        });
        zero_after_failure(code, replies_len)
    }
}

/// # Safety
/// As the header says of `tg_echo`.
#[unsafe(no_mangle)]
unsafe extern "C" fn tg_echo(
    engine: *mut Handle,
    payload: *const u8,
    payload_len: usize,
    back: *mut u8,
    back_len: usize,
) -> i32 {
    // SAFETY: as the caller says.
    unsafe {
        with("tg_echo", engine, |desk| {
            Some(desk.echo(bytes(payload, payload_len)?, room(back, back_len)?))
        })
    }
}

/// # Safety
/// As the header says of `tg_last_error`.
#[unsafe(no_mangle)]
unsafe extern "C" fn tg_last_error(text: *mut u8, text_cap: usize) -> usize {
    let mut length = 0;
    let _ = guard(|| {
        // SAFETY: as the caller says; NULL takes nothing, whatever its length.
        let place =
            unsafe { room(text, if text.is_null() { 0 } else { text_cap }) }.unwrap_or_default();
        let told = with_last(|last| {
            let told = last.len().min(place.len());
            place[..told].write_copy_of_slice(&last.as_bytes()[..told]);
            last.len()
        });
        length = told.unwrap_or(0);
        Ok(OK)
    });
    length
}

/// Runs the body of a function on its engine. `None` of the body stands for a NULL among its
/// arguments.
///
/// # Safety
/// `engine` is NULL or open, and nobody else uses it meanwhile.
#[inline]
unsafe fn with(
    name: &str,
    engine: *mut Handle,
    act: impl FnOnce(&mut Desk) -> Option<Result<i32, CallError>>,
) -> i32 {
    // SAFETY: an open engine is a `Desk`, made by `tg_open`.
    match unsafe { engine.cast::<Desk>().as_mut() } {
        Some(desk) => desk.run(|desk| act(desk).unwrap_or_else(|| Err(null(name)))),
        None => either(guard(|| Err(null(name)))),
    }
}

/// Whatever failed, a panic and a NULL beside it too: the lengths of an answer are 0 then.
///
/// # Safety
/// `replies` is NULL or has `items` entries.
#[inline]
unsafe fn blank_after_failure(code: i32, replies: *mut RawReply, items: usize) -> i32 {
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
unsafe fn zero_after_failure(code: i32, length: *mut usize) -> i32 {
    // SAFETY: as the caller says.
    if let (true, Some(length)) = (code < OK, unsafe { length.as_mut() }) {
        *length = 0;
    }
    code
}

/// Answers one question, and says how large the answer is.
///
/// # Safety
/// The pointers within `asked` and `reply` are good for the lengths beside them.
#[inline]
unsafe fn answer(
    desk: &mut Desk,
    asked: &RawRequest,
    reply: &mut RawReply,
    stamps: Option<&mut RawStamps>,
) -> Result<i32, CallError> {
    // SAFETY: as the caller says.
    let user_id = unsafe { bytes(asked.user_id, asked.user_id_len) };
    let user_id = user_id.ok_or_else(|| invalid("user_id is NULL and has a length".into()))?;
    let mut clock = stamps.is_some().then(Instant::now);
    let found = desk.ask(user_id, asked.max_results)?;
    (reply.text_len, reply.ends_len) = (found.0.len(), found.1.len());
    // SAFETY: as the caller says.
    let places = unsafe { room(reply.text, reply.text_cap).zip(room(reply.ends, reply.ends_cap)) };
    let code = places.map_or(BUFFER_TOO_SMALL, |(text, ends)| put(found, text, ends));
    if let Some(stamps) = stamps.filter(|_| code == OK) {
        *stamps = RawStamps { compute_ns: lap(&mut clock), ..RawStamps::default() };
    }
    Ok(code)
}

fn encoded<Q: Question>(
    desk: &mut Desk,
    question: &[u8],
    room: &mut [MaybeUninit<u8>],
    length: &mut usize,
    stamps: Option<&mut RawStamps>,
) -> Result<i32, CallError> {
    let (code, needed) = desk.exchange::<Q>(question, room, stamps)?;
    *length = needed;
    Ok(code)
}

#[cold]
fn null(name: &str) -> CallError {
    invalid(format!("{name} was given NULL"))
}

fn either(code: Result<i32, i32>) -> i32 {
    code.unwrap_or_else(|code| code)
}

#[cfg(test)]
mod tests;
