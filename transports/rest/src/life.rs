//! How long a call may take, and whether the connection can still be used.
//!
//! Not reqwest's own timeout: this one also covers what is done before and after the exchange, as on every lane.

use api::{CallError, ErrorKind};
use std::{future::Future, time::Duration};
use tokio::time::timeout;

/// The life of a connection.
pub(crate) struct Life {
    deadline: Duration,
    dead: bool,
}

impl Life {
    pub(crate) fn new(deadline: Duration) -> Self {
        Self { deadline, dead: false }
    }

    /// Does the work of one call.
    ///
    /// # Errors
    /// That of the work, `Deadline` when it takes too long, `Gone` after an error that ended the connection.
    pub(crate) async fn within<T>(
        &mut self,
        work: impl Future<Output = Result<T, CallError>>,
    ) -> Result<T, CallError> {
        if self.dead {
            return Err(CallError::new(ErrorKind::Gone, "this connection ended with an earlier error"));
        }
        let outcome = timeout(self.deadline, work).await.unwrap_or_else(|_| Err(self.too_late()));
        self.dead = outcome.as_ref().is_err_and(|error| error.kind().ends_connection());
        outcome
    }

    #[cold]
    fn too_late(&self) -> CallError {
        CallError::new(ErrorKind::Deadline, format!("no answer within {:?}", self.deadline))
    }
}
