//! That limits and buffers hold: what is refused and with which words, and how small buffers grow.

use super::lanes::{EncodedToRust, LANES, Tested};
use api::{EngineKind, EngineSource, ErrorKind, Reply, Request};

/// Every lane with every engine.
fn every() -> impl Iterator<Item = (Tested, EngineKind)> {
    LANES.into_iter().flat_map(|lane| EngineKind::ALL.map(|kind| (lane, kind)))
}

#[test]
fn refuses_the_same_questions_in_the_same_words_as_rust() {
    let long = "ü".repeat((32 << 10) + 1);
    let questions = [
        Request::new("u", -1),
        Request::new("u", i32::MIN),
        Request::new("u", 1_001),
        Request::new("u", i32::MAX),
        Request::new(long.clone(), 1),
        Request::new(long.clone(), -1),
        Request::new(long, 1_001),
    ];
    for (lane, kind) in every() {
        let engine = EngineSource::embedded(kind);
        let mut ours = engine.engine();
        let mut theirs = lane.open(&engine);
        for question in &questions {
            let right = ours.answer(question, &mut Reply::default()).expect_err("must be refused");
            assert_eq!(theirs.refused(question).to_string(), right.to_string());
        }
        assert!(theirs.ask(&Request::new("u", 3)).is_ok(), "a refusal ends nothing");
    }
}

#[test]
fn own_limits_are_applied() {
    let mut engine = EngineSource::embedded(EngineKind::Stub);
    engine.limits = api::Limits {
        max_items: 1,
        max_results: 3,
        max_user_id_bytes: 2,
        max_message_bytes: 40,
    };
    for lane in LANES {
        let mut caller = lane.open(&engine);
        assert_eq!(caller.ask(&Request::new("ab", 3)).expect("at the limit").len(), 3);
        assert_eq!(caller.refused(&Request::new("ab", 4)).kind(), ErrorKind::TooLarge);
        assert_eq!(caller.refused(&Request::new("abc", 3)).kind(), ErrorKind::TooLarge);
        let outcome = caller.batch(&vec![Request::new("a", 1); 2], &mut vec![Reply::default(); 2]);
        assert_eq!(outcome.expect_err("two items").kind(), ErrorKind::TooLarge);
        assert_eq!(caller.echo(&[7; 40], 40).expect("at the limit"), [7; 40]);
        for (payload, back) in [(41, 1), (1, 41), (1, usize::MAX)] {
            let error = caller.echo(&vec![7; payload], back).expect_err("above");
            assert_eq!(error.kind(), ErrorKind::TooLarge, "{lane:?} {payload} {back}");
        }
    }
}

#[test]
fn an_encoded_message_above_the_limit_is_refused_either_way() {
    let mut engine = EngineSource::embedded(EngineKind::Stub);
    // "ab" and a number are 6 bytes, and each id is 11.
    for (most, detail) in [
        (5, "a question of 6 bytes; at most 5"),
        (32, "an answer of 33 bytes; at most 32"),
    ] {
        engine.limits.max_message_bytes = most;
        let mut caller = EncodedToRust.open(&engine);
        for _ in 0..2 {
            let error = caller.refused(&Request::new("ab", 3));
            assert_eq!(error.kind(), ErrorKind::TooLarge);
            assert_eq!(error.detail(), format!("{detail} are taken"));
        }
    }
}

#[test]
fn limits_that_make_no_sense_open_no_engine() {
    let mut engine = EngineSource::embedded(EngineKind::Stub);
    for (max_results, kind, detail) in [
        (-1, ErrorKind::InvalidArgument, "the limit of max_results is -1"),
        (
            i32::MAX,
            ErrorKind::TooLarge,
            "2147483647 ids do not fit into one text with 32-bit offsets",
        ),
    ] {
        engine.limits.max_results = max_results;
        for lane in LANES {
            let error = lane.open_at("", &engine).err().expect("must be refused");
            assert_eq!((error.kind(), error.detail()), (kind, detail), "{lane:?}");
        }
    }
}

#[test]
fn a_batch_at_every_limit_is_answered_and_one_above_is_refused() {
    let requests = vec![Request::new("u", 1_000); 1_025];
    for lane in LANES {
        let mut caller = lane.open_kind(EngineKind::Stub);
        let mut replies = vec![Reply::default(); 1_025];
        let error = caller.batch(&requests, &mut replies).expect_err("too many");
        assert_eq!(
            (error.kind(), error.detail()),
            (ErrorKind::TooLarge, "1025 items in one call; at most 1024 are taken")
        );
        caller.batch(&requests[1..], &mut replies[1..]).expect("at the limit");
        assert!(
            replies[1..]
                .iter()
                .all(|reply| reply.len() == 1_000 && reply.get(999) == "product_999")
        );
        assert!(replies[0].is_empty());
    }
}

#[test]
fn an_empty_batch_is_answered_and_a_lopsided_one_is_refused() {
    for lane in LANES {
        let mut caller = lane.open_kind(EngineKind::Catalog);
        caller.batch(&[], &mut []).expect("nothing was asked");
        let outcome = caller.batch(&[Request::new("u", 1)], &mut []);
        assert_eq!(outcome.expect_err("no reply").kind(), ErrorKind::Internal);
    }
}

#[test]
fn one_bad_question_fails_its_batch_and_leaves_no_old_answer() {
    for lane in LANES {
        let mut caller = lane.open_kind(EngineKind::Stub);
        let mut requests = vec![Request::new("u", 3); 4];
        let mut replies = vec![Reply::default(); 4];
        caller.batch(&requests, &mut replies).expect("answers");
        requests[2].max_results = -1;
        let error = caller.batch(&requests, &mut replies).expect_err("one is negative");
        assert_eq!(error.kind(), ErrorKind::InvalidArgument);
        assert!(replies.iter().all(Reply::is_empty), "{lane:?}");
        requests[2].max_results = 3;
        caller.batch(&requests, &mut replies).expect("goes on");
        assert!(replies.iter().all(|reply| reply.len() == 3));
    }
}

#[test]
fn a_refused_call_leaves_no_old_answer() {
    for lane in LANES {
        let mut caller = lane.open_kind(EngineKind::Stub);
        let mut reply = caller.ask(&Request::new("u", 3)).expect("answers");
        caller.call(&Request::new("u", -1), &mut reply).expect_err("negative");
        assert!(reply.is_empty(), "{lane:?}");
    }
}

#[test]
fn buffers_grow_and_are_then_kept() {
    for (lane, kind) in every() {
        let mut caller = lane.open_kind(kind);
        let mut reply = Reply::default();
        for count in [1, 2, 3, 1, 10, 100, 1_000, 5, 0, 1_000] {
            caller.call(&Request::new("user_5", count), &mut reply).expect("answers");
            assert_eq!(reply.len(), count as usize);
        }
        let before = reply.parts().0.as_ptr();
        caller.call(&Request::new("user_5", 999), &mut reply).expect("answers");
        assert_eq!(reply.parts().0.as_ptr(), before, "a warm call moves nothing");
    }
}

#[test]
fn a_batch_grows_only_what_is_too_small() {
    for (lane, kind) in every() {
        let mut caller = lane.open_kind(kind);
        let requests: Vec<Request> =
            [0, 1, 500, 2].map(|count| Request::new("user_5", count)).into();
        let mut replies = vec![Reply::default(); 4];
        caller.call(&Request::new("user_5", 1_000), &mut replies[1]).expect("answers");
        let before = replies[1].parts().0.as_ptr();
        caller.batch(&requests, &mut replies).expect("answers");
        assert_eq!(replies.iter().map(Reply::len).collect::<Vec<_>>(), [0, 1, 500, 2]);
        assert_eq!(replies[1].parts().0.as_ptr(), before);
    }
}
