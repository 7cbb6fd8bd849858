//! Opaque bytes there and back, over a lane's own connection.

use crate::drive::closed::Measured;
use api::{CallError, Connection, ErrorKind, Outcome, Reply, Request, echo_bytes};

/// Bytes there and back over a connection. Their number is checked with each, all of them with the
/// last.
pub(crate) struct Echo<'a, C> {
    connection: &'a mut C,
    payload: &'a [u8],
    reply_bytes: usize,
    back: Vec<u8>,
}

impl<'a, C> Echo<'a, C> {
    pub(crate) fn new(connection: &'a mut C, payload: &'a [u8], reply_bytes: usize) -> Self {
        Self { connection, payload, reply_bytes, back: Vec::new() }
    }

    /// The visit, with a wrong answer if the last bytes are not those that were to come.
    pub(crate) fn checked(&self, mut measured: Measured) -> Measured {
        let mut right = Vec::new();
        echo_bytes(self.payload, self.reply_bytes, &mut right);
        measured.wrong += u64::from(measured.error.is_none() && self.back != right);
        measured
    }
}

impl<C: Connection> Connection for Echo<'_, C> {
    #[inline]
    async fn call(&mut self, _request: &Request, _reply: &mut Reply) -> Outcome {
        self.connection.echo(self.payload, self.reply_bytes, &mut self.back).await?;
        if self.back.len() == self.reply_bytes {
            return Ok(());
        }
        let detail =
            format!("an echo of {} bytes came back as {}", self.reply_bytes, self.back.len());
        Err(CallError::new(ErrorKind::Internal, detail))
    }
}
