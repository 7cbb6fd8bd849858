//! Cases about answers: the golden ones, in every mode, and nothing in a mode that is not declared.

use super::{
    expect::{expect_kind, expect_replies, has_no_stamps, numbered, silent},
    rig::{Case, Checked, Failed, Rig, Setup, Sides},
};
use crate::{connection::Stamps, spec::Mode};
use fixtures::{EngineKind, ErrorKind, Reply, Request};
use std::time::Instant;

pub(super) const CASES: &[Case] = &[
    Case {
        name: "gives_the_golden_answers_of_stub",
        sides: Sides::MayBeUsed,
        exempt: silent,
        run: |rig| golden(rig, EngineKind::Stub),
    },
    Case {
        name: "gives_the_golden_answers_of_catalog",
        sides: Sides::MayBeUsed,
        exempt: silent,
        run: |rig| golden(rig, EngineKind::Catalog),
    },
    Case {
        name: "refuses_the_modes_it_does_not_declare",
        sides: Sides::MayBeUsed,
        exempt: |_| None,
        run: undeclared_modes,
    },
    Case {
        name: "reports_its_durations_in_band",
        sides: Sides::MayBeUsed,
        exempt: has_no_stamps,
        run: stamps,
    },
    Case {
        name: "serves_two_connections_at_once",
        sides: Sides::MayBeUsed,
        exempt: silent,
        run: two_connections,
    },
];

fn golden(rig: &mut Rig<'_>, engine: EngineKind) -> Checked {
    let text = match engine {
        EngineKind::Catalog => fixtures::data::GOLDEN_CATALOG_JSONL,
        _ => fixtures::data::GOLDEN_STUB_JSONL,
    };
    let golden = fixtures::trace::read_golden(text)?;
    let (requests, wanted): (Vec<Request>, Vec<Reply>) = golden.into_iter().unzip();
    let mut subject = (rig.start)(Setup::plain(engine))?;
    for &mode in rig.modes()? {
        for (requests, wanted) in requests.chunks(256).zip(wanted.chunks(256)) {
            expect_replies(&subject.ask(0, mode, requests)?, wanted, mode.name())?;
        }
    }
    Ok(subject.stop()?)
}

fn undeclared_modes(rig: &mut Rig<'_>) -> Checked {
    let mut subject = (rig.start)(Setup::plain(EngineKind::Stub))?;
    let requests = [Request::new("user_1", 1), Request::new("user_2", 2)];
    for mode in Mode::ALL.into_iter().filter(|mode| !rig.traits.modes.contains(mode)) {
        expect_kind(subject.ask(0, mode, &requests), ErrorKind::Unsupported, mode.name())?;
    }
    subject.ask(0, Mode::Chatty, &requests)?;
    Ok(subject.stop()?)
}

fn stamps(rig: &mut Rig<'_>) -> Checked {
    let mut subject = (rig.start)(Setup::plain(EngineKind::Catalog))?;
    let start = Instant::now();
    let (reply, stamps) = subject.ask_stamped(0, &Request::new("user_7", 10))?;
    let whole_ns = start.elapsed().as_nanos() as u64;
    if reply.len() != 10 {
        return Err(Failed(format!("{} ids in the place of 10", reply.len())));
    }
    let Stamps { decode_ns, compute_ns, encode_ns } = stamps;
    let coded = !rig.traits.encodes || (decode_ns > 0 && encode_ns > 0);
    if compute_ns == 0 || !coded || decode_ns + compute_ns + encode_ns > whole_ns {
        return Err(Failed(format!("{stamps:?} in a call of {whole_ns} ns")));
    }
    Ok(subject.stop()?)
}

fn two_connections(rig: &mut Rig<'_>) -> Checked {
    let mut subject = (rig.start)(Setup::plain(EngineKind::Stub))?;
    subject.open(1)?;
    for count in 1..20 {
        let connection = (count % 2) as u32;
        let replies = subject.ask(connection, Mode::Chatty, &[Request::new("user_1", count)])?;
        expect_replies(&replies, &[numbered(count)], "alternating connections")?;
    }
    Ok(subject.stop()?)
}
