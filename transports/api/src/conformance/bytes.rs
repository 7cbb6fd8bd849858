//! Cases about opaque bytes: what a run of workload `bytes` asks of every lane with a carrier.

use super::{
    expect::{carries_nothing, still_answers},
    rig::{Case, Checked, Failed, Rig, Setup, Subject},
};
use crate::connection::echo_bytes;
use fixtures::{
    CallError, EngineKind, ErrorKind, Limits, WorkloadKind,
    workload::bytes::{payload, wrong},
};

pub(super) const CASES: &[Case] = &[
    Case {
        name: "echoes_opaque_bytes",
        exempt: carries_nothing,
        run: echo,
    },
    Case {
        name: "echoes_nothing_and_a_mebibyte_whole",
        exempt: carries_nothing,
        run: sizes,
    },
    Case {
        name: "echoes_what_a_message_holds_and_refuses_more",
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

/// Sends so many bytes and expects them back.
fn there_and_back(subject: &mut dyn Subject, bytes: usize, number: u64) -> Result<(), CallError> {
    let payload = payload(bytes, number);
    let back = subject.echo(0, &payload, bytes)?;
    if wrong(&payload, &back, 1) == 0 {
        return Ok(());
    }
    let detail = format!("{bytes} bytes came back changed, as {}", back.len());
    Err(CallError::new(ErrorKind::Internal, detail))
}

fn sizes(rig: &mut Rig<'_>) -> Checked {
    let mut subject = (rig.start)(Setup::plain(EngineKind::Stub))?;
    let largest = *WorkloadKind::Bytes.sizes().end() as usize;
    // Twice each, in turns: what is left of one must not be in the next.
    for number in 0..2 {
        for bytes in [largest, 0] {
            there_and_back(subject.as_mut(), bytes, number)?;
        }
    }
    Ok(subject.stop()?)
}

fn message_limit(rig: &mut Rig<'_>) -> Checked {
    let mut subject = (rig.start)(Setup::plain(EngineKind::Stub))?;
    there_and_back(subject.as_mut(), WorkloadKind::MOST_BYTES, 0)?;
    // With what an echo has besides its bytes a lane may be above the limit, or not.
    match there_and_back(subject.as_mut(), Limits::DEFAULT.max_message_bytes, 1) {
        Err(error) if error.kind() != ErrorKind::TooLarge => {
            return Err(Failed(format!("an echo of the message limit: {error}")));
        }
        _ => {}
    }
    still_answers(subject.as_mut())?;
    Ok(subject.stop()?)
}
