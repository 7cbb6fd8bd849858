//! Cases about time and death: every wait ends, and nothing is left behind.

use super::{
    expect::{expect_kind, expect_replies, numbered, silent},
    rig::{Case, Checked, Failed, Rig, Setup, Sides, Traits},
};
use crate::spec::Mode;
use fixtures::{EngineKind, ErrorKind, Request};
use std::time::{Duration, Instant};

pub(super) const CASES: &[Case] = &[
    Case {
        name: "gives_up_at_the_deadline",
        sides: Sides::MayBeUsed,
        exempt: no_deadline,
        run: deadline,
    },
    Case {
        name: "never_gives_a_late_reply_to_the_next_call",
        sides: Sides::MayBeUsed,
        exempt: no_deadline,
        run: late_reply,
    },
    Case {
        name: "survives_a_callee_killed_in_mid_call",
        sides: Sides::Fresh,
        exempt: in_process,
        run: killed,
    },
    Case {
        name: "leaves_nothing_behind",
        sides: Sides::Fresh,
        exempt: |_| None,
        run: leaves_nothing,
    },
];

fn in_process(traits: &Traits) -> Option<&'static str> {
    traits.in_process.then_some("caller and callee are one process")
}

fn no_deadline(traits: &Traits) -> Option<&'static str> {
    (!traits.deadline).then_some("a function call cannot be given up")
}

/// A callee that takes much longer than its caller waits.
const SLOW: Setup = Setup {
    engine: EngineKind::Stub,
    service_time: Some(Duration::from_millis(1_500)),
    deadline: Duration::from_millis(200),
};

fn deadline(rig: &mut Rig<'_>) -> Checked {
    for &mode in rig.modes()? {
        for items in [1, 8] {
            let when = format!("{} of {items}", mode.name());
            let mut subject = (rig.start)(SLOW)?;
            let requests = vec![Request::new("user_1", 1); items];
            let start = Instant::now();
            // Item by item, the first call already takes too long: one deadline passes, never one
            // for each item.
            expect_kind(subject.ask(0, mode, &requests), ErrorKind::Deadline, &when)?;
            let waited = start.elapsed();
            if waited < SLOW.deadline / 2 || waited > SLOW.deadline * 5 {
                return Err(Failed(format!(
                    "{when}: gave up after {waited:?}, not {:?}",
                    SLOW.deadline
                )));
            }
            subject.stop()?;
        }
    }
    Ok(())
}

/// Driver and lane together: the Rust driver drops a connection that ended, so that for its lanes
/// this case holds even if the lane's own guard is gone; it bites where a driver keeps the
/// connection.
fn late_reply(rig: &mut Rig<'_>) -> Checked {
    let mut subject = (rig.start)(SLOW)?;
    expect_kind(
        subject.ask(0, Mode::Chatty, &[Request::new("user_1", 5)]),
        ErrorKind::Deadline,
        "first call",
    )?;
    expect_kind(
        subject.ask(0, Mode::Chatty, &[Request::new("user_1", 2)]),
        ErrorKind::Gone,
        "second call",
    )?;
    Ok(subject.stop()?)
}

fn killed(rig: &mut Rig<'_>) -> Checked {
    let setup = Setup { deadline: Duration::from_secs(5), ..SLOW };
    let mut subject = (rig.start)(setup)?;
    let start = Instant::now();
    let outcome = subject.ask_and_kill_callee(0, &Request::new("user_1", 1));
    let waited = start.elapsed();
    expect_kind(outcome, ErrorKind::Gone, "the call under way")?;
    if waited > setup.deadline {
        return Err(Failed(format!("the caller noticed after {waited:?} only")));
    }
    expect_kind(
        subject.ask(0, Mode::Chatty, &[Request::new("user_1", 1)]),
        ErrorKind::Gone,
        "the next call",
    )?;
    Ok(subject.stop()?)
}

fn leaves_nothing(rig: &mut Rig<'_>) -> Checked {
    let mut subject = (rig.start)(Setup::plain(EngineKind::Stub))?;
    let replies = subject.ask(0, Mode::Chatty, &[Request::new("user_1", 2)])?;
    if silent(rig.traits).is_none() {
        expect_replies(&replies, &[numbered(2)], "before the stop")?;
    }
    Ok(subject.stop()?)
}
