//! What only a caller of raw functions can do wrong: NULL, foreign settings, text that is none,
//! buffers that are too small. Answers are tested from the caller's side, in `transports/ffi`.

use super::*;
use abi::{BUFFER_TOO_SMALL, ENGINE_CATALOG, ENGINE_STUB};
use api::{EngineKind, EngineSource, status_of};
use std::ptr::null;

fn config(kind: EngineKind) -> RawConfig {
    RawConfig::new(&EngineSource::embedded(kind), None)
}

fn try_open(config: &RawConfig) -> (i32, *mut Handle) {
    let mut engine = std::ptr::dangling_mut();
    // SAFETY: both pointers are good.
    (unsafe { tg_open(config, &mut engine) }, engine)
}

/// A stub engine, closed in the end.
struct Opened(*mut Handle);

impl Opened {
    fn new() -> Self {
        let (code, engine) = try_open(&config(EngineKind::Stub));
        assert!(code == OK && !engine.is_null());
        Self(engine)
    }
}

impl Drop for Opened {
    fn drop(&mut self) {
        // SAFETY: open, and not used after this.
        unsafe { tg_close(self.0) }
    }
}

fn last_error() -> String {
    let mut text = [0; 200];
    // SAFETY: the buffer is as long as is said.
    let length = unsafe { tg_last_error(text.as_mut_ptr(), text.len()) };
    String::from_utf8_lossy(&text[..length]).into_owned()
}

fn code_of(kind: ErrorKind) -> i32 {
    status_of(kind).c
}

fn assert_failed(code: i32, kind: ErrorKind, words: &str) {
    assert_eq!((code, last_error().as_str()), (code_of(kind), words));
}

fn question(user_id: &[u8]) -> RawRequest {
    RawRequest {
        user_id: user_id.as_ptr(),
        user_id_len: user_id.len(),
        max_results: 2,
    }
}

fn no_room() -> RawReply {
    RawReply {
        text: null_mut(),
        text_cap: 0,
        text_len: 7,
        ends: null_mut(),
        ends_cap: 0,
        ends_len: 7,
    }
}

#[test]
fn null_is_refused_with_the_name_of_the_function() {
    let engine = Opened::new();
    let asked = question(b"u");
    let mut reply = no_room();
    let mut length = 0;
    // SAFETY: what is not NULL is good.
    let codes = unsafe {
        [
            ("tg_open", tg_open(null(), null_mut())),
            ("tg_call", tg_call(null_mut(), &asked, &mut reply)),
            ("tg_call", tg_call(engine.0, null(), &mut reply)),
            ("tg_call", tg_call(engine.0, &asked, null_mut())),
            ("tg_call_stamped", tg_call_stamped(engine.0, &asked, &mut reply, null_mut())),
            ("tg_batch", tg_batch(engine.0, null(), &mut reply, 1)),
            ("tg_batch", tg_batch(engine.0, &asked, null_mut(), 1)),
            ("tg_echo", tg_echo(engine.0, null(), 1, null_mut(), 0)),
            ("tg_echo", tg_echo(engine.0, null(), 0, null_mut(), 1)),
            (
                "tg_call_protobuf",
                tg_call_protobuf(engine.0, null(), 1, null_mut(), 0, &mut length, null_mut()),
            ),
            (
                "tg_batch_protobuf",
                tg_batch_protobuf(engine.0, null(), 0, null_mut(), 0, null_mut(), null_mut()),
            ),
        ]
    };
    for (name, code) in codes {
        assert_eq!(code, code_of(ErrorKind::InvalidArgument), "{name}");
    }
    assert_eq!(last_error(), "tg_batch_protobuf was given NULL");
    // SAFETY: NULL is allowed where the length is 0, and to be closed.
    unsafe {
        tg_close(null_mut());
        assert_eq!(tg_batch(engine.0, null(), null_mut(), 0), OK);
        assert_eq!(tg_echo(engine.0, null(), 0, null_mut(), 0), OK);
        assert!(tg_last_error(null_mut(), 9) > 9);
    }
}

#[test]
fn settings_that_are_foreign_or_unknown_open_no_engine() {
    let mut short = config(EngineKind::Stub);
    short.struct_size -= 1;
    let mut strange = config(EngineKind::Stub);
    strange.engine = 9;
    let mut odd = config(EngineKind::Stub);
    odd.service_kind = 9;
    let mut bare = config(EngineKind::Stub);
    bare.engine = ENGINE_CATALOG;
    let missing = format!("tg_config is missing or not of {} bytes", size_of::<RawConfig>());
    for (config, kind, words) in [
        (&short, ErrorKind::Unsupported, missing.as_str()),
        (&strange, ErrorKind::Unsupported, "engine 9 is not known"),
        (&odd, ErrorKind::Unsupported, "service_kind 9 is not known"),
        (&bare, ErrorKind::InvalidArgument, "the catalog engine needs products and users"),
    ] {
        let (code, engine) = try_open(config);
        assert_failed(code, kind, words);
        assert!(engine.is_null());
    }
    assert_eq!(config(EngineKind::Stub).engine, ENGINE_STUB);
}

#[test]
fn text_that_is_none_is_an_invalid_argument() {
    let engine = Opened::new();
    let mut reply = no_room();
    // SAFETY: all pointers are good, but the one that has a length and is NULL.
    let code = unsafe { tg_call(engine.0, &question(b"\xff"), &mut reply) };
    assert_eq!(
        (code, reply.text_len, reply.ends_len),
        (code_of(ErrorKind::InvalidArgument), 0, 0)
    );
    assert!(last_error().starts_with("user_id: invalid utf-8"), "{}", last_error());
    let nowhere = RawRequest { user_id: null(), ..question(b"u") };
    // SAFETY: as above.
    let code = unsafe { tg_call(engine.0, &nowhere, &mut reply) };
    assert_failed(code, ErrorKind::InvalidArgument, "user_id is NULL and has a length");
}

#[test]
fn an_answer_that_does_not_fit_says_how_large_it_is() {
    let engine = Opened::new();
    let mut text = [0; 18];
    let mut ends = [0; 1];
    let mut reply = RawReply {
        text: text.as_mut_ptr(),
        text_cap: text.len(),
        ends: ends.as_mut_ptr(),
        ends_cap: ends.len(),
        ..no_room()
    };
    // SAFETY: all pointers are good for what is said.
    let code = unsafe { tg_call(engine.0, &question(b"u"), &mut reply) };
    assert_eq!((code, reply.text_len, reply.ends_len), (BUFFER_TOO_SMALL, 18, 2));
    let asked = b"\x0a\x01u\x10\x02";
    let mut length = 0;
    // SAFETY: as above.
    let code = unsafe {
        tg_call_protobuf(
            engine.0,
            asked.as_ptr(),
            5,
            text.as_mut_ptr(),
            18,
            &mut length,
            null_mut(),
        )
    };
    assert_eq!((code, length, text), (BUFFER_TOO_SMALL, 22, [0; 18]));
}
