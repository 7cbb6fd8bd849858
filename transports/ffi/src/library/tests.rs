//! The promises of the header that no lane can see, at the raw functions of both libraries: what a
//! failure leaves in the memory that a caller lends, and when stamps are written.

use super::{engine::Engine, functions::Library};
use crate::{
    embedded::{C, RUST},
    tests::panicking_library,
};
use abi::{BUFFER_TOO_SMALL, Handle, OK, RawReply, RawRequest, RawStamps};
use api::{EngineKind, EngineSource};
use std::ptr::{null, null_mut};

/// What stands in lengths and stamps before a call.
const OLD: usize = 77;

fn both() -> [Engine; 2] {
    [&C, &RUST].map(|library| stub(library.library().expect("loads")))
}

fn stub(library: Library) -> Engine {
    library.open(&EngineSource::embedded(EngineKind::Stub)).expect("opens")
}

fn question(user_id: &str, max_results: i32) -> RawRequest {
    RawRequest {
        user_id: user_id.as_ptr(),
        user_id_len: user_id.len(),
        max_results,
    }
}

fn no_room() -> RawReply {
    RawReply {
        text: null_mut(),
        text_cap: 0,
        text_len: OLD,
        ends: null_mut(),
        ends_cap: 0,
        ends_len: OLD,
    }
}

fn old_stamps() -> RawStamps {
    let old = OLD as u64;
    RawStamps { decode_ns: old, compute_ns: old, encode_ns: old }
}

/// Both lengths are 0.
fn is_blank(reply: &RawReply) -> bool {
    (reply.text_len, reply.ends_len) == (0, 0)
}

/// Whether this call fails, by either function, and leaves the lengths 0 and the stamps as they
/// were.
fn fails_blank(engine: &Engine, handle: *mut Handle, asked: *const RawRequest) -> bool {
    let Library { call, call_stamped, .. } = engine.library;
    let mut reply = no_room();
    let mut stamped = no_room();
    let mut stamps = old_stamps();
    // SAFETY: pointers are NULL or good.
    let codes = unsafe {
        [
            call(handle, asked, &mut reply),
            call_stamped(handle, asked, &mut stamped, &mut stamps),
        ]
    };
    codes.iter().all(|code| *code < OK)
        && is_blank(&reply)
        && is_blank(&stamped)
        && stamps.compute_ns == OLD as u64
}

#[test]
fn a_call_that_fails_leaves_both_lengths_0() {
    for engine in both() {
        let handle = engine.handle.as_ptr();
        assert!(fails_blank(&engine, handle, &question("u", -1)), "a refusal");
        assert!(fails_blank(&engine, handle, null()), "no question");
        assert!(fails_blank(&engine, null_mut(), &question("u", 1)), "no engine");
        let (asked, mut reply) = (question("u", 1), no_room());
        // SAFETY: pointers are NULL or good.
        let code = unsafe { (engine.library.call_stamped)(handle, &asked, &mut reply, null_mut()) };
        assert!(code < OK && is_blank(&reply), "no place for stamps");
    }
}

#[test]
fn a_batch_that_fails_leaves_all_lengths_0() {
    let good = || question("u", 1);
    for engine in both() {
        let batch = |questions: Option<&[RawRequest]>, items: usize| {
            let (mut replies, handle) =
                ((0..items).map(|_| no_room()).collect::<Vec<_>>(), engine.handle);
            let questions = questions.map_or(null(), <[RawRequest]>::as_ptr);
            // SAFETY: pointers are NULL or have as many entries as are said.
            let code = unsafe {
                (engine.library.batch)(handle.as_ptr(), questions, replies.as_mut_ptr(), items)
            };
            assert!(code < OK);
            replies.iter().all(is_blank)
        };
        assert!(batch(Some(&[good(), question("u", -1), good()]), 3), "the second of three");
        assert!(batch(Some(&(0..1_025).map(|_| good()).collect::<Vec<_>>()), 1_025), "too many");
        assert!(batch(None, 2), "no questions");
    }
}

#[test]
fn too_small_buffers_are_no_failure_and_get_no_stamps() {
    for engine in both() {
        let (asked, mut reply, mut stamps) = (question("u", 2), no_room(), old_stamps());
        let handle = engine.handle.as_ptr();
        // SAFETY: pointers are good.
        let code =
            unsafe { (engine.library.call_stamped)(handle, &asked, &mut reply, &mut stamps) };
        assert_eq!((code, reply.text_len, reply.ends_len), (BUFFER_TOO_SMALL, 18, 2));
        assert_eq!(stamps.compute_ns, OLD as u64);
    }
    let (code, length, stamps) = exchanged(&both()[1], b"\x0a\x01u\x10\x02", 5);
    assert_eq!((code, length, stamps.compute_ns), (BUFFER_TOO_SMALL, 22, OLD as u64));
}

/// What `tg_call_protobuf` answers to this question without room for an answer.
fn exchanged(engine: &Engine, question: &[u8], question_len: usize) -> (i32, usize, RawStamps) {
    let (call, handle) = (engine.library.encoded.expect("has it").call, engine.handle.as_ptr());
    let mut length = OLD;
    let mut stamps = old_stamps();
    let from = if question.is_empty() { null() } else { question.as_ptr() };
    // SAFETY: pointers are NULL or good for what is said.
    let code = unsafe { call(handle, from, question_len, null_mut(), 0, &mut length, &mut stamps) };
    (code, length, stamps)
}

#[test]
fn encoded_bytes_that_fail_leave_the_length_0() {
    let [_, engine] = both();
    for (question, length) in [(&b"\x0a\x7f"[..], 2), (b"", 9), (b"\x0a\x01u\x10\xe9\x07", 6)] {
        let (code, length, stamps) = exchanged(&engine, question, length);
        assert!(code < OK, "{question:?}");
        assert_eq!((length, stamps.decode_ns), (0, OLD as u64), "{question:?}");
    }
    let (mut length, batch) = (OLD, engine.library.encoded.expect("has it").batch);
    // SAFETY: NULL is what is tried.
    let code = unsafe { batch(null_mut(), null(), 0, null_mut(), 0, &mut length, null_mut()) };
    assert!(code < OK && length == 0);
}

#[test]
fn a_panic_and_what_is_gone_after_it_leave_lengths_0() {
    let engine = stub(Library::from_file(panicking_library()).expect("loads"));
    let handle = engine.handle.as_ptr();
    assert!(fails_blank(&engine, handle, &question("panic", 1)), "panics");
    assert!(fails_blank(&engine, handle, &question("u", 1)), "is gone");
    assert_eq!(exchanged(&engine, b"\x0a\x01u\x10\x02", 5).1, 0, "is gone");
    let other = stub(engine.library);
    assert_eq!(exchanged(&other, b"\x0a\x05panic\x10\x02", 9).1, 0, "panics");
}
