//! Stages of a call (METHOD.md): a part of it, measured by the same loop as the whole call. Each is
//! a connection whose single call is that part; it knows no lane.

pub(crate) mod borrowed_answers;
pub(crate) mod codec;
pub(crate) mod compute;
pub(crate) mod echo;
pub(crate) mod payloads;
pub(crate) mod stage;
pub(crate) mod stamped;
#[cfg(test)]
mod tests;

pub(crate) use crate::drive::stages::{
    echo::Echo,
    payloads::{EchoShape, Payloads},
    stage::Stage,
    stamped::Stamped,
};
use crate::drive::{
    closed::{
        Measured, one_by_one,
        timed_loop::{Loop, Timing},
    },
    stages::{borrowed_answers::BorrowedAnswers, codec::Codec, compute::Compute},
};
use ::codec::{Format, Json, Protobuf};
use api::{CallError, Connection, EngineSource, ErrorKind, Reply, Request, WireBytes};
use std::{
    future::Future,
    pin::pin,
    task::{Context, Poll, Waker},
};

/// Measures single calls of this connection. Modes are not chosen here: each of them would be
/// compiled once more for every lane.
pub(crate) async fn visit<C: Connection>(connection: &mut C, timing: &Timing<'_>) -> Measured {
    Loop::new(timing).run(connection, usize::MAX, one_by_one).await
}

/// Measures echoes: of one item after another, or of all items of an action at once, as they were
/// laid out.
pub(crate) async fn visit_echoes<C: Connection>(
    echo: &mut Echo<'_, C>,
    timing: &Timing<'_>,
) -> Measured {
    let carry = async |echo: &mut Echo<'_, C>, requests: &[Request], _: &mut [Reply]| {
        echo.carry(requests.len()).await
    };
    Loop::new(timing)
        .run_checked(echo, usize::MAX, carry, |echo, _| echo.wrong())
        .await
}

/// The engine alone.
pub(crate) fn visit_compute(source: &EngineSource, timing: &Timing<'_>) -> Measured {
    at_once(visit(&mut Compute { engine: source.engine() }, timing))
}

/// Both sides of the codec of this name, and the bytes that it made.
pub(crate) fn visit_codec(
    name: Option<&str>,
    timing: &Timing<'_>,
) -> Result<(Measured, WireBytes), CallError> {
    match name {
        Some(Protobuf::NAME) => Ok(visit_format::<Protobuf>(timing)),
        Some(Json::NAME) => Ok(visit_format::<Json>(timing)),
        Some(other) => {
            let detail = format!("this program cannot time the codec `{other}` alone");
            Err(CallError::new(ErrorKind::Unsupported, detail))
        }
        None => Err(CallError::new(ErrorKind::Unsupported, "this lane has no codec")),
    }
}

fn visit_format<F: Format>(timing: &Timing<'_>) -> (Measured, WireBytes) {
    let mut codec = Codec::<F>::new(timing.questions);
    (at_once(visit(&mut codec, timing)), codec.made)
}

/// What stands for a codec where an answer is written into buffers that the caller lends.
pub(crate) fn visit_borrowed_answers(timing: &Timing<'_>) -> Measured {
    let mut borrowed = BorrowedAnswers::new(timing.questions);
    let measured = at_once(visit(&mut borrowed, timing));
    borrowed.checked(measured)
}

/// What the future of a stage that waits for nobody gives.
fn at_once<F: Future>(future: F) -> F::Output {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => unreachable!("computing and encoding wait for nobody"),
    }
}
