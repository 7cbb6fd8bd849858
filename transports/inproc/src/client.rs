//! The connection is the engine itself.

use api::{CallError, Connection, Engine, Lane, Open, Outcome, Reply, Request, Stamps};
use std::time::Instant;

/// The lane.
pub struct Inproc;

/// An engine of one's own.
pub struct InprocConnection(Engine);

impl Lane for Inproc {
    type Conn = InprocConnection;

    fn open(&mut self, at: &Open<'_>) -> Result<InprocConnection, CallError> {
        Ok(InprocConnection(at.engine.engine()))
    }
}

impl Connection for InprocConnection {
    async fn call(&mut self, request: &Request, reply: &mut Reply) -> Outcome {
        self.0.answer(request, reply)
    }

    async fn batch(&mut self, requests: &[Request], replies: &mut [Reply]) -> Outcome {
        self.0.answer_batch(requests, replies)
    }

    async fn call_stamped(&mut self, request: &Request, reply: &mut Reply) -> Result<Stamps, CallError> {
        let start = Instant::now();
        self.0.answer(request, reply)?;
        Ok(Stamps { compute_ns: start.elapsed().as_nanos() as u64, ..Stamps::default() })
    }
}
