//! The caller's socket in a runtime, and the deadline on it: one timer for each round, sending
//! included.

use super::stream::Stream;
use crate::round_trip::{RoundTrip, Wire};
use api::{CallError, Outcome};
use net::Deadline;
use tokio::io::{AsyncRead, AsyncWrite};

/// A socket whose rounds are given up at a deadline.
pub struct Timed<S> {
    stream: Stream<S>,
    deadline: Deadline,
}

impl<S> Timed<S> {
    pub(super) fn new(stream: S, deadline: Deadline) -> Self {
        Self { stream: Stream(stream), deadline }
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin + Send> Wire for Timed<S> {
    async fn carry<T: FnMut(usize, &[u8]) -> Outcome>(
        &mut self,
        round: RoundTrip<'_, T>,
    ) -> Result<Outcome, CallError> {
        let Self { stream, deadline } = self;
        deadline.within(round.run(stream)).await
    }
}
