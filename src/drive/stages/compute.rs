//! The engine alone, in this process.

use api::{Connection, Engine, Outcome, Reply, Request};

/// An engine that is called as a connection is.
pub(crate) struct Compute {
    pub(crate) engine: Engine,
}

impl Connection for Compute {
    #[inline]
    async fn call(&mut self, request: &Request, reply: &mut Reply) -> Outcome {
        self.engine.answer(request, reply)
    }
}
