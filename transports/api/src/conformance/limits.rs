//! Cases about size and sense of a question: the same kind of error for the same cause, on every
//! lane.

use super::{
    expect::{
        encodes_nothing, expect_kind, expect_replies, largest_batch, no_batch, numbered, silent,
        still_answers,
    },
    rig::{Case, Checked, Failed, Rig, Setup, Sides},
};
use crate::spec::Mode;
use fixtures::{EngineKind, EngineSource, ErrorKind, Limits, Reply, Request};

pub(super) const CASES: &[Case] = &[
    Case {
        name: "answers_nothing_to_a_question_for_nothing",
        sides: Sides::MayBeUsed,
        exempt: silent,
        run: empty_result,
    },
    Case {
        name: "carries_none_one_and_many_items",
        sides: Sides::MayBeUsed,
        exempt: silent,
        run: sizes,
    },
    Case {
        name: "keeps_unicode_and_long_user_ids",
        sides: Sides::MayBeUsed,
        exempt: silent,
        run: user_ids,
    },
    Case {
        name: "carries_the_largest_batch",
        sides: Sides::MayBeUsed,
        exempt: no_batch,
        run: largest,
    },
    Case {
        name: "refuses_what_is_above_a_limit",
        sides: Sides::MayBeUsed,
        exempt: silent,
        run: above,
    },
    Case {
        name: "refuses_a_batch_above_the_limit",
        sides: Sides::MayBeUsed,
        exempt: no_batch,
        run: batch_above,
    },
    Case {
        name: "refuses_negative_max_results",
        sides: Sides::MayBeUsed,
        exempt: silent,
        run: negative,
    },
    Case {
        name: "refuses_malformed_bytes",
        sides: Sides::MayBeUsed,
        exempt: encodes_nothing,
        run: malformed,
    },
];

fn empty_result(rig: &mut Rig<'_>) -> Checked {
    for engine in [EngineKind::Stub, EngineKind::Catalog] {
        let mut subject = (rig.start)(Setup::plain(engine))?;
        for &mode in rig.modes()? {
            let replies = subject.ask(0, mode, &[Request::new("user_1", 0), Request::default()])?;
            expect_replies(&replies, &[Reply::default(), Reply::default()], mode.name())?;
        }
        subject.stop()?;
    }
    Ok(())
}

fn sizes(rig: &mut Rig<'_>) -> Checked {
    let mut subject = (rig.start)(Setup::plain(EngineKind::Stub))?;
    for &mode in rig.modes()? {
        for items in [0, 1, 2, 100, 1_024] {
            let requests: Vec<Request> =
                (0..items).map(|at| Request::new(format!("user_{at}"), at % 7)).collect();
            let wanted: Vec<Reply> = (0..items).map(|at| numbered(at % 7)).collect();
            let replies = subject.ask(0, mode, &requests)?;
            expect_replies(&replies, &wanted, &format!("{} of {items}", mode.name()))?;
        }
    }
    Ok(subject.stop()?)
}

fn user_ids(rig: &mut Rig<'_>) -> Checked {
    let mut subject = (rig.start)(Setup::plain(EngineKind::Catalog))?;
    let long = "ü".repeat(Limits::DEFAULT.max_user_id_bytes / 2);
    let ids = ["", "пользователь 7", "用户\u{0}\"\\\n", "🦀🦀", long.as_str()];
    let requests: Vec<Request> = ids.iter().map(|id| Request::new(*id, 3)).collect();
    let mut engine = EngineSource::embedded(EngineKind::Catalog).engine();
    let mut wanted = vec![Reply::default(); requests.len()];
    engine.answer_batch(&requests, &mut wanted)?;
    for &mode in rig.modes()? {
        expect_replies(&subject.ask(0, mode, &requests)?, &wanted, mode.name())?;
    }
    Ok(subject.stop()?)
}

fn largest(rig: &mut Rig<'_>) -> Checked {
    let mut subject = (rig.start)(Setup::plain(EngineKind::Stub))?;
    let requests = largest_batch();
    let wanted = vec![numbered(Limits::DEFAULT.max_results); requests.len()];
    expect_replies(
        &subject.ask(0, Mode::Batched, &requests)?,
        &wanted,
        "1,024 items of 1,000 ids",
    )?;
    Ok(subject.stop()?)
}

fn above(rig: &mut Rig<'_>) -> Checked {
    let limits = Limits::DEFAULT;
    let mut subject = (rig.start)(Setup::plain(EngineKind::Stub))?;
    let too_many = Request::new("user_1", limits.max_results + 1);
    let too_long = Request::new("x".repeat(limits.max_user_id_bytes + 1), 1);
    for &mode in rig.modes()? {
        for request in [&too_many, &too_long] {
            let outcome = subject.ask(0, mode, std::slice::from_ref(request));
            expect_kind(outcome, ErrorKind::TooLarge, mode.name())?;
        }
    }
    still_answers(subject.as_mut())?;
    Ok(subject.stop()?)
}

fn batch_above(rig: &mut Rig<'_>) -> Checked {
    let mut subject = (rig.start)(Setup::plain(EngineKind::Stub))?;
    let requests = vec![Request::new("user_1", 1); Limits::DEFAULT.max_items + 1];
    expect_kind(subject.ask(0, Mode::Batched, &requests), ErrorKind::TooLarge, "1,025 items")?;
    still_answers(subject.as_mut())?;
    Ok(subject.stop()?)
}

fn negative(rig: &mut Rig<'_>) -> Checked {
    let mut subject = (rig.start)(Setup::plain(EngineKind::Catalog))?;
    for &mode in rig.modes()? {
        for max_results in [-1, i32::MIN] {
            let outcome = subject.ask(0, mode, &[Request::new("user_1", max_results)]);
            expect_kind(outcome, ErrorKind::InvalidArgument, mode.name())?;
        }
    }
    Ok(subject.stop()?)
}

fn malformed(rig: &mut Rig<'_>) -> Checked {
    let mut subject = (rig.start)(Setup::plain(EngineKind::Stub))?;
    // Neither a protobuf message nor JSON: a field of wire type 7, a cut-off length, a brace that
    // never closes.
    for bytes in [&b"\xff\xff\xff\xff"[..], b"\x0a\x7fabc", b"{\"userId\": \xff"] {
        subject.open(1)?;
        expect_kind(subject.raw(1, bytes), ErrorKind::Malformed, &format!("{bytes:?}"))?;
        expect_kind(
            subject.ask(1, Mode::Chatty, &[Request::new("user_1", 1)]),
            ErrorKind::Gone,
            "a call on the connection that ended with malformed bytes",
        )?;
    }
    still_answers(subject.as_mut())
        .map_err(|Failed(why)| Failed(format!("another connection: {why}")))?;
    Ok(subject.stop()?)
}
