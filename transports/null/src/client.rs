//! Calls that return at once.

use api::{CallError, Connection, Lane, Open, Outcome, Reply, Request};

/// The lane.
pub struct Null;

/// A connection to nowhere.
pub struct NullConnection;

impl Lane for Null {
    type Conn = NullConnection;

    fn open(&mut self, at: &Open<'_>) -> Result<NullConnection, CallError> {
        at.refuse_endpoint()?;
        Ok(NullConnection)
    }
}

impl Connection for NullConnection {
    async fn call(&mut self, _request: &Request, _reply: &mut Reply) -> Outcome {
        Ok(())
    }

    async fn batch(&mut self, _requests: &[Request], _replies: &mut [Reply]) -> Outcome {
        Ok(())
    }

    fn share(&self) -> Option<Self> {
        Some(Self)
    }
}
