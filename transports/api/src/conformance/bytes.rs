//! Cases about opaque bytes: what a run of workload `bytes` asks of every lane with a carrier.

use super::{
    expect::{carries_nothing, encodes_nothing, expect_kind, still_answers},
    rig::{Case, Checked, Failed, Rig, Setup, Sides},
};
use crate::connection::echo_bytes;
use fixtures::{EngineKind, ErrorKind, Limits, WorkloadKind, workload::bytes::payload};

pub(super) const CASES: &[Case] = &[
    Case {
        name: "echoes_opaque_bytes",
        // Also where nobody has said which carrier it is.
        sides: Sides::MayBeUsed,
        exempt: |traits| carries_nothing(traits).and(encodes_nothing(traits)),
        run: echo,
    },
    Case {
        name: "carries_items_of_no_bytes_and_of_a_mebibyte",
        sides: Sides::MayBeUsed,
        exempt: carries_nothing,
        run: sizes,
    },
    Case {
        name: "echoes_the_message_limit_or_says_too_large",
        sides: Sides::MayBeUsed,
        exempt: carries_nothing,
        run: message_limit,
    },
];

fn echo(rig: &mut Rig<'_>) -> Checked {
    let mut subject = (rig.start)(Setup::plain(EngineKind::Stub))?;
    let every_byte: Vec<u8> = (0..=255).collect();
    for (payload, reply_bytes) in
        [(&b""[..], 0), (b"", 3), (b"ab", 5), (&every_byte, 256), (&every_byte, 100_000)]
    {
        let mut wanted = Vec::new();
        echo_bytes(payload, reply_bytes, &mut wanted);
        if subject.echo(0, payload, reply_bytes)? != wanted {
            return Err(Failed(format!(
                "{} bytes came back wrong as {reply_bytes}",
                payload.len()
            )));
        }
    }
    Ok(subject.stop()?)
}

fn sizes(rig: &mut Rig<'_>) -> Checked {
    let mut subject = (rig.start)(Setup::plain(EngineKind::Stub))?;
    let largest = *WorkloadKind::Bytes.sizes().end();
    let sent = payload(largest as usize, 0);
    // Nothing behind much: what is left of one echo must not be in the next.
    for wanted in [&sent[..], &[]] {
        if subject.echo(0, wanted, wanted.len())? != wanted {
            return Err(Failed(format!("{} bytes came back changed", wanted.len())));
        }
    }
    let in_message = WorkloadKind::Bytes.most_items(largest);
    for (items, size) in [(1, 0), (1, largest), (in_message, largest)] {
        subject.visit_bytes(0, items, size)?;
    }
    Ok(subject.stop()?)
}

fn message_limit(rig: &mut Rig<'_>) -> Checked {
    let mut subject = (rig.start)(Setup::plain(EngineKind::Stub))?;
    let sent = payload(Limits::DEFAULT.max_message_bytes, 0);
    // With what an echo has besides its bytes a lane may be above the limit, or not.
    match subject.echo(0, &sent, 8) {
        Ok(back) if back == sent[..8] => {}
        Ok(_) => return Err(Failed("an echo of the message limit came back changed".into())),
        Err(error) => expect_kind::<()>(Err(error), ErrorKind::TooLarge, "the message limit")?,
    }
    still_answers(subject.as_mut())?;
    Ok(subject.stop()?)
}
