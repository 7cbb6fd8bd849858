//! That limits and buffers hold: what is refused and with which words, and how small buffers grow.

use super::*;

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
    for kind in EngineKind::ALL {
        let engine = EngineSource::embedded(kind);
        let (mut ours, mut theirs) = (engine.engine(), open(&engine));
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
    engine.limits = api::Limits { max_items: 1, max_results: 3, max_user_id_bytes: 2, max_message_bytes: 4 };
    let mut caller = open(&engine);
    assert_eq!(caller.ask(&Request::new("ab", 3)).expect("at the limit").len(), 3);
    assert_eq!(caller.refused(&Request::new("ab", 4)).kind(), ErrorKind::TooLarge);
    assert_eq!(caller.refused(&Request::new("abc", 3)).kind(), ErrorKind::TooLarge);
    let outcome = caller.batch(&vec![Request::new("a", 1); 2], &mut vec![Reply::default(); 2]);
    assert_eq!(outcome.expect_err("two items").kind(), ErrorKind::TooLarge);
    assert_eq!(caller.echo(b"abcd", 4).expect("at the limit"), b"abcd");
    assert_eq!(caller.echo(b"abcde", 1).expect_err("payload").kind(), ErrorKind::TooLarge);
    assert_eq!(caller.echo(b"a", 5).expect_err("back").kind(), ErrorKind::TooLarge);
    assert_eq!(caller.echo(b"a", usize::MAX).expect_err("more than there is").kind(), ErrorKind::TooLarge);
}

#[test]
fn limits_that_make_no_sense_open_no_engine() {
    let mut engine = EngineSource::embedded(EngineKind::Stub);
    for (max_results, kind) in [(-1, ErrorKind::InvalidArgument), (i32::MAX, ErrorKind::TooLarge)] {
        engine.limits.max_results = max_results;
        let error = open_at("", &engine).err().expect("must be refused");
        assert_eq!(error.kind(), kind, "{error}");
    }
}

#[test]
fn a_batch_at_every_limit_is_answered_and_one_above_is_refused() {
    let mut caller = open_kind(EngineKind::Stub);
    let requests = vec![Request::new("u", 1_000); 1_025];
    let mut replies = vec![Reply::default(); 1_025];
    let error = caller.batch(&requests, &mut replies).expect_err("too many");
    assert_eq!(
        (error.kind(), error.detail()),
        (ErrorKind::TooLarge, "1025 items in one call; at most 1024 are taken")
    );
    caller.batch(&requests[1..], &mut replies[1..]).expect("at the limit");
    assert!(replies[1..].iter().all(|reply| reply.len() == 1_000 && reply.get(999) == "product_999"));
    assert!(replies[0].is_empty());
}

#[test]
fn an_empty_batch_is_answered_and_a_lopsided_one_is_refused() {
    let mut caller = open_kind(EngineKind::Catalog);
    caller.batch(&[], &mut []).expect("nothing was asked");
    let outcome = caller.batch(&[Request::new("u", 1)], &mut []);
    assert_eq!(outcome.expect_err("no reply").kind(), ErrorKind::Internal);
}

#[test]
fn one_bad_question_fails_its_batch_and_leaves_no_old_answer() {
    let mut caller = open_kind(EngineKind::Stub);
    let mut requests = vec![Request::new("u", 3); 4];
    let mut replies = vec![Reply::default(); 4];
    caller.batch(&requests, &mut replies).expect("answers");
    requests[2].max_results = -1;
    let error = caller.batch(&requests, &mut replies).expect_err("one is negative");
    assert_eq!(error.kind(), ErrorKind::InvalidArgument);
    assert!(replies.iter().all(Reply::is_empty));
    requests[2].max_results = 3;
    caller.batch(&requests, &mut replies).expect("goes on");
    assert!(replies.iter().all(|reply| reply.len() == 3));
}

#[test]
fn a_refused_call_leaves_no_old_answer() {
    let mut caller = open_kind(EngineKind::Stub);
    let mut reply = caller.ask(&Request::new("u", 3)).expect("answers");
    caller.call(&Request::new("u", -1), &mut reply).expect_err("negative");
    assert!(reply.is_empty());
}

#[test]
fn buffers_grow_and_are_then_kept() {
    for kind in EngineKind::ALL {
        let mut caller = open_kind(kind);
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
    for kind in EngineKind::ALL {
        let mut caller = open_kind(kind);
        let requests: Vec<Request> = [0, 1, 500, 2].map(|count| Request::new("user_5", count)).into();
        let mut replies = vec![Reply::default(); 4];
        caller.call(&Request::new("user_5", 1_000), &mut replies[1]).expect("answers");
        let before = replies[1].parts().0.as_ptr();
        caller.batch(&requests, &mut replies).expect("answers");
        assert_eq!(replies.iter().map(Reply::len).collect::<Vec<_>>(), [0, 1, 500, 2]);
        assert_eq!(replies[1].parts().0.as_ptr(), before);
    }
}
