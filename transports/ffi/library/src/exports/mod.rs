//! The functions of `fixtures/contract/tollgate.h`: the unsafe boundary, where pointers become
//! references.
//!
//! The only module of this crate with `unsafe`, those below it included. What it trusts is what
//! the header asks of a caller: pointers are good for the lengths beside them, buffers do not
//! overlap, an engine is used by one thread at a time and not after `tg_close`. What it checks all
//! the same: NULL, the size of the settings, and that text is UTF-8.
#![allow(unsafe_code)]

mod calls;
mod pointers;
#[cfg(test)]
mod tests;

use crate::{
    config,
    failure::{guard, silence_panics, with_last},
    messages::{RecommendationBatchRequest, RecommendationRequest},
    open_engine::OpenEngine,
};
use abi::{AbiInfo, Handle, OK, RawConfig, RawReply, RawRequest, RawStamps};
use api::{CallError, ErrorKind};
use calls::{
    answer, answer_all, blank_after_failure, either, encoded, null, with, zero_after_failure,
};
use pointers::{bytes, matrix, room};
use std::ptr::null_mut;

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
        // SAFETY: settings of any version begin with their size.
        if config.is_null() || unsafe { (*config).struct_size } != size_of::<RawConfig>() {
            let detail = format!("tg_config is missing or not of {} bytes", size_of::<RawConfig>());
            return Err(CallError::new(ErrorKind::Unsupported, detail));
        }
        // SAFETY: settings of this size are those of this version.
        let config = unsafe { &*config };
        // SAFETY: the caller's matrices have as many values as they say.
        let source = config::source(config, || unsafe {
            matrix(&config.products).zip(matrix(&config.users))
        })?;
        *place = Box::into_raw(Box::new(OpenEngine::new(&source))).cast();
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
            drop(unsafe { Box::from_raw(engine.cast::<OpenEngine>()) });
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
        let code = with("tg_call", engine, |open| {
            Some(answer(open, request.as_ref()?, reply.as_mut()?, None))
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
        let code = with("tg_call_stamped", engine, |open| {
            Some(answer(open, request.as_ref()?, reply.as_mut()?, Some(stamps.as_mut()?)))
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
    // SAFETY: as the caller says.
    unsafe {
        let code = with("tg_batch", engine, |open| {
            if items > 0 && (requests.is_null() || replies.is_null()) {
                return None;
            }
            Some(answer_all(open, requests, replies, items))
        });
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
        let code = with("tg_call_protobuf", engine, |open| {
            let from = bytes(request, request_len)?;
            let to = room(reply, reply_cap)?;
            Some(encoded::<RecommendationRequest>(
                open,
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
        let code = with("tg_batch_protobuf", engine, |open| {
            let from = bytes(requests, requests_len)?;
            let to = room(replies, replies_cap)?;
            Some(encoded::<RecommendationBatchRequest>(
                open,
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
        with("tg_echo", engine, |open| {
            Some(open.echo(bytes(payload, payload_len)?, room(back, back_len)?))
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
