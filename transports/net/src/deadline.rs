//! How long a call may take, and whether the connection can still be used.
//!
//! Not a client library's own timeout: those leave parts of a call out (tonic's ends with the
//! reply's headers), and each another part. A timer costs a call about 0.6 us of 27 (seen with
//! gRPC, both sides on one core). An alarm that stays armed from call to call cost the same, so
//! most of it is probably the kernel's, which then waits with a timeout.

use api::{CallError, ErrorKind};
use std::{
    future::Future,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    time::Duration,
};
use tokio::time::timeout;

/// The deadline of each call on one connection. An error that ends the connection ends it for every
/// handle on it.
#[derive(Clone)]
pub struct Deadline {
    each_call: Duration,
    dead: Arc<AtomicBool>,
}

impl Deadline {
    /// A connection whose calls may take this long each.
    pub fn new(each_call: Duration) -> Self {
        Self { each_call, dead: Arc::default() }
    }

    /// Does the work of one call.
    ///
    /// # Errors
    /// That of the work, `Deadline` when it takes too long, `Gone` after an error that ended the
    /// connection.
    pub async fn within<T>(
        &self,
        work: impl Future<Output = Result<T, CallError>>,
    ) -> Result<T, CallError> {
        if self.dead.load(Relaxed) {
            return Err(CallError::new(
                ErrorKind::Gone,
                "this connection ended with an earlier error",
            ));
        }
        let outcome = timeout(self.each_call, work).await.unwrap_or_else(|_| Err(self.too_late()));
        if outcome.as_ref().is_err_and(|error| error.kind().ends_connection()) {
            self.dead.store(true, Relaxed);
        }
        outcome
    }

    #[cold]
    fn too_late(&self) -> CallError {
        CallError::new(ErrorKind::Deadline, format!("no answer within {:?}", self.each_call))
    }
}
