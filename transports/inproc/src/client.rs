//! The connection is the engine itself, however it is called. Nothing crosses a thread here.

use crate::dispatch::Answer;
use api::{CallError, Connection, Engine, Lane, Open, Outcome, Reply, Request, Stamps};
use std::{marker::PhantomData, time::Instant};

/// The lane that calls its engine as `E`.
pub struct Inproc<E>(PhantomData<E>);

impl<E> Default for Inproc<E> {
    fn default() -> Self {
        Self(PhantomData)
    }
}

/// An engine of one's own.
pub struct InprocConnection<E>(E);

impl<E: Answer + From<Engine> + 'static> Lane for Inproc<E> {
    type Conn = InprocConnection<E>;

    fn open(&mut self, at: &Open<'_>) -> Result<InprocConnection<E>, CallError> {
        at.refuse_endpoint()?;
        Ok(InprocConnection(at.engine.engine().into()))
    }
}

impl<E: Answer> Connection for InprocConnection<E> {
    async fn call(&mut self, request: &Request, reply: &mut Reply) -> Outcome {
        self.0.answer(request, reply)
    }

    async fn batch(&mut self, requests: &[Request], replies: &mut [Reply]) -> Outcome {
        self.0.answer_batch(requests, replies)
    }

    async fn call_stamped(
        &mut self,
        request: &Request,
        reply: &mut Reply,
    ) -> Result<Stamps, CallError> {
        stamped(&mut self.0, request, reply)
    }
}

/// A call, and how long the engine took for it.
pub(crate) fn stamped(
    engine: &mut impl Answer,
    request: &Request,
    reply: &mut Reply,
) -> Result<Stamps, CallError> {
    let start = Instant::now();
    engine.answer(request, reply)?;
    Ok(Stamps {
        compute_ns: start.elapsed().as_nanos() as u64,
        ..Stamps::default()
    })
}
